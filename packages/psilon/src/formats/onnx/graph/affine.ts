import type { Room } from "./room.js";

/** Numbers that a row makes the network compute together: its inputs, or max(0, v) of each of a value's elements. */
export interface Units {
  readonly count: number;
  /** How many activations are before them at most, their own included; of inputs 0. */
  readonly level: number;
  /** What is below their ReLU; null for inputs. */
  readonly of: Affine | null;
}

/**
 * What each element of a value has of some units: so much (`scales`) of one of them each (`picks`; -1: of none), or all that a matrix says, elements × units.
 */
export type Share =
  | { readonly picks: Int32Array; readonly scales: Float64Array }
  | { readonly matrix: Float64Array };

/** A tensor that is an affine function of units, computed in float64; without shares it is a constant. */
export interface Affine {
  readonly kind: "affine";
  readonly dims: readonly number[];
  /** Whole numbers, which some operators take otherwise. */
  readonly isWhole: boolean;
  readonly bias: Float64Array;
  readonly shares: ReadonlyMap<Units, Share>;
}

/** How many elements there are. */
export const sizeOf = (dims: readonly number[]): number => dims.reduce((product, size) => product * size, 1);

export const isConstant = ({ shares }: Affine): boolean => shares.size === 0;

/** All units, as they are. */
export function unitsAs(units: Units, dims: readonly number[], isWhole: boolean, room: Room): Affine {
  room.take(3 * units.count);
  const picks = Int32Array.from({ length: units.count }, (_, i) => i);
  const share = { picks, scales: new Float64Array(units.count).fill(1) };
  return {
    kind: "affine",
    dims,
    isWhole,
    bias: new Float64Array(units.count),
    shares: new Map([[units, share]]),
  };
}

/** The value whose element i is the element `places[i]`. */
export function rearranged(value: Affine, places: Int32Array, dims: readonly number[], room: Room): Affine {
  const count = places.length;
  const shares = new Map<Units, Share>();
  room.take(count);
  for (const [units, share] of value.shares) {
    if ("picks" in share) {
      room.take(2 * count);
      shares.set(units, {
        picks: Int32Array.from(places, (place) => share.picks[place]),
        scales: Float64Array.from(places, (place) => share.scales[place]),
      });
    } else {
      room.take(count * units.count);
      const matrix = new Float64Array(count * units.count);
      places.forEach((place, i) => {
        matrix.set(share.matrix.subarray(place * units.count, (place + 1) * units.count), i * units.count);
      });
      shares.set(units, { matrix });
    }
  }
  return { ...value, dims, bias: Float64Array.from(places, (place) => value.bias[place]), shares };
}

/** Each element times its factor. */
export function scaled(value: Affine, factors: Float64Array, room: Room): Affine {
  const count = factors.length;
  const shares = new Map<Units, Share>();
  room.take(count);
  for (const [units, share] of value.shares) {
    if ("picks" in share) {
      room.take(count);
      shares.set(units, { picks: share.picks, scales: share.scales.map((scale, i) => scale * factors[i]) });
    } else {
      room.take(count * units.count);
      shares.set(units, {
        matrix: share.matrix.map((entry, at) => entry * factors[Math.floor(at / units.count)]),
      });
    }
  }
  return { ...value, bias: value.bias.map((bias, i) => bias * factors[i]), shares };
}

/** The sum of two values of one shape. */
export function sum(a: Affine, b: Affine, room: Room): Affine {
  // An entry of a map takes as much as so many numbers.
  room.take(a.bias.length + 16 * a.shares.size);
  const shares = new Map(a.shares);
  for (const [units, share] of b.shares) {
    const other = a.shares.get(units);
    shares.set(units, other ? sumOfShares(other, share, units.count, room) : share);
  }
  return {
    kind: "affine",
    dims: a.dims,
    isWhole: a.isWhole && b.isWhole,
    bias: a.bias.map((bias, i) => bias + b.bias[i]),
    shares,
  };
}

