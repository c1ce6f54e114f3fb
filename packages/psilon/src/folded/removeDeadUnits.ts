import type { FoldedDense, FoldedLayer, FoldedNetwork, FoldedPair } from "./folded.js";

/** A smaller network of the same function, and which inputs it still reads. */
export interface Reduction {
  readonly network: FoldedNetwork;
  /** What feeds each input of `network`: ascending indices of the columns that the caller's rows keep. */
  readonly inputs: Int32Array;
  readonly report: ReductionReport;
}

/** What was there before, and what is left. */
export interface ReductionReport {
  readonly inputs: { readonly before: number; readonly after: number };
  /** Units of each layer but the last: an MLP's hidden layers; a ResNet's embedding and blocks, of which `after` may have fewer. */
  readonly units: { readonly before: readonly number[]; readonly after: readonly number[] };
  /** Stored numbers, weights and biases, zeros included. */
  readonly parameters: { readonly before: number; readonly after: number };
}

/**
 * The same function as a smaller network (derived). A weight counts only if the input moves what it reads and an output
 * depends on what it writes; both follow from the pattern of zeros alone. What the input cannot move is a constant and is
 * added to the biases of its readers. Units, stream coordinates and inputs left without a weight that counts disappear,
 * as do residual blocks, whose bias the layer before takes over. Layers and inputs that would become empty keep one unit, of
 * weight 0, so that a constant network is still a network.
 *
 * Outputs differ only by the float32 rounding of biases that took over a constant. A dead weight lies on no path, so the slopes of a
 * monotone network stay what they were, and the bounds but for their margin for rounding, except that the folded bound shrinks
 * with each block that disappears.
 *
 * `inputs`: what feeds each input of `network`, where it was reduced before; by default 0, 1, 2, …
 */
export function removeDeadUnits(network: FoldedNetwork, inputs?: Int32Array): Reduction {
  return removeSharedDeadUnits([network], inputs)[0];
}

/**
 * The same for the members of a shared ensemble, all of one shape: what is dead in every one of them disappears, so that they stay of one
 * shape and share what they shared.
 */
export function removeSharedDeadUnits(
  members: readonly FoldedNetwork[],
  inputs: Int32Array = Int32Array.from({ length: members[0].layers[0].columns }, (_, j) => j),
): Reduction[] {
  const [{ architecture, layers: first }] = members;
  const moved = findMoved(members);
  const biases = members.map(({ layers }) => foldConstants(layers, moved));
  const read = findRead(members, moved);
  // The residual stream is one set of coordinates at every depth, and read[1] holds all that is read later, too.
  const kept = read.map((_, l) =>
    indices(architecture === "resnet" && l > 0 && l < first.length ? read[1] : read[l]),
  );
  const gathered = first.map((_, l) => gatherOnce(kept[l + 1], kept[l], read[l + 1], moved[l]));
  const isGone = first.map((_, l) =>
    members.every(
      ({ layers }) =>
        isResidual(layers[l]) &&
        matrices(layers[l]).every((matrix) => gathered[l](matrix).every((w) => w === 0)),
    ),
  );
  const rounded = roundOnce();
  return members.map(({ layers, slopes }, m) => {
    const reduced: { layer: FoldedLayer; bias: Float64Array }[] = [];
    layers.forEach((layer, l) => {
      const bias = Float64Array.from(kept[l + 1], (i) => biases[m][l][i]);
      if (isGone[l]) {
        const previous = reduced[reduced.length - 1].bias;
        for (let i = 0; i < bias.length; i++) previous[i] += bias[i];
      } else {
        reduced.push({ layer: mapMatrices(layer, kept[l + 1].length, kept[l].length, gathered[l]), bias });
      }
    });
    const smaller = reduced.map(({ layer, bias }) => ({ ...layer, bias: rounded(layer.bias, bias) }));
    return {
      network: {
        architecture,
        layers: smaller,
        ...(slopes && { slopes: Float32Array.from(kept[0], (j) => slopes[j]) }),
      },
      inputs: Int32Array.from(kept[0], (j) => inputs[j]),
      report: {
        inputs: { before: layers[0].columns, after: kept[0].length },
        units: { before: hiddenUnits(layers), after: hiddenUnits(smaller) },
        parameters: { before: parameters(layers), after: parameters(smaller) },
      },
    };
  });
}

/** For each layer, which of the values that enter it the input moves in any member. */
function findMoved(members: readonly FoldedNetwork[]): Uint8Array[] {
  const [{ layers: first }] = members;
  const moved = [new Uint8Array(first[0].columns).fill(1)];
  first.forEach(({ rows, columns }, l) => {
    const next = isResidual(first[l]) ? moved[l].slice() : new Uint8Array(rows);
    for (const matrix of members.flatMap(({ layers }) => matrices(layers[l]))) {
      for (let k = 0; k < matrix.length; k++) {
        if (matrix[k] !== 0 && moved[l][k % columns]) next[Math.floor(k / columns)] = 1;
      }
    }
    moved.push(next);
  });
  return moved;
}

