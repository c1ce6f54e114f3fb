import { kindOf } from "../engine/layers/kinds.js";
import { placedLayers } from "../engine/networks/inventory.js";
import type { SequentialLayer, SequentialNetwork, SequentialSpec } from "../engine/networks/sequential.js";
import type { SequentialValues } from "../engine/networks/sequentialValues.js";
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

/**
 * The network's effective weights and whatever else its layers keep, as copies. Throws RangeError where a kind of layer has not said what
 * it keeps.
 */
export function foldSequential({ spec, parameters, state }: SequentialNetwork): FoldedSequential {
  const values: Record<string, Record<string, Float32Array>> = {};
  let [p, s] = [0, 0];
  for (const { place, spec: layer, input } of placedLayers(spec)) {
    const kept = kindOf(layer).keeps?.(layer, input);
    if (!kept) continue;
    const own: Record<string, Float32Array> = {};
    for (const { name } of kept.parameters) own[name] = valuesOf(parameters[p++]);
    for (const { name, isForTraining = false } of kept.state ?? []) {
      if (!isForTraining) own[name] = state[s].data.slice();
      s++;
    }
    values[place] = own;
  }
  if (p !== parameters.length || s !== state.length) {
    throw new RangeError(
      `The layers name ${p} parameters and ${s} states, but the network has ${parameters.length} and ${state.length}.`,
    );
  }
  return { spec, values };
}

/** A weight makes its values of others; a vector is what it is. */
const valuesOf = (parameter: Parameter | Weight): Float32Array =>
  ("effective" in parameter ? parameter.effective : parameter.raw).data.slice();

/**
 * The inverse of `foldSequential`: the values of a network with plain weights, which train on as such. What the kinds of its weights were is
 * left out, and so is what a layer keeps for training alone, which starts anew.
 */
export function unfoldSequential({ spec, values }: FoldedSequential): SequentialValues {
  const tensors = Object.entries(values).flatMap(([place, layer]) =>
    Object.entries(layer).map(([name, tensor]) => [`${place}.${name}`, tensor] as const),
  );
  return { spec: withPlainWeights(spec), tensors: new Map(tensors), lengthUnits: new Map() };
}

/** The same layers with plain weights. */
export function withPlainWeights({ input, layers }: SequentialSpec): SequentialSpec {
  const plain = (specs: readonly SequentialLayer[]): SequentialLayer[] =>
    specs.map((layer): SequentialLayer => {
      if (layer.layer === "residual") {
        const { shortcut } = layer;
        return { ...layer, layers: plain(layer.layers), ...(shortcut && { shortcut: plain(shortcut) }) };
      }
      return "weight" in layer ? { ...layer, weight: "plain" } : layer;
    });
  return { input, layers: plain(layers) };
}
