import { InputError } from "../errors.js";
import type { FoldedLayer, FoldedNetwork } from "../folded/folded.js";
import { placesOf, sharedPlaces } from "../folded/places.js";
import { checkFinite } from "./checkFinite.js";
import { decodeSafetensors, encodeSafetensors, isObject, type NamedTensor } from "./safetensors.js";
import { checkNesting, damaged, excerpt } from "./untrusted.js";

/** A network and what feeds it. */
export interface StoredMember {
  readonly network: FoldedNetwork;
  /** For each input of the network the index of its column in an encoded row, ascending. */
  readonly inputs: Int32Array;
}

/** What a file of networks holds. */
export interface NetworkFile {
  /** One network, or the members of an ensemble, all with the same outputs. */
  readonly members: readonly StoredMember[];
  /** Any JSON value: what the one who trains wants back. Its reader checks it. Numbers that are not finite become null. */
  readonly payload: unknown;
}

/**
/**
 * What is written and read: from 2 on a network may have slopes, and from 3 to 6 on the payload may mean what earlier readers would take
 * for something else; from 4 on members may share tensors. A file is of the first version that has all it needs.
 */
const versions = { layers: 1, slopes: 2, dates: 3, bins: 4, levels: 5, threshold: 6 };

/** What a payload may hold that the readers of versions 1 and 2 know nothing of. */
export type NewMeaning = "dates" | "bins" | "levels" | "threshold";

type LayerKind = "dense" | "residual-pair" | "pair";

interface MemberDescription {
  architecture: FoldedNetwork["architecture"];
  layers: LayerKind[];
  inputs: number[];
  /** By name the tensors that are those of an earlier member, and which member's. */
  shared?: Record<string, number>;
}

/**
 * A model as the bytes of a safetensors file (docs/model-format.md): its weights as named tensors, all else as JSON. Throws
 * InputError for a weight that is not finite, which `decodeNetworks` would refuse. `meaning`: what readers of earlier versions would
 * misunderstand in the payload.
 */
export function encodeNetworks({ members, payload }: NetworkFile, meaning?: NewMeaning): Uint8Array {
  const shared = sharedPlaces(members.map(({ network }) => network));
  const tensors = members.flatMap(({ network }, m) =>
    tensorsOf(network)
      .filter(({ name }) => !shared[m].has(name))
      .map((tensor) => ({ ...tensor, name: prefix(members.length, m) + tensor.name })),
  );
  checkFinite(tensors, "The model to be saved");
  const descriptions = members.map(
    ({ network, inputs }, m): MemberDescription => ({
      architecture: network.architecture,
      layers: network.layers.map(kindOf),
      inputs: Array.from(inputs),
      ...(shared[m].size > 0 && { shared: Object.fromEntries(shared[m]) }),
    }),
  );
  const hasSlopes = members.some(({ network }) => network.slopes);
  const isShared = shared.some(({ size }) => size > 0);
  const needed = versions[meaning ?? (hasSlopes ? "slopes" : "layers")];
  const version = isShared ? Math.max(versions.bins, needed) : needed;
  const description = JSON.stringify({ version, members: descriptions, payload });
  return encodeSafetensors({ tensors, metadata: new Map([["psilon", description]]) });
}

/**
 * The model in the bytes of a file, the same to the last bit. `source` names the file in messages. Throws InputError when the
 * file is damaged, is not a model, or is of another version.
 */
export function decodeNetworks(bytes: Uint8Array, source: string): NetworkFile {
  const file = decodeSafetensors(bytes, source);
  const description = readDescription(file.metadata.get("psilon"), source);
  checkFinite(file.tensors, source);
  const tensors = new Map(file.tensors.map((tensor) => [tensor.name, tensor]));
  const take = (
    name: string,
    expected: readonly (number | null)[],
    known: NamedTensor | undefined,
  ): NamedTensor => {
    const tensor = known ?? tensors.get(name);
    if (tensor === undefined) throw damaged(source, `its tensor "${name}" is missing`);
    tensors.delete(name);
    const { shape } = tensor;
    const fits = shape.length === expected.length && shape.every((n, d) => n > 0 && n === (expected[d] ?? n));
    if (!fits) {
      throw damaged(
        source,
        `its tensor "${name}" has the shape [${excerpt(shape.join(", "))}], but [${expected.map((n) => n ?? "any").join(", ")}] was expected`,
      );
    }
    return tensor;
  };
  const count = description.members.length;
  // What has been taken stands for its name in later members that share it.
  const taken = new Map<string, NamedTensor>();
  const members = description.members.map((member, m): StoredMember => {
    const layers: FoldedLayer[] = [];
    const { shared = {} } = member;
    const unused = new Set(Object.keys(shared));
    const takeOwn: Take = (name, expected) => {
      const isShared = unused.delete(name);
      const from = prefix(count, isShared ? shared[name] : m) + name;
      const tensor = take(from, expected, isShared ? taken.get(from) : undefined);
      taken.set(prefix(count, m) + name, tensor);
      return tensor;
    };
    member.layers.forEach((kind, l) => {
      layers.push(takeLayer(takeOwn, kind, `layers.${l}`, layers[l - 1]?.rows ?? null));
    });
    const hasSlopes = unused.has("slopes") || tensors.has(`${prefix(count, m)}slopes`);
    const network: FoldedNetwork = {
      architecture: member.architecture,
      layers,
      ...(hasSlopes && { slopes: takeOwn("slopes", [layers[0].columns]).data }),
    };
    for (const name of unused)
      throw damaged(source, `its member ${m} shares "${excerpt(name)}", which it has not`);
    return { network, inputs: readInputs(member.inputs, layers[0].columns, source) };
  });
  const [name] = [...tensors.keys(), ...(file.bytes ?? []).map((bytes) => bytes.name)];
  if (name !== undefined) {
    throw damaged(source, `its tensor "${excerpt(name)}" belongs to no layer it describes`);
  }
  const outputs = members.map(({ network }) => network.layers[network.layers.length - 1].rows);
  if (outputs[0] > 1 && members.some(({ network }) => network.slopes)) {
    throw damaged(source, `slopes belong to a network of one output, but there are ${outputs[0]}`);
  }
  if (outputs.some((n) => n !== outputs[0])) {
    throw damaged(
      source,
      `its members should have the same number of outputs, but have ${outputs.join(", ")}`,
    );
  }
  return { members, payload: description.payload };
}

