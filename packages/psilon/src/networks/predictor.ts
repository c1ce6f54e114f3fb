import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import type { FoldedLayer, FoldedNetwork } from "./folded.js";

/** A folded network in the arena, ready to compute. */
export interface Predictor {
  readonly inputs: number;
  readonly outputs: number;
  /** f(x) for every row of x (rows × inputs), as a new array of rows × outputs. Throws RangeError for a part of a row. */
  predict(x: Float32Array): Float32Array;
}

/** Rows computed at a time: enough for the matrix product's full rate, few enough to stay in cache. */
const CHUNK = 256;

interface PlacedLayer {
  readonly paired: boolean;
  readonly residual: boolean;
  readonly rows: number;
  readonly columns: number;
  /** W, or for a pair W⁺'s and W⁻'s rows side by side. */
  readonly weight: Tensor;
  readonly bias: Tensor;
  /** CHUNK × rows, except that a residual layer adds to the layer before's. */
  readonly output: Tensor;
  /** (max(h, 0), min(h, 0)) of a pair's input, CHUNK × 2·columns. */
  readonly activation: Tensor | null;
}

/** Places the network's weights in the backend's arena, where they stay until the arena is released. */
export function createPredictor(backend: Backend, network: FoldedNetwork): Predictor {
  const { arena, kernels, product } = backend;
  const layers: PlacedLayer[] = [];
  for (const layer of network.layers) {
    const residual = layer.kind === "pair" && layer.residual;
    layers.push({
      paired: layer.kind === "pair",
      residual,
      rows: layer.rows,
      columns: layer.columns,
      weight: placeWeight(backend, layer),
      bias: arena.from(layer.bias, layer.rows),
      output: residual ? layers[layers.length - 1].output : arena.tensor(CHUNK, layer.rows),
      activation: layer.kind === "pair" ? arena.tensor(CHUNK, 2 * layer.columns) : null,
    });
  }
  const last = layers.length - 1;
  const inputs = layers[0].columns;
  const outputs = layers[last].rows;
  const input = arena.tensor(CHUNK, inputs);
  const zero = arena.tensor(Math.max(...layers.map(({ columns }) => columns)));
  const isMlp = network.architecture === "mlp";

  /** One row of an MLP takes no matrix product: each layer is a pass over its weights. */
  const runRow = () => {
    for (let l = 0; l <= last; l++) {
      const { rows, columns, weight, bias, output } = layers[l];
      const from = l === 0 ? input.pointer : layers[l - 1].output.pointer;
      const relu = l < last;
      kernels.denseRow(rows, columns, weight.pointer, from, bias.pointer, output.pointer, relu);
    }
  };
  const runRows = (n: number) => {
    for (let l = 0; l <= last; l++) {
      const { residual, rows, columns, weight, bias, output, activation } = layers[l];
      const from = l === 0 ? input : layers[l - 1].output;
      if (activation) {
        kernels.addBiasCrelu(n, columns, from.pointer, zero.pointer, activation.pointer);
        product.multiply("NT", n, rows, 2 * columns, activation, weight, output, residual);
      } else {
        product.multiply("NT", n, rows, columns, from, weight, output, false);
      }
      if (isMlp && l < last) kernels.addBiasRelu(n, rows, output.pointer, bias.pointer);
      else kernels.addBias(n, rows, output.pointer, bias.pointer);
    }
  };

  return {
    inputs,
    outputs,
    predict(x) {
      const count = x.length / inputs;
      if (!Number.isInteger(count)) {
        throw new RangeError(`${x.length} values are not whole rows of ${inputs} inputs.`);
      }
      const result = new Float32Array(count * outputs);
      const computed = layers[last].output;
      for (let start = 0; start < count; start += CHUNK) {
        const n = Math.min(CHUNK, count - start);
        input.data.set(n === count ? x : x.subarray(start * inputs, (start + n) * inputs));
        if (n === 1 && isMlp) runRow();
        else runRows(n);
        const { data } = computed;
        const base = start * outputs;
        for (let i = 0; i < n * outputs; i++) result[base + i] = data[i];
      }
      return result;
    },
  };
}

function placeWeight({ arena }: Backend, layer: FoldedLayer): Tensor {
  const { rows, columns } = layer;
  if (layer.kind === "dense") return arena.from(layer.weight, rows, columns);
  const weight = arena.tensor(rows, 2 * columns);
  for (let i = 0; i < rows; i++) {
    const row = i * columns;
    weight.data.set(layer.positive.subarray(row, row + columns), 2 * row);
    weight.data.set(layer.negative.subarray(row, row + columns), 2 * row + columns);
  }
  return weight;
}
