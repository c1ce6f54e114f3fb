import type { Tensor } from "../engine/backend/arena.js";
import { kindOf, type LayerSpec } from "../engine/layers/kinds.js";
import type { Network } from "../engine/networks/network.js";
import type { SequentialLayer, SequentialSpec } from "../engine/networks/sequential.js";
import type { Parameter } from "../engine/weights/parameter.js";
import type { Weight } from "../engine/weights/weight.js";

/**
 * What one layer has learned, by the names that its kind gives it (`keeps`): matrices as they are multiplied with, row-major, biases, and
 * what is kept beside, such as running means.
 */
export type LayerValues = Readonly<Record<string, Float32Array>>;

/** A trained network of any list of layers as plain data: normalizations and pruning are multiplied in, nothing of training is left. */
export interface FoldedSequential {
  readonly spec: SequentialSpec;
  /**
   * By the place of each layer that has any: "3" is the third of the list, "3.1" the first of the layers of a residual that stands there,
   * and "3.shortcut.1" the first of its shortcut.
   */
  readonly values: Readonly<Record<string, LayerValues>>;
}

/** The network's effective weights and whatever else its layers keep, as copies. `spec`: what it was created from. */
export function foldSequential(network: Network, spec: SequentialSpec): FoldedSequential {
  const values: Record<string, Record<string, Float32Array>> = {};
  for (const { place, name, tensor } of keptTensors(network, spec)) {
    values[place] ??= {};
    values[place][name] = tensor.data.slice();
  }
  return { spec, values };
}

/** A tensor of a network in training, and where its values stand in a folded one. */
export interface KeptTensor {
  readonly place: string;
  readonly name: string;
  /** Of a weight the effective matrix, which follows from what the weight is made of. */
  readonly tensor: Tensor;
  /** What is trained; null for what is only kept. */
  readonly parameter: Parameter | null;
}

/**
 * All that the layers of a network keep: what is trained, then the rest, each in the network's order. Throws RangeError where the network was not created from `spec`,
 * or a kind of layer has not said what it keeps.
 */
export function keptTensors(network: Network, spec: SequentialSpec): KeptTensor[] {
  const parameters: (readonly [string, string])[] = [];
  const state: (readonly [string, string | null])[] = [];
  for (const { place, layer } of layersIn(spec.layers)) {
    const kept = kindOf(layer).keeps?.(layer);
    for (const name of kept?.parameters ?? []) parameters.push([place, name]);
    for (const name of kept?.state ?? []) state.push([place, name]);
  }
  if (parameters.length !== network.parameters.length || state.length !== network.state.length) {
    throw new RangeError(
      `The layers name ${parameters.length} parameters and ${state.length} states, but the network has ${network.parameters.length} and ${network.state.length}.`,
    );
  }
  return [
    ...parameters.map(([place, name], k) => {
      const parameter = network.parameters[k];
      return { place, name, tensor: valuesOf(parameter), parameter };
    }),
    ...state.flatMap(([place, name], k) =>
      name === null ? [] : [{ place, name, tensor: network.state[k], parameter: null }],
    ),
  ];
}

/** The layers that are no residual sums, each with its place, in the order of the way forward: of a residual the shortcut before the branch. */
export function layersIn(
  layers: readonly SequentialLayer[],
  prefix = "",
): { readonly place: string; readonly layer: LayerSpec }[] {
  return layers.flatMap((layer, l) => {
    const place = `${prefix}${l + 1}`;
    if (layer.layer !== "residual") return [{ place, layer }];
    return [...layersIn(layer.shortcut ?? [], `${place}.shortcut.`), ...layersIn(layer.layers, `${place}.`)];
  });
}

/** A weight makes its values of others; a vector is what it is. */
const valuesOf = (parameter: Parameter | Weight): Tensor =>
  "effective" in parameter ? parameter.effective : parameter.raw;
