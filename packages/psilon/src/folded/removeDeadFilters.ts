import type { AttentionSpec } from "../engine/layers/attention.js";
import type { LayerSpec } from "../engine/layers/kinds.js";
import { activated, constantThrough, leavesChannels } from "./constantChannel.js";
import { isSum, type Leaf, type Node, networkOf, treeOf } from "./layerTree.js";
import type { FoldedSequential, LayerValues } from "./sequential.js";

/** A smaller network of the same function. */
export interface SequentialReduction {
  readonly network: FoldedSequential;
  /** Stored numbers, zeros included. */
  readonly parameters: { readonly before: number; readonly after: number };
}

/**
 * The same function as a smaller network, with plain weights (derived). What disappears:
 *
 * - a filter (the kernel of a convolution, the unit of a dense layer) whose row is 0, if the one number that it writes everywhere, its bias
 *   through what follows, can be added to the biases of what reads it: always where that is 0, else where no zeros around an image are read
 *   beside it;
 * - a filter that nothing reads;
 * - a head of attention whose values, or what reads these, are 0;
 * - a residual sum whose branch is 0: the shortcut is left.
 *
 * Filters are those from one matrix to the next, with activations, batch normalizations, pooling and flattening between. What residual sums,
 * attention, layer normalization or groups of channels read or write keeps its channels. A layer that would be left without any keeps one, and
 * outputs and inputs stay. Outputs differ only by the rounding of biases that took over a constant.
 */
export function removeDeadFilters(network: FoldedSequential): SequentialReduction {
  const { input } = network.spec;
  let nodes = treeOf(network);
  for (let before = 0; before !== countIn(nodes); ) {
    before = countIn(nodes);
    nodes = shrink(nodes);
  }
  const reduced = networkOf(input, nodes);
  return { network: reduced, parameters: { before: count(network), after: count(reduced) } };
}

const count = ({ values }: FoldedSequential): number =>
  Object.values(values).reduce((sum, layer) => sum + numbersIn(layer), 0);

const numbersIn = (values: LayerValues): number =>
  Object.values(values).reduce((sum, { length }) => sum + length, 0);

/** Numbers, and one for each layer, so that it falls with whatever disappears. */
const countIn = (nodes: readonly Node[]): number =>
  nodes.reduce(
    (sum, node) =>
      sum + 1 + (isSum(node) ? countIn(node.layers) + countIn(node.shortcut) : numbersIn(node.values)),
    0,
  );

/** One round: blocks and heads, then filters from the first matrix on. */
function shrink(nodes: readonly Node[]): Node[] {
  const left = nodes.flatMap((node): Node[] => {
    if (!isSum(node)) return [withoutHeads(node)];
    const [layers, shortcut] = [shrink(node.layers), shrink(node.shortcut)];
    // A network is one of layers with weights.
    const isAlone = nodes.every((other) => other === node || isSum(other) || !("weight" in other.values));
    return isZero(layers) && !isAlone ? shortcut : [{ layers, shortcut }];
  });
  left.forEach((_, at) => {
    const reader = readerOf(left, at);
    if (reader > 0) removeBetween(left, at, reader);
  });
  return left;
}

/** Whether a list writes 0 whatever it reads, as far as its last matrix alone tells. */
function isZero(nodes: readonly Node[]): boolean {
  const last = nodes.findLastIndex((node) => isSum(node) || "weight" in node.values);
  const node = nodes[last];
  if (!node || isSum(node) || !(isMatrix(node) || node.spec.layer === "attention")) return false;
  const { weight, value } = node.values;
  if (![weight, value].some((matrix) => matrix?.every((w) => w === 0))) return false;
  const rest = nodes.slice(last + 1);
  const rows = rowsOf(node);
  if (!rest.every((layer) => isSum(layer) || leavesChannels(layer, rows))) return false;
  return Array.from({ length: rows }, (_, i) => through(rest, i, constantOf(node, i))).every((v) => v === 0);
}

/** What a row of 0 writes. */
function constantOf({ spec, values: { bias } }: Leaf, row: number): number {
  return activated("activation" in spec ? spec.activation : null, bias ? bias[row] : 0);
}

/** Of a matrix, or of the one behind the heads of attention. */
function rowsOf({ spec, values: { value } }: Leaf): number {
  if (spec.layer === "dense") return spec.outputs;
  if (spec.layer === "convolution") return spec.channels;
  if (spec.layer === "patches") return spec.features;
  return spec.layer === "attention" ? headsOf(spec, value).features : 0;
}

/** A constant channel's value behind all of these layers, or null. */
const through = (nodes: readonly Node[], channel: number, value: number): number | null =>
  nodes.reduce(
    (v: number | null, node) => (v === null || isSum(node) ? null : constantThrough(node, channel, v)),
    value,
  );

/** Whether its rows are channels, and its columns, again and again, the channels that it reads. */
const isMatrix = ({ spec }: Leaf): boolean =>
  spec.layer === "dense" ||
  spec.layer === "patches" ||
  (spec.layer === "convolution" && (spec.groups ?? 1) === 1);

