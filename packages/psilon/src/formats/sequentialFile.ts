import { sizeOf } from "../engine/layers/shape.js";
import { inventoryOf, type PlacedTensor, placedLayers } from "../engine/networks/inventory.js";
import type { SequentialSpec } from "../engine/networks/sequential.js";
import type { SequentialValues } from "../engine/networks/sequentialValues.js";
import { InputError } from "../errors.js";
import { checkFinite } from "./checkFinite.js";
import {
  decodeSafetensors,
  encodeSafetensors,
  isObject,
  type NamedBytes,
  type NamedTensor,
} from "./safetensors.js";
import { checkNesting, damaged, excerpt } from "./untrusted.js";

/** The metadata's key, which tells such files from models of tables. */
const KEY = "psilon-network";

const VERSION = 1;

/** Numbers that the layers of one example read, all together: a network that is meant has fewer, and a file of a few bytes may claim any. */
const MOST_NUMBERS = 2 ** 28;

/**
 * A network of a list of layers as the bytes of a safetensors file (docs/model-format.md). Throws InputError for a number that is not
 * finite, which `loadSequential` would refuse.
 */
export function saveSequential({ spec, tensors: values, lengthUnits }: SequentialValues): Uint8Array {
  const tensors: NamedTensor[] = [];
  const bytes: NamedBytes[] = [];
  for (const place of placesOf(spec)) {
    const { name } = place;
    const data = values.get(name);
    const shape = fileShape(place);
    if (data instanceof Uint8Array) bytes.push({ name, shape, data });
    else if (data) tensors.push({ name, shape, data });
  }
  checkFinite(tensors, "The network to be saved");
  const description = { version: VERSION, network: spec, lengthUnits: Object.fromEntries(lengthUnits) };
  return encodeSafetensors({ tensors, bytes, metadata: new Map([[KEY, JSON.stringify(description)]]) });
}

/**
 * The values in the bytes of a file, the same to the last bit, for `restoreSequential`. `source` names the file in messages. Throws
 * InputError when the file is damaged, holds no such network, is of another version, or its tensors are not those of its layers.
 */
export function loadSequential(bytes: Uint8Array, source: string): SequentialValues {
  const file = decodeSafetensors(bytes, source);
  const { network: spec, lengthUnits } = readDescription(file.metadata.get(KEY), source);
  const places = checked(spec, source);
  checkFinite(file.tensors, source);
  const found = new Map([...file.tensors, ...(file.bytes ?? [])].map((tensor) => [tensor.name, tensor]));
  const tensors = new Map<string, Float32Array | Uint8Array>();
  for (const place of places) {
    const { name } = place;
    const tensor = found.get(name);
    found.delete(name);
    if (tensor) tensors.set(name, fitting(tensor, place, source));
    else if (place.holds !== "mask" && !place.isForTraining)
      throw damaged(source, `its tensor "${name}" is missing`);
  }
  for (const name of found.keys()) {
    throw damaged(source, `its tensor "${excerpt(name)}" belongs to no layer it describes`);
  }
  return { spec, tensors, lengthUnits: readUnits(lengthUnits, tensors, source) };
}

function placesOf(spec: SequentialSpec): PlacedTensor[] {
  const { parameters, state: kept } = inventoryOf(spec);
  return [
    ...parameters.flatMap(({ raw, lengths, mask, state }) => [
      raw,
      ...(lengths ? [lengths] : []),
      mask,
      ...state,
    ]),
    ...kept,
  ];
}

const fileShape = ({ rows, columns, holds }: PlacedTensor): number[] => [
  rows,
  holds === "bits" ? 4 * columns : columns,
];