function sumOfShares(a: Share, b: Share, count: number, room: Room): Share {
  if ("picks" in a && "picks" in b && a.picks.every((pick, i) => pick === b.picks[i])) {
    room.take(a.picks.length);
    return { picks: a.picks, scales: a.scales.map((scale, i) => scale + b.scales[i]) };
  }
  const elements = "picks" in a ? a.picks.length : a.matrix.length / count;
  room.take(elements * count);
  const matrix = new Float64Array(elements * count);
  for (let i = 0; i < elements; i++) {
    for (const share of [a, b]) addRow(share, i, count, 1, matrix, i * count);
  }
  return { matrix };
}

/** Adds `factor` times what element i has of units to a row of so many numbers, which begins at `at`. */
export function addRow(
  share: Share,
  i: number,
  count: number,
  factor: number,
  row: Float64Array,
  at: number,
): void {
  if ("picks" in share) {
    if (share.picks[i] >= 0) row[at + share.picks[i]] += factor * share.scales[i];
  } else {
    for (let j = 0; j < count; j++) row[at + j] += factor * share.matrix[i * count + j];
  }
}

/** Values one after the other, flat. */
export function joined(values: readonly Affine[], room: Room): Affine {
  const count = values.reduce((length, { bias }) => length + bias.length, 0);
  room.take(count);
  const bias = new Float64Array(count);
  const shares = new Map<Units, Share>();
  const all = new Set(values.flatMap((value) => [...value.shares.keys()]));
  room.work(all.size * values.length);
  for (const units of all) shares.set(units, joinedShares(values, units, count, room));
  let at = 0;
  for (const value of values) {
    bias.set(value.bias, at);
    at += value.bias.length;
  }
  return { kind: "affine", dims: [count], isWhole: values.every(({ isWhole }) => isWhole), bias, shares };
}

function joinedShares(values: readonly Affine[], units: Units, count: number, room: Room): Share {
  let at = 0;
  if (values.every(({ shares }) => !shares.has(units) || "picks" in shares.get(units)!)) {
    room.take(2 * count);
    const picks = new Int32Array(count).fill(-1);
    const scales = new Float64Array(count);
    for (const { bias, shares } of values) {
      const share = shares.get(units);
      if (share && "picks" in share) {
        picks.set(share.picks, at);
        scales.set(share.scales, at);
      }
      at += bias.length;
    }
    return { picks, scales };
  }
  room.take(count * units.count);
  const matrix = new Float64Array(count * units.count);
  for (const { bias, shares } of values) {
    const share = shares.get(units);
    for (let i = 0; share && i < bias.length; i++) {
      addRow(share, i, units.count, 1, matrix, (at + i) * units.count);
    }
    at += bias.length;
  }
  return { matrix };
}

/** Rows of `value`, rows × inner, times a constant `weight`, inner × columns. */
export function product(
  value: Affine,
  weight: Float64Array,
  [rows, inner, columns]: readonly [number, number, number],
  dims: readonly number[],
  room: Room,
): Affine {
  room.take(rows * columns);
  room.work(rows * inner * columns);
  const bias = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    for (let k = 0; k < inner; k++) {
      const factor = value.bias[r * inner + k];
      for (let m = 0; m < columns; m++) bias[r * columns + m] += factor * weight[k * columns + m];
    }
  }
  const shares = new Map<Units, Share>();
  for (const [units, share] of value.shares) {
    const { count } = units;
    room.take(rows * columns * count);
    room.work(rows * inner * columns * ("picks" in share ? 1 : count));
    const matrix = new Float64Array(rows * columns * count);
    for (let r = 0; r < rows; r++) {
      for (let k = 0; k < inner; k++) {
        for (let m = 0; m < columns; m++) {
          const at = (r * columns + m) * count;
          addRow(share, r * inner + k, count, weight[k * columns + m], matrix, at);
        }
      }
    }
    shares.set(units, { matrix });
  }
  return { kind: "affine", dims, isWhole: value.isWhole, bias, shares };
}