/** Removes and returns a tensor of the expected shape; a size of null may be any from 1. */
type Take = (name: string, expected: readonly (number | null)[]) => NamedTensor;

function takeLayer(take: Take, kind: LayerKind, name: string, columnsBefore: number | null): FoldedLayer {
  if (kind === "dense") {
    const { shape, data: weight } = take(`${name}.weight`, [null, columnsBefore]);
    const [rows, columns] = shape;
    return { kind, rows, columns, weight, bias: take(`${name}.bias`, [rows]).data };
  }
  const residual = kind === "residual-pair";
  const { shape, data: positive } = take(`${name}.weight_pos`, [
    residual ? columnsBefore : null,
    columnsBefore,
  ]);
  const [rows, columns] = shape;
  const negative = take(`${name}.weight_neg`, shape).data;
  return {
    kind: "pair",
    residual,
    rows,
    columns,
    positive,
    negative,
    bias: take(`${name}.bias`, [rows]).data,
  };
}

/** A network's arrays as they are named and shaped in a file. */
function tensorsOf(network: FoldedNetwork): NamedTensor[] {
  return Array.from(placesOf(network), ([name, data]) => {
    const layer = network.layers[Number(name.split(".")[1])];
    const isVector = !layer || name.endsWith(".bias");
    return { name, shape: isVector ? [data.length] : [layer.rows, layer.columns], data };
  });
}

const prefix = (memberCount: number, member: number) => (memberCount > 1 ? `members.${member}.` : "");

const kindOf = (layer: FoldedLayer): LayerKind =>
  layer.kind === "dense" ? "dense" : layer.residual ? "residual-pair" : "pair";

function readDescription(
  text: string | undefined,
  source: string,
): { members: MemberDescription[]; payload: unknown } {
  if (text === undefined) {
    throw new InputError({
      code: "wrong-format",
      found: `${source} is a safetensors file, but not a psilon model: its metadata lacks the key "psilon"`,
      where: { source },
    });
  }
  let description: unknown;
  checkNesting(text, source, "description");
  try {
    description = JSON.parse(text);
  } catch (error) {
    throw damaged(source, `its description is not JSON (${(error as Error).message})`);
  }
  if (!isObject(description) || !Number.isSafeInteger(description.version)) {
    throw damaged(source, "its description should be a JSON object with a version");
  }
  const { layers, threshold } = versions;
  if (!Object.values(versions).includes(description.version as number)) {
    throw new InputError({
      code: "unsupported-version",
      found: `${source} is of version ${description.version} of the model format, but this psilon reads versions ${layers} to ${threshold}`,
      where: { source },
      value: String(description.version),
      remedy: "use a psilon that reads it, or train again",
    });
  }
  const { members, payload } = description;
  if (!Array.isArray(members) || members.length === 0 || !members.every(isMemberDescription)) {
    throw damaged(
      source,
      'its description should list members, each an "mlp" of dense layers or a "resnet" of a dense layer, residual pairs and a pair',
    );
  }
  const stray = members.findIndex((member, m) => !Object.values(member.shared ?? {}).every(isBefore(m)));
  if (stray >= 0) throw damaged(source, `its member ${stray} should share tensors with earlier members`);
  return { members, payload };
}

function isMemberDescription(member: unknown): member is MemberDescription {
  if (!isObject(member) || !Array.isArray(member.layers)) return false;
  if (member.shared !== undefined && !isObject(member.shared)) return false;
  const { architecture, layers } = member;
  if (architecture === "mlp") return layers.length > 0 && layers.every((kind) => kind === "dense");
  const inside = layers.slice(1, -1);
  return (
    architecture === "resnet" &&
    layers[0] === "dense" &&
    inside.every((kind) => kind === "residual-pair") &&
    layers.at(-1) === "pair"
  );
}

const isBefore = (member: number) => (other: unknown) =>
  Number.isSafeInteger(other) && (other as number) >= 0 && (other as number) < member;

function readInputs(inputs: unknown, columns: number, source: string): Int32Array {
  const ascending =
    Array.isArray(inputs) &&
    inputs.length === columns &&
    inputs.every((column, j) => (column | 0) === column && column > (j === 0 ? -1 : inputs[j - 1]));
  if (!ascending) {
    throw damaged(
      source,
      `its inputs should be ${columns} ascending column numbers, one for each column of the first layer`,
    );
  }
  return Int32Array.from(inputs);
}
