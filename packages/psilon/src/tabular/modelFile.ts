import { InputError } from "../errors.js";
import { decodeModel, encodeModel } from "../formats/model.js";
import { type Encoder, encodedInputs } from "./encoder.js";
import type { TabularModel } from "./model.js";
import { lossFor } from "./outputs.js";
import type { Target } from "./target.js";

/** The model as the bytes of a safetensors file, described in docs/model-format.md. */
export function saveModel(model: TabularModel): Uint8Array {
  const { members, schema, encoder, target, record } = model;
  const lengths = members.map((member) => member.lengths);
  return encodeModel({ members, payload: { schema, encoder, target, record, lengths } });
}

/**
 * The model in the bytes of a file named `source`. Throws InputError for a file that is damaged, of another version, or
 * not a model for tables.
 */
export function loadModel(bytes: Uint8Array, source: string): TabularModel {
  const { members, payload } = decodeModel(bytes, source);
  const damaged = (what: string) => new InputError(`${source} is damaged: ${what}.`);
  const parts = payload as Partial<Omit<TabularModel, "members"> & { lengths: number[][][] }> | null;
  for (const name of ["schema", "encoder", "target", "record", "lengths"] as const) {
    if (typeof parts?.[name] !== "object" || parts[name] === null) {
      throw damaged(`its description has no "${name}"`);
    }
  }
  const { schema, encoder, target, record, lengths } = parts as Omit<TabularModel, "members"> & {
    lengths: number[][][];
  };
  if (!isEncoder(encoder)) throw damaged("its encoder cannot be read");
  if (!isTarget(target)) throw damaged("its target cannot be read");
  if (!Array.isArray(schema.columns) || !Array.isArray(lengths) || lengths.length !== members.length) {
    throw damaged("its schema or its lengths cannot be read");
  }
  const width = encodedInputs(encoder).length;
  const { outputs } = lossFor(target);
  for (const { network, inputs } of members) {
    const last = network.layers[network.layers.length - 1];
    if (last.rows !== outputs)
      throw damaged(`its target needs ${outputs} outputs, but a network has ${last.rows}`);
    if (inputs.some((index) => index >= width)) {
      throw damaged(`a network takes input ${Math.max(...inputs)}, but the encoder makes ${width}`);
    }
  }
  return {
    schema,
    encoder,
    target,
    record,
    members: members.map((member, m) => ({ ...member, lengths: lengths[m] })),
  };
}

function isEncoder(value: Encoder): boolean {
  return (
    Array.isArray(value.columns) &&
    value.columns.every(
      (column) =>
        typeof column?.name === "string" &&
        typeof column.varies === "boolean" &&
        typeof column.missing === "boolean" &&
        (column.kind === "boolean" ||
          (column.kind === "categorical" && Array.isArray(column.categories)) ||
          (column.kind === "numeric" && Number.isFinite(column.mean) && column.std > 0)),
    )
  );
}

function isTarget(value: Target): boolean {
  if (value.task === "classification") return typeof value.name === "string" && Array.isArray(value.classes);
  const { names, centers, scales } = value;
  return (
    value.task === "regression" &&
    [names, centers, scales].every((list) => Array.isArray(list) && list.length === names.length) &&
    [...centers, ...scales].every(Number.isFinite)
  );
}
