import { aText, checkArgument } from "../arguments.js";
import { networkKinds } from "../engine/networks/spec.js";
import { InputError } from "../errors.js";
import { decodeNetworks, encodeNetworks, type NewMeaning } from "../formats/networkFile.js";
import { type Encoder, encodedInputs } from "../preprocess/encoder.js";
import { type ClassTarget, lossFor, predictionNames, type Target } from "../preprocess/target.js";
import { checkRecord } from "./checkRecord.js";
import { completed } from "./importedParts.js";
import { isListOf, isObject } from "./readable.js";
import { isEncoder, isSchema, isTarget } from "./readablePayload.js";
import { isRecord } from "./readableRecord.js";
import { someBytes, viewOf } from "./someBytes.js";
import { checkModel, type Member, type TabularModel, type TrainingRecord } from "./tabularModel.js";

type Payload = Omit<TabularModel, "members"> & { readonly lengths: readonly Member["lengths"][] };

/**
 * The model as the bytes of a safetensors file, described in docs/model-format.md. They tell nothing that changes from
 * run to run: the seconds that training took are left out.
 */
export function saveModel(model: TabularModel): Uint8Array {
  checkModel(model);
  const { members, schema, encoder, target, record } = model;
  const lengths = members.map((member) => member.lengths);
  const payload: Payload = { schema, encoder, target, record: { ...record, seconds: 0 }, lengths };
  return encodeNetworks({ members, payload }, newMeaningOf(encoder, target));
}

/**
 * Files of psilon 0.1.0 know no dates, no clipped numbers, no categories that share an input, no bins and no levels, and of targets neither
 * logarithms nor quantiles, temperatures nor thresholds.
 */
function newMeaningOf({ columns }: Encoder, target: Target): NewMeaning | undefined {
  if ("threshold" in target) return "threshold";
  if (columns.some((column) => "levels" in column)) return "levels";
  if (columns.some((column) => "bins" in column)) return "bins";
  const isNew =
    columns.some((column) => column.date !== undefined || "clip" in column || "other" in column) ||
    "link" in target ||
    "levels" in target ||
    "temperature" in target;
  return isNew ? "dates" : undefined;
}

/**
 * The model in the bytes of a file, such as an ArrayBuffer, a Uint8Array or Node's Buffer; `source` names it in messages. Throws InputError for
 * a file that is damaged, of another version, or not a model for tables, and for what are no bytes.
 */
export function loadModel(bytes: ArrayBufferLike | ArrayBufferView, source = "the model"): TabularModel {
  checkArgument("model file", bytes, someBytes);
  checkArgument("name of the model file", source, aText);
  const { members, payload } = decodeNetworks(viewOf(bytes), source);
  const damaged = (what: string) =>
    new InputError({ code: "damaged-file", found: `${source} is damaged: ${what}`, where: { source } });
  let parts = withTodaysNames(payload);
  const expect = (name: keyof Payload, isGood: (part: never) => boolean) => {
    const part = parts?.[name];
    if (!isObject(part)) throw damaged(`its description has no "${name}"`);
    if (!isGood(part as never)) throw damaged(`its ${name} cannot be read`);
  };
  expect("encoder", isEncoder);
  expect("target", isTarget);
  parts = completed(parts as Payload, members);
  expect("schema", isSchema);
  expect("record", isRecord);
  expect("lengths", isListOf(isListOf(isListOf(Number.isFinite))));
  const { schema, encoder, target, record, lengths } = parts as Payload;

  const { validation } = record;
  const { temperature, threshold } = target.task === "classification" ? target : ({} as Partial<ClassTarget>);
  if (validation && validation.calibration?.temperature !== temperature)
    throw damaged("its record speaks of another temperature than its target has");
  if (validation && validation.threshold?.at !== threshold?.at)
    throw damaged("its record speaks of another threshold than its target has");
  const width = encodedInputs(encoder).length;
  const { outputs } = lossFor(target);
  const { architecture } = networkKinds[record.network];
  if (lengths.length !== members.length) {
    throw damaged(`it has lengths of ${lengths.length} networks, but ${members.length} networks`);
  }
  members.forEach(({ network, inputs }, m) => {
    const { layers } = network;
    const found = layers[layers.length - 1].rows;
    if (network.architecture !== architecture) {
      throw damaged(`its record speaks of "${record.network}", but a network is of ${network.architecture}`);
    }
    if (found !== outputs) throw damaged(`its target needs ${outputs} outputs, but a network has ${found}`);
    if (inputs[inputs.length - 1] >= width) {
      throw damaged(
        `a network takes input ${inputs[inputs.length - 1]}, but the encoder makes ${width}, counted from 0`,
      );
    }
    if (lengths[m].length !== layers.length) {
      throw damaged(`it has lengths of ${lengths[m].length} layers for a network of ${layers.length}`);
    }
  });
  const predictions = target.task === "classification" ? target.classes : predictionNames(target);
  if (record.constant && record.constant.length !== predictions.length)
    throw damaged(`its record has ${record.constant.length} constants for ${predictions.length} predictions`);
  const together = record.members ?? 1;
  if (members.length % together !== 0) {
    throw damaged(`its networks share matrices ${together} by ${together}, but there are ${members.length}`);
  }
  const whole = members.map((member, m) => ({ ...member, lengths: lengths[m] }));
  const refuse = (problem: string) => {
    throw damaged(problem);
  };
  return { schema, encoder, target, record: checkRecord(record, whole, refuse), members: whole };
}

/** Files of psilon 0.1.0 call the record's parametrization "weights". */
function withTodaysNames(payload: unknown): Payload | null {
  const { record } = (payload ?? {}) as { record?: Record<string, unknown> };
  if (!isObject(record) || !Object.hasOwn(record as object, "weights")) return payload as Payload | null;
  const { weights, ...others } = record as Record<string, unknown>;
  return {
    ...(payload as Payload),
    record: { parametrization: weights, ...others } as unknown as TrainingRecord,
  };
}