/** For each layer its bias with the constants added that enter it. They are summed in float64 and rounded once. */
function foldConstants(layers: readonly FoldedLayer[], moved: readonly Uint8Array[]): Float64Array[] {
  const biases: Float64Array[] = [];
  let constants = new Float64Array(layers[0].columns);
  layers.forEach((layer, l) => {
    const { rows, columns } = layer;
    const bias = Float64Array.from(layer.bias);
    matrices(layer).forEach((matrix, channel) => {
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          const weight = matrix[i * columns + j];
          if (weight === 0 || moved[l][j]) continue;
          bias[i] += weight * (channel === 0 ? Math.max(constants[j], 0) : Math.min(constants[j], 0));
        }
      }
    });
    const next = Float64Array.from(bias);
    if (isResidual(layer)) for (let i = 0; i < rows; i++) next[i] += constants[i];
    biases.push(bias);
    constants = next;
  });
  return biases;
}

/**
 * For each layer, which of the values that enter it an output of any member depends on while the input moves them; last, the outputs.
 */
function findRead(members: readonly FoldedNetwork[], moved: readonly Uint8Array[]): Uint8Array[] {
  const [{ layers: first }] = members;
  let after = new Uint8Array(first[first.length - 1].rows).fill(1);
  const read = [after];
  for (let l = first.length - 1; l >= 0; l--) {
    const { rows, columns } = first[l];
    const before = isResidual(first[l]) ? after.slice() : new Uint8Array(columns);
    for (const matrix of members.flatMap(({ layers }) => matrices(layers[l]))) {
      for (let i = 0; i < rows; i++) {
        if (!after[i]) continue;
        for (let j = 0; j < columns; j++) {
          if (moved[l][j] && matrix[i * columns + j] !== 0) before[j] = 1;
        }
      }
    }
    read.unshift(before);
    after = before;
  }
  for (const { slopes } of members) {
    slopes?.forEach((slope, j) => {
      if (slope !== 0) read[0][j] = 1;
    });
  }
  return read;
}

/** What is left of a matrix; of one that members share the same for all of them. */
function gatherOnce(
  rows: readonly number[],
  columns: readonly number[],
  read: Uint8Array,
  moved: Uint8Array,
): (matrix: Float32Array) => Float32Array {
  const known = new Map<Float32Array, Float32Array>();
  return (matrix) => {
    const gathered = known.get(matrix) ?? gatherLive(matrix, rows, columns, read, moved);
    known.set(matrix, gathered);
    return gathered;
  };
}

/** Biases in float32; those that came from one array and are still the same are one array. */
function roundOnce(): (source: Float32Array, bias: Float64Array) => Float32Array {
  const known = new Map<Float32Array, Float32Array>();
  return (source, bias) => {
    const rounded = Float32Array.from(bias);
    const found = known.get(source);
    if (found && found.length === rounded.length && found.every((value, i) => value === rounded[i]))
      return found;
    known.set(source, rounded);
    return rounded;
  };
}

function gatherLive(
  matrix: Float32Array,
  rows: readonly number[],
  columns: readonly number[],
  read: Uint8Array,
  moved: Uint8Array,
): Float32Array {
  const out = new Float32Array(rows.length * columns.length);
  rows.forEach((i, row) => {
    columns.forEach((j, column) => {
      if (read[i] && moved[j]) out[row * columns.length + column] = matrix[i * moved.length + j];
    });
  });
  return out;
}

/** Where `mask` is set, or [0] where it is nowhere. */
function indices(mask: Uint8Array): number[] {
  const set = Array.from(mask.keys()).filter((i) => mask[i]);
  return set.length > 0 ? set : [0];
}

const isResidual = (layer: FoldedLayer) => layer.kind === "pair" && layer.residual;

const matrices = (layer: FoldedLayer) =>
  layer.kind === "dense" ? [layer.weight] : [layer.positive, layer.negative];

const mapMatrices = (
  layer: FoldedLayer,
  rows: number,
  columns: number,
  map: (matrix: Float32Array) => Float32Array,
): FoldedDense | FoldedPair =>
  layer.kind === "dense"
    ? { ...layer, rows, columns, weight: map(layer.weight) }
    : { ...layer, rows, columns, positive: map(layer.positive), negative: map(layer.negative) };

const hiddenUnits = (layers: readonly FoldedLayer[]) => layers.slice(0, -1).map(({ rows }) => rows);

const parameters = (layers: readonly FoldedLayer[]) =>
  layers.reduce(
    (sum, layer) => sum + layer.bias.length + matrices(layer).length * layer.rows * layer.columns,
    0,
  );
