import { InputError } from "../../errors.js";
import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import { createRandom } from "../random/random.js";
import { inventoryOf, type PlacedTensor } from "./inventory.js";
import { createSequential, type SequentialNetwork, type SequentialSpec } from "./sequential.js";

/** All that a network of a list of layers is, as plain data: what it predicts with, and what training goes on from but for the optimizer's state. */
export interface SequentialValues {
  readonly spec: SequentialSpec;
  /**
   * By name, row after row: `3.weight` is V of the third layer, and where there are such `3.weight.lengths` its g, `3.weight.mask` 1 where V
   * is kept, and `3.weight.state.0` the bytes of what its kind keeps from step to step.
   */
  readonly tensors: ReadonlyMap<string, Float32Array | Uint8Array>;
  /** By the lengths' names the scale on which they move (`Parameter.lengthUnit`). */
  readonly lengthUnits: ReadonlyMap<string, number>;
}

/** Copies of a network's values. Throws InputError while its weights are blended with their L1 projection, which is no network yet. */
export function valuesOf(network: SequentialNetwork): SequentialValues {
  const { spec, layers } = network;
  if (layers.some(({ weight }) => weight.projection)) {
    throw new InputError({
      code: "unsuitable",
      found: "A network whose weights are being pruned by their L1 projection cannot be saved",
      remedy: "save it before that stage or when training has ended",
    });
  }
  const { parameters, state } = inventoryOf(spec);
  const tensors = new Map<string, Float32Array | Uint8Array>();
  const lengthUnits = new Map<string, number>();
  const put = ({ name, holds }: PlacedTensor, tensor: Tensor) => {
    if (holds === "numbers") tensors.set(name, tensor.data.slice());
    else tensors.set(name, holds === "mask" ? Uint8Array.from(tensor.data) : bytesOf(tensor).slice());
  };
  parameters.forEach(({ raw, lengths, mask, state: own }, p) => {
    const parameter = network.parameters[p];
    put(raw, parameter.raw);
    if (lengths && parameter.lengths) {
      put(lengths, parameter.lengths);
      lengthUnits.set(lengths.name, parameter.lengthUnit);
    }
    if (parameter.mask) put(mask, parameter.mask);
    for (const [k, place] of own.entries()) put(place, parameter.state[k]);
  });
  for (const [k, place] of state.entries()) put(place, network.state[k]);
  return { spec, tensors, lengthUnits };
}

/**
 * The network that has these values, for batches of at most `capacity` examples: it predicts the same to the last bit, and trains on as it
 * would have, its optimizer started anew. `values`: of the shapes that `inventoryOf` tells, as `valuesOf` and `loadSequential` give them. Throws
 * InputError where a weight cannot be normalized.
 */
export function restoreSequential(
  backend: Backend,
  { spec, tensors, lengthUnits }: SequentialValues,
  capacity: number,
): SequentialNetwork {
  const network = createSequential(backend, spec, capacity, createRandom(0));
  const { parameters, state } = inventoryOf(spec);
  const take = ({ name, holds, isForTraining = false }: PlacedTensor, tensor: Tensor) => {
    const values = tensors.get(name);
    if (!values && isForTraining) return;
    if (!values) throw new RangeError(`The values lack ${name}.`);
    (holds === "bits" ? bytesOf(tensor) : tensor.data).set(values);
  };
  parameters.forEach(({ raw, lengths, mask, state: own }, p) => {
    const parameter = network.parameters[p];
    take(raw, parameter.raw);
    if (lengths && parameter.lengths) {
      take(lengths, parameter.lengths);
      parameter.lengthUnit = lengthUnits.get(lengths.name) ?? 1;
    }
    if (tensors.has(mask.name)) {
      parameter.mask = backend.arena.tensor(parameter.raw.rows, parameter.raw.columns);
      take(mask, parameter.mask);
    }
    for (const [k, place] of own.entries()) take(place, parameter.state[k]);
    const row = parameter.normalize();
    if (row >= 0) {
      throw new InputError({
        code: "not-finite",
        found: `Row ${row} of ${raw.name} has norm 0 or is not finite, so that it cannot be normalized`,
        where: { row },
      });
    }
  });
  for (const [k, place] of state.entries()) take(place, network.state[k]);
  return network;
}

function bytesOf({ data }: Tensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
