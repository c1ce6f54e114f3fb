import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import { inventoryOf, placedLayers } from "../networks/inventory.js";
import type { Network } from "../networks/network.js";
import { isSequential } from "../networks/sequential.js";
import type { Parameter } from "../weights/parameter.js";
import { atOnce } from "./atOnce.js";
import { createMasks } from "./masks.js";
import type { Amount, Pruning, Stage } from "./pruning.js";

/** What is removed as a whole: a unit of a dense layer, a kernel of a convolution, a head of attention. */
interface Filter {
  /** Numbers of the layers that have some of it; the first one's rows are its size. */
  readonly layers: readonly number[];
  /** Its rows in each of them, from `start` on. */
  readonly start: number;
  readonly count: number;
}

/**
 * Sets the filters of the smallest norm, of L1 or of L2, to 0 with their biases, and what a batch normalization right after has for them, when the stage begins, and trains on with what is left (Li et
 * al., arXiv:1608.08710, where the norm is L1). A filter is a row of a layer, and of attention the rows that one head has in its queries, keys and values, of the size of its values.
 * Of the filters of all layers but the last, whose rows are the outputs, or of each such layer, as many go as `sparsity` holds; each layer keeps one.
 */
export function filters(
  backend: Backend,
  network: Network,
  { sparsity, scope }: Amount,
  stage: Stage,
  norm: 1 | 2,
): Pruning {
  // A shared ensemble has as many last layers as members.
  const layers = network.layers.slice(0, -network.members.length);
  const masks = createMasks(backend, network);
  const vectors = vectorsIn(network)
    .slice(0, layers.length)
    .map((own) => own.map((parameter) => ({ parameter, mask: ones(backend, parameter) })));
  const perLayer = filtersIn(network).slice(0, layers.length);
  const groups = scope === "layer" ? perLayer : [perLayer.flat()];

  const sizeOf = ({ layers: [first], start, count }: Filter): number => {
    const { data, columns } = layers[first].weight.effective;
    // The larger of two sums of squares has the larger norm.
    return data
      .subarray(start * columns, (start + count) * columns)
      .reduce((sum, w) => sum + Math.abs(w) ** norm, 0);
  };
  const prune = (group: readonly Filter[]) => {
    const left = perLayer.map(({ length }) => length);
    // 0.3 of 10 filters are 3, though 0.3 · 10 may be a rounding below.
    let count = Math.floor(sparsity * group.length + 1e-9);
    const order = group.map((filter) => ({ filter, size: sizeOf(filter) })).sort((a, b) => a.size - b.size);
    for (const { filter } of order) {
      if (count === 0) break;
      if (left[filter.layers[0]] === 1) continue;
      left[filter.layers[0]]--;
      count--;
      const end = filter.start + filter.count;
      for (const l of filter.layers) {
        const { columns } = masks[l];
        masks[l].data.fill(0, filter.start * columns, end * columns);
        for (const { mask } of vectors[l]) mask.data.fill(0, filter.start, end);
      }
    }
  };
  return atOnce(stage, () => {
    groups.forEach(prune);
    layers.forEach(({ weight }, l) => {
      for (const { parameter, mask } of [{ parameter: weight, mask: masks[l] }, ...vectors[l]]) {
        parameter.mask = mask;
        parameter.normalize();
      }
    });
  });
}

function ones(backend: Backend, { mask: known, raw }: Parameter): Tensor {
  if (known) return known;
  const mask = backend.arena.tensor(raw.rows, raw.columns);
  mask.data.fill(1);
  return mask;
}

/** Of each layer what has a number for each of its rows: its bias, and γ and β of a batch normalization right after, by which a row of 0 would go on writing β. */
function vectorsIn(network: Network): Parameter[][] {
  const biases = network.layers.map(({ parameters: [, bias] }): Parameter[] => [bias]);
  if (!isSequential(network)) return biases;
  const { spec, parameters, layers } = network;
  const names = inventoryOf(spec).parameters.map(({ raw }) => raw.name);
  const norms = new Set(
    placedLayers(spec).flatMap(({ place, spec: { layer } }) => (layer === "batch-norm" ? [place] : [])),
  );
  return layers.map(({ weight }, l) => {
    const [, prefix, number] = /^(.*?)(\d+)\.weight$/.exec(names[parameters.indexOf(weight)]) ?? [];
    const next = `${prefix}${Number(number) + 1}`;
    if (!norms.has(next)) return biases[l];
    return [...biases[l], ...["scale", "shift"].map((name) => parameters[names.indexOf(`${next}.${name}`)])];
  });
}

/** Of each layer its filters: of values the heads, of queries and keys none of their own. */
function filtersIn(network: Network): Filter[][] {
  const attention = attentionIn(network);
  return network.layers.map(({ weight: { rows } }, l) => {
    const found = attention.find((layers) => layers.numbers.includes(l));
    if (found && found.numbers[0] !== l) return [];
    const { heads, numbers } = found ?? { heads: rows, numbers: [l] };
    const count = rows / heads;
    return Array.from({ length: heads }, (_, h) => ({ layers: numbers, start: h * count, count }));
  });
}

/** The numbers of the values, queries and keys of each attention among the network's layers. */
function attentionIn(network: Network): { readonly heads: number; readonly numbers: readonly number[] }[] {
  if (!isSequential(network)) return [];
  const { spec, parameters, layers } = network;
  const names = inventoryOf(spec).parameters.map(({ raw }) => raw.name);
  return placedLayers(spec).flatMap(({ place, spec: layer }) => {
    if (layer.layer !== "attention") return [];
    const numbers = ["value", "query", "key"].map((name) => {
      const parameter = parameters[names.indexOf(`${place}.${name}`)];
      return layers.findIndex(({ weight }) => weight === parameter);
    });
    return [{ heads: layer.heads, numbers }];
  });
}
