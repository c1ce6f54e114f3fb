import { InputError } from "../errors.js";
import type { FoldedLayer, FoldedNetwork } from "../folded/folded.js";

/** A network and which of a model's inputs feed it; without `inputs` all, in order. */
export interface ModelPart {
  readonly network: FoldedNetwork;
  readonly inputs?: Int32Array;
}

/**
 * y = P·max(h, 0) + N·min(h, 0) + b for every layer but the first, where P = [I +] W⁺ and N = [I +] W⁻ for a pair, P = W and N = 0
 * (null) for a dense one: max and min of an MLP's and of a ResNet's units are bounded alike. The first layer is y = P·x + b. Float64;
 * an entry 1 + W_ii is rounded once.
 */
export interface PiecewiseLayer {
  readonly rows: number;
  readonly columns: number;
  readonly positive: Float64Array;
  readonly negative: Float64Array | null;
  readonly bias: Float64Array;
}

/** One of the networks of a mean, without slopes, and which of the mean's inputs feed it. */
export interface MeanMember {
  readonly network: FoldedNetwork;
  readonly inputs: Int32Array;
}

export interface ModelMember extends MeanMember {
  readonly layers: readonly PiecewiseLayer[];
  readonly room: Room;
}

/** Room for a row over any layer of a member, for its products with P and N, and for the places where it is not 0. */
export interface Room {
  readonly row: Float64Array;
  readonly plus: Float64Array;
  readonly minus: Float64Array;
  readonly nonzero: Int32Array;
}

/** The mean of one or more networks, as a function of one row of inputs: all that a global bound needs. */
export interface NetworkMean {
  readonly inputs: number;
  readonly outputs: number;
  /** How many networks the mean is of: what the members' sum is divided by. */
  readonly networks: number;
  /** The networks' layers, and the linear term of each monotone one, as a network of one layer. */
  readonly members: readonly MeanMember[];
  /** No bound passes a term through more roundings than this, the last sum over the inputs counted in. */
  readonly operations: number;
}

/** What is certified: a mean of networks made ready to be bounded over boxes. */
export interface BoundedModel extends NetworkMean {
  readonly members: readonly ModelMember[];
  /** Global sensitivities found so far: the rows of a table ask for the same few again and again. */
  readonly sensitivities: Map<string, Float64Array>;
}

/**
 * Prepares networks whose mean is to be bounded, once for any number of boxes. `inputs`: how many the model has; needed
 * only where some of them feed no network. Throws InputError where the networks differ in their outputs, or take an input the
 * model has not.
 */
export function boundedModel(parts: readonly ModelPart[], inputs?: number): BoundedModel {
  const mean = networkMean(parts, inputs);
  const members = mean.members.map((member): ModelMember => {
    const { layers } = member.network;
    const width = Math.max(...layers.map(({ rows, columns }) => Math.max(rows, columns)));
    return {
      ...member,
      layers: layers.map(piecewise),
      room: {
        row: new Float64Array(width),
        plus: new Float64Array(width),
        minus: new Float64Array(width),
        nonzero: new Int32Array(width),
      },
    };
  });
  return { ...mean, members, sensitivities: new Map() };
}

/** The mean of networks, whose weights are not looked at. Throws InputError as `boundedModel` does. */
export function networkMean(parts: readonly ModelPart[], inputs?: number): NetworkMean {
  const members = parts.flatMap(withLinearTerm).map(
    ({ network, inputs: fed }): MeanMember => ({
      network,
      inputs: fed ?? Int32Array.from({ length: network.layers[0].columns }, (_, j) => j),
    }),
  );
  const outputs = new Set(members.map(({ network: { layers } }) => layers[layers.length - 1].rows));
  if (outputs.size !== 1) {
    throw new InputError({
      code: "wrong-shape",
      found: `A model is the mean of networks with the same outputs, but these have ${[...outputs].join(" and ") || "none"}`,
    });
  }
  const needed = members.reduce(
    (most, { inputs: fed }) => fed.reduce((last, j) => Math.max(last, j + 1), most),
    0,
  );
  if (inputs !== undefined && inputs < needed) {
    throw new InputError({
      code: "wrong-shape",
      found: `A network takes input ${needed - 1}, counted from 0, but the model has ${inputs}`,
    });
  }
  const operations = members.reduce(
    (sum, { network }) =>
      network.layers.reduce((total, { rows, columns }) => total + 2 * rows + 2 * columns + 16, sum),
    members.length,
  );
  return { inputs: inputs ?? needed, outputs: [...outputs][0], networks: parts.length, members, operations };
}

/** The network's layers and, where it has slopes, the linear function that they are: two networks whose sum it is. */
function withLinearTerm(part: ModelPart): ModelPart[] {
  const { architecture, layers, slopes } = part.network;
  const sloping = slopes ? Int32Array.from(slopes.keys()).filter((j) => slopes[j] !== 0) : [];
  if (!slopes || sloping.length === 0) return [part];
  const linear: FoldedLayer = {
    kind: "dense",
    rows: 1,
    columns: sloping.length,
    weight: slopes.filter((slope) => slope !== 0),
    bias: new Float32Array(1),
  };
  return [
    { ...part, network: { architecture, layers } },
    {
      network: { architecture: "mlp", layers: [linear] },
      inputs: Int32Array.from(sloping, (j) => part.inputs?.[j] ?? j),
    },
  ];
}

function piecewise(layer: FoldedLayer): PiecewiseLayer {
  const { rows, columns } = layer;
  const bias = Float64Array.from(layer.bias);
  if (layer.kind === "dense") {
    return { rows, columns, positive: Float64Array.from(layer.weight), negative: null, bias };
  }
  const withIdentity = (matrix: Float32Array) => {
    const out = Float64Array.from(matrix);
    if (layer.residual) for (let i = 0; i < rows; i++) out[i * columns + i] += 1;
    return out;
  };
  const [positive, negative] = [withIdentity(layer.positive), withIdentity(layer.negative)];
  return { rows, columns, positive, negative, bias };
}

/** The layer without the units that are not among `units`. */
export function keepRows(layer: PiecewiseLayer, units: Int32Array): PiecewiseLayer {
  const { columns, positive, negative, bias } = layer;
  return {
    rows: units.length,
    columns,
    positive: takeBlocks(positive, columns, units),
    negative: negative && takeBlocks(negative, columns, units),
    bias: takeBlocks(bias, 1, units),
  };
}

/** The dense layer that reads `units` alone. */
export function keepColumns(
  { rows, columns, positive, bias }: PiecewiseLayer,
  units: Int32Array,
): PiecewiseLayer {
  const n = units.length;
  const taken = new Float64Array(rows * n);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < n; j++) taken[i * n + j] = positive[i * columns + units[j]];
  }
  return { rows, columns: n, positive: taken, negative: null, bias };
}

/** The blocks of `size` numbers at the given places. */
export function takeBlocks(values: Float64Array, size: number, places: Int32Array): Float64Array {
  const out = new Float64Array(places.length * size);
  // Number by number: blocks are small, and a view of each takes longer than copying it.
  for (let k = 0; k < places.length; k++) {
    for (let j = 0, to = k * size, from = places[k] * size; j < size; j++) out[to + j] = values[from + j];
  }
  return out;
}
