import type { FoldedNetwork } from "../../src/networks/folded.ts";

/** The number n·2^p, exactly. */
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

const add = (a: Dyadic, b: Dyadic): Dyadic => {
  const [x, y, p] = align(a, b);
  return { n: x + y, p };
};

const multiply = (a: Dyadic, b: Dyadic): Dyadic => ({ n: a.n * b.n, p: a.p + b.p });

export const subtract = (a: Dyadic, b: Dyadic): Dyadic => add(a, { n: -b.n, p: b.p });

export const magnitude = (a: Dyadic): Dyadic => (a.n < 0n ? { n: -a.n, p: a.p } : a);

/** a ≤ b for a number of float64, which may be infinite. */
export function isAtMost(a: Dyadic, b: number): boolean {
  if (!Number.isFinite(b)) return b > 0;
  const [x, y] = align(a, dyadic(b));
  return x <= y;
}

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
  return h;
}