/** The place of the next matrix that reads what the one at `at` writes, channel by channel; 0 for none. */
function readerOf(nodes: readonly Node[], at: number): number {
  const writer = nodes[at];
  if (isSum(writer) || !isMatrix(writer)) return 0;
  const channels = rowsOf(writer);
  const next = nodes.findIndex((node, l) => l > at && (isSum(node) || !leavesChannels(node, channels)));
  const reader = nodes[next];
  return reader && !isSum(reader) && isMatrix(reader) ? next : 0;
}

/** Removes what is dead of the channels that the matrix at `at` writes for the one at `to`, in place. */
function removeBetween(nodes: Node[], at: number, to: number): void {
  const [writer, reader] = [nodes[at] as Leaf, nodes[to] as Leaf];
  const between = nodes.slice(at + 1, to) as Leaf[];
  const channels = rowsOf(writer);
  const columns = writer.values.weight.length / channels;
  const readColumns = reader.values.weight.length / rowsOf(reader);
  const isPadded = reader.spec.layer === "convolution" && (reader.spec.padding ?? 0) > 0;
  const constants = new Map<number, number>();
  const kept: number[] = [];
  for (let c = 0; c < channels; c++) {
    const row = writer.values.weight.subarray(c * columns, (c + 1) * columns);
    const v = row.every((w) => w === 0) ? through(between, c, constantOf(writer, c)) : null;
    const isUnread = reader.values.weight.every((w, k) => (k % readColumns) % channels !== c || w === 0);
    if (isUnread) constants.set(c, 0);
    else if (v !== null && (v === 0 || !isPadded)) constants.set(c, v);
    else kept.push(c);
  }
  if (kept.length === 0) {
    kept.push(0);
    constants.delete(0);
  }
  if (kept.length === channels) return;
  nodes[at] = { spec: withRows(writer.spec, kept.length), values: rowsIn(writer.values, kept, channels) };
  between.forEach((layer, l) => {
    // What a batch normalization has are numbers of each channel.
    nodes[at + 1 + l] = { ...layer, values: rowsIn(layer.values, kept, channels) };
  });
  nodes[to] = readingOnly(reader, kept, channels, constants);
}

/** The rows `kept` of each of the tensors, which have one for each channel. */
function rowsIn(values: LayerValues, kept: readonly number[], channels: number): LayerValues {
  const cut = (tensor: Float32Array) => {
    const size = tensor.length / channels;
    const out = new Float32Array(kept.length * size);
    for (const [i, c] of kept.entries()) out.set(tensor.subarray(c * size, (c + 1) * size), i * size);
    return out;
  };
  return Object.fromEntries(Object.entries(values).map(([name, tensor]) => [name, cut(tensor)]));
}

function withRows(spec: LayerSpec, rows: number): LayerSpec {
  if (spec.layer === "dense") return { ...spec, outputs: rows };
  if (spec.layer === "convolution") return { ...spec, channels: rows };
  return spec.layer === "patches" ? { ...spec, features: rows } : spec;
}

/** A matrix that reads the channels `kept` alone; what the others were is in its bias. */
function readingOnly(
  reader: Leaf,
  kept: readonly number[],
  channels: number,
  constants: ReadonlyMap<number, number>,
): Leaf {
  const { weight, bias } = reader.values;
  const rows = rowsOf(reader);
  const columns = weight.length / rows;
  const isKept = new Set(kept);
  const sums = Float64Array.from({ length: rows }, (_, i) => bias?.[i] ?? 0);
  weight.forEach((w, k) => {
    sums[Math.floor(k / columns)] += w * (constants.get((k % columns) % channels) ?? 0);
  });
  const values = { ...reader.values, weight: weight.filter((_, k) => isKept.has((k % columns) % channels)) };
  if (sums.every((sum, i) => sum === (bias?.[i] ?? 0))) return { ...reader, values };
  const spec = { ...reader.spec, bias: true };
  return { spec, values: { ...values, bias: Float32Array.from(sums) } };
}

/** Attention without the heads whose values, or what reads these, are 0; with one at least. */
function withoutHeads(node: Leaf): Leaf {
  const { spec, values } = node;
  if (spec.layer !== "attention") return node;
  const { query, key, value, weight } = values;
  const { heads } = spec;
  const { inner, features } = headsOf(spec, value);
  const size = inner / heads;
  const all = Array.from({ length: heads }, (_, h) => h);
  const isRead = (h: number) => weight.some((w, k) => Math.floor((k % inner) / size) === h && w !== 0);
  const hasValues = (h: number) =>
    value.subarray(h * size * features, (h + 1) * size * features).some((w) => w !== 0);
  const live = all.filter((h) => isRead(h) && hasValues(h));
  const kept = live.length > 0 ? live : [0];
  if (kept.length === heads) return node;
  const isKept = new Set(kept);
  const own = rowsIn({ query, key, value }, kept, heads);
  const out = weight.filter((_, k) => isKept.has(Math.floor((k % inner) / size)));
  return {
    spec: { ...spec, heads: kept.length, headSize: size },
    values: { ...values, ...own, weight: out },
  };
}

/** How many columns all heads have together, and how many features they read. */
function headsOf({ heads, headSize }: AttentionSpec, value: Float32Array) {
  const inner = headSize === undefined ? Math.sqrt(value.length) : heads * headSize;
  return { inner, features: value.length / inner };
}
