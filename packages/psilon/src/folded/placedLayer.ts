import type { Arena, Tensor } from "../engine/backend/arena.js";
import type { FoldedLayer, FoldedNetwork } from "./folded.js";
import { isSparse, placeSparse, type SparseWeight, sparseRoom } from "./sparseWeight.js";

/** A folded layer in the arena. */
export interface PlacedLayer {
  readonly paired: boolean;
  readonly residual: boolean;
  /** Whether max(·, 0) follows. */
  readonly relu: boolean;
  readonly rows: number;
  /** Values that enter the layer. */
  readonly inputs: number;
  /** Columns of the weight: twice the inputs of a pair, whose W⁺ and W⁻ stand side by side. */
  readonly columns: number;
  readonly weight: Tensor | SparseWeight;
  /** With zeros up to whole slices of rows. */
  readonly bias: Tensor;
}

/** A matrix in the arena, with what it was placed for, so that networks that share it place it once. */
export interface PlacedMatrix {
  readonly values: Float32Array;
  readonly rows: number;
  readonly weight: Tensor | SparseWeight;
}

/** `placed`: the matrices in the arena so far, to which those of the network are added. */
export function placeLayers(arena: Arena, network: FoldedNetwork, placed: PlacedMatrix[]): PlacedLayer[] {
  const last = network.layers.length - 1;
  return network.layers.map((layer, l) => {
    const { rows, columns: inputs } = layer;
    const paired = layer.kind === "pair";
    const columns = paired ? 2 * inputs : inputs;
    const values = matrixOf(layer);
    return {
      paired,
      residual: paired && layer.residual,
      relu: network.architecture === "mlp" && l < last,
      rows,
      inputs,
      columns,
      weight: placeMatrix(arena, values, rows, columns, placed),
      bias: arena.from(layer.bias, sparseRoom(rows)),
    };
  });
}

function placeMatrix(
  arena: Arena,
  values: Float32Array,
  rows: number,
  columns: number,
  placed: PlacedMatrix[],
): Tensor | SparseWeight {
  const known = placed.find((matrix) => matrix.rows === rows && areEqual(matrix.values, values));
  if (known) return known.weight;
  const weight = isSparse(values)
    ? placeSparse(arena, values, rows, columns)
    : arena.from(values, rows, columns);
  placed.push({ values, rows, weight });
  return weight;
}

/** Of one network's units the order may have changed, so that what it shares is known by its values. */
function areEqual(a: Float32Array, b: Float32Array): boolean {
  if (a === b) return true;
  return a.length === b.length && a.every((value, k) => value === b[k]);
}

/** A layer and the tensors that a pass reads and writes there. */
export interface PassLayer extends PlacedLayer {
  readonly input: Tensor;
  /** (max(h, 0), min(h, 0)) of a pair's input h. */
  readonly activation: Tensor | null;
  /** A residual layer's is its input. */
  readonly output: Tensor;
}

/** `room` gives a tensor for so many values a row. */
export function withRoom(layers: readonly PlacedLayer[], room: (values: number) => Tensor): PassLayer[] {
  let input = room(layers[0].inputs);
  return layers.map((layer) => {
    const activation = layer.paired ? room(layer.columns) : null;
    const output = layer.residual ? input : room(layer.rows);
    const placed = { ...layer, input, activation, output };
    input = output;
    return placed;
  });
}

/** What `kernels/sparse` does with a layer's sums. */
export function sparseMode({ residual, relu }: PlacedLayer): number {
  return residual ? 2 : relu ? 1 : 0;
}

/** W, or a pair's W⁺ and W⁻ with their rows side by side. */
function matrixOf(layer: FoldedLayer): Float32Array {
  if (layer.kind === "dense") return layer.weight;
  const { rows, columns } = layer;
  const matrix = new Float32Array(2 * rows * columns);
  for (let i = 0; i < rows; i++) {
    const row = i * columns;
    matrix.set(layer.positive.subarray(row, row + columns), 2 * row);
    matrix.set(layer.negative.subarray(row, row + columns), 2 * row + columns);
  }
  return matrix;
}
