import type { PathMethod } from "../../src/bounds/passes.ts";
import type { FoldedLayer, FoldedNetwork } from "../../src/folded/folded.ts";

/** The number n·2^p, exactly: what float64 holds, and its sums and products. */
export interface Dyadic {
  readonly n: bigint;
  readonly p: number;
}

export function dyadic(x: number): Dyadic {
  let [value, p] = [x, 0];
  while (!Number.isInteger(value)) {
    value *= 2;
    p--;
  }
  return { n: BigInt(value), p };
}

/** Both numbers' n at the smaller exponent. */
const align = (a: Dyadic, b: Dyadic): [bigint, bigint, number] => {
  const p = Math.min(a.p, b.p);
  return [a.n << BigInt(a.p - p), b.n << BigInt(b.p - p), p];
};

export const add = (a: Dyadic, b: Dyadic): Dyadic => {
  const [x, y, p] = align(a, b);
  return { n: x + y, p };
};

export const multiply = (a: Dyadic, b: Dyadic): Dyadic => ({ n: a.n * b.n, p: a.p + b.p });

export const subtract = (a: Dyadic, b: Dyadic): Dyadic => add(a, negative(b));

export const negative = (a: Dyadic): Dyadic => ({ n: -a.n, p: a.p });

export const magnitude = (a: Dyadic): Dyadic => (a.n < 0n ? negative(a) : a);

export const larger = (a: Dyadic, b: Dyadic): Dyadic => (subtract(a, b).n < 0n ? b : a);

export const sumOf = (values: readonly Dyadic[]): Dyadic => values.reduce(add, dyadic(0));

/** Σ_k a_k·b_k. */
export const dot = (a: ArrayLike<number>, b: ArrayLike<number>): Dyadic =>
  sumOf(Array.from(a, (value, k) => multiply(dyadic(value), dyadic(b[k]))));

/** a ≤ b for a number of float64, which may be infinite. */
export function isAtMost(a: Dyadic, b: number): boolean {
  if (!Number.isFinite(b)) return b > 0;
  const [x, y] = align(a, dyadic(b));
  return x <= y;
}

/** Whether the mean of the values is at most b. */
export const isMeanAtMost = (values: readonly Dyadic[], b: number): boolean =>
  Number.isFinite(b)
    ? isAtMost(subtract(sumOf(values), multiply(dyadic(b), dyadic(values.length))), 0)
    : b > 0;

/** f(x) in exact arithmetic: weights of float32 and inputs of float64 are whole multiples of powers of two. */
export function exactForward(network: FoldedNetwork, x: ArrayLike<number>): Dyadic[] {
  let h = Array.from(x, dyadic);
  network.layers.forEach((layer, l) => {
    const input = h;
    h = Array.from(layer.bias, (bias, i) => {
      let sum = dyadic(bias);
      for (let j = 0; j < layer.columns; j++) {
        const at = i * layer.columns + j;
        const isPositive = input[j].n > 0n;
        if (layer.kind === "dense" && l > 0 && !isPositive) continue;
        const matrix = layer.kind === "dense" ? layer.weight : isPositive ? layer.positive : layer.negative;
        sum = add(sum, multiply(dyadic(matrix[at]), input[j]));
      }
      return layer.kind === "pair" && layer.residual ? add(input[i], sum) : sum;
    });
  });
  const { slopes } = network;
  return slopes ? h.map((value) => add(value, dot(slopes, x))) : h;
}

/** What row i and column j of a layer multiply by: one entry, or for the column bound one for each sign channel. */
function magnitudes(layer: FoldedLayer, method: PathMethod, i: number, j: number): readonly Dyadic[] {
  const at = i * layer.columns + j;
  if (layer.kind === "dense") return [magnitude(dyadic(layer.weight[at]))];
  const identity = dyadic(layer.residual && i === j ? 1 : 0);
  const own = [dyadic(layer.positive[at]), dyadic(layer.negative[at])];
  const [plus, minus] = own.map((weight) => magnitude(add(identity, weight)));
  const [positive, negative] = own.map(magnitude);
  if (method === "column") return [plus, minus];
  if (method === "tight") return [larger(plus, minus)];
  if (method === "improved") return [add(identity, larger(positive, negative))];
  if (method === "skip") return [sumOf([identity, positive, negative])];
  return [add(plus, minus)];
}

/** One s_j per input: what all paths from it to outputs that weigh `outputs` multiply to, summed, by the method's definition. */
export function exactSensitivities(
  network: FoldedNetwork,
  method: PathMethod,
  outputs: readonly number[],
): Dyadic[] {
  let u = outputs.map(dyadic);
  for (const layer of network.layers.toReversed()) {
    const rows = u;
    u = Array.from({ length: layer.columns }, (_, j) => {
      const channels = magnitudes(layer, method, 0, j).map((_, channel) =>
        sumOf(rows.map((weight, i) => multiply(weight, magnitudes(layer, method, i, j)[channel]))),
      );
      return channels.reduce(larger);
    });
  }
  const { slopes } = network;
  return slopes ? u.map((s, j) => add(s, magnitude(dyadic(slopes[j])))) : u;
}