/** What a tensor holds, where it is what its place takes. */
function fitting({ name, shape, data }: NamedTensor | NamedBytes, place: PlacedTensor, source: string) {
  const { holds, least = -Infinity, most = Infinity } = place;
  const type = data instanceof Uint8Array ? "U8" : "F32";
  const takes = holds === "numbers" ? "F32" : "U8";
  const expected = fileShape(place).join(", ");
  if (type !== takes || shape.join(", ") !== expected) {
    throw damaged(
      source,
      `its tensor "${name}" is ${type} of the shape [${excerpt(shape.join(", "))}], but ${takes} of [${expected}] was expected`,
    );
  }
  const at = data.findIndex((value) => value < least || value > most);
  if (at >= 0) {
    throw damaged(
      source,
      `its tensor "${name}" holds ${data[at]} as number ${at}, but numbers from ${least} to ${most} were expected`,
    );
  }
  return data;
}

function readDescription(text: string | undefined, source: string) {
  if (text === undefined) {
    throw new InputError({
      code: "wrong-format",
      found: `${source} is a safetensors file, but holds no network of layers: its metadata lacks the key "${KEY}"`,
      where: { source },
    });
  }
  checkNesting(text, source, "description");
  let description: unknown;
  try {
    description = JSON.parse(text);
  } catch (error) {
    throw damaged(source, `its description is not JSON (${(error as Error).message})`);
  }
  if (!isObject(description) || !Number.isSafeInteger(description.version)) {
    throw damaged(source, "its description should be a JSON object with a version");
  }
  const { version, network, lengthUnits } = description;
  if (version !== VERSION) {
    throw new InputError({
      code: "unsupported-version",
      found: `${source} is of version ${version} of the format of networks, but this psilon reads version ${VERSION}`,
      where: { source },
      value: String(version),
      remedy: "use a psilon that reads it, or train again",
    });
  }
  if (!isSpec(network) || !isObject(lengthUnits)) {
    throw damaged(
      source,
      "its description should have the network's input, sizes, its layers, each an object with the layer's name and what is to be chosen, and lengthUnits",
    );
  }
  return { network, lengthUnits };
}

/** Whether it looks like a list of layers; whether there are such layers, and what they take, is their kinds' to say. */
function isSpec(spec: unknown): spec is SequentialSpec {
  return (
    isObject(spec) &&
    Array.isArray(spec.input) &&
    spec.input.every((size) => typeof size === "number") &&
    areLayers(spec.layers)
  );
}

const areLayers = (layers: unknown): boolean => Array.isArray(layers) && layers.every(isLayer);

function isLayer(layer: unknown): boolean {
  if (!isObject(layer) || typeof layer.layer !== "string") return false;
  if (layer.layer === "residual") {
    return areLayers(layer.layers) && (layer.shortcut === undefined || areLayers(layer.shortcut));
  }
  // A choice is a number, a name, a truth, or a name with numbers.
  return Object.values(layer).every(
    (choice) => isSimple(choice) || (isObject(choice) && Object.values(choice).every(isSimple)),
  );
}

const isSimple = (value: unknown) => ["number", "string", "boolean"].includes(typeof value);

/** The places of what the layers train and keep, where these can be composed and are of a size that can be meant. */
function checked(spec: SequentialSpec, source: string): PlacedTensor[] {
  try {
    const numbers = placedLayers(spec).reduce((sum, { input }) => sum + sizeOf(input), 0);
    if (numbers > MOST_NUMBERS) {
      throw new InputError({
        code: "out-of-range",
        found: `Its layers read ${numbers} numbers for one example, and at most ${MOST_NUMBERS} are taken from a file`,
        value: String(numbers),
      });
    }
    return placesOf(spec);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { problem } = error;
    throw new InputError({
      ...problem,
      found: `${source} describes a network that there is not: ${problem.found}`,
      where: { source },
    });
  }
}

/** A scale for each of the lengths, above 0. */
function readUnits(
  units: Record<string, unknown>,
  tensors: ReadonlyMap<string, unknown>,
  source: string,
): Map<string, number> {
  const names = [...tensors.keys()].filter((name) => name.endsWith(".lengths"));
  const found = new Map(
    names.map((name) => [name, Object.hasOwn(units, name) ? Number(units[name]) : Number.NaN]),
  );
  for (const [name, unit] of found) {
    if (!(unit > 0 && Number.isFinite(unit))) {
      throw damaged(source, `its lengthUnits should have a number above 0 for "${name}"`);
    }
  }
  return found;
}
