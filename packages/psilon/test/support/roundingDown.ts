import type { Random } from "../../src/engine/random/random.ts";
import type { FoldedDense, FoldedNetwork, FoldedPair } from "../../src/folded/folded.ts";

/** Too small to change a sum of float64 that has reached 1, and half of what could. */
export const LOST = 2 ** -54;

/** 1 and `count` numbers that are lost beside it: float64 finds the sum 1, which is 1 + count·2⁻⁵⁴. */
export const roundsDown = (count: number): number[] => [1, ...Array(count).fill(LOST)];

export const ones = (length: number): number[] => Array(length).fill(1);

/** A dense layer with the given rows, and biases of 0 unless they are given. */
export function denseOf(
  rows: readonly (readonly number[])[],
  bias: readonly number[] = rows.map(() => 0),
): FoldedDense {
  return {
    kind: "dense",
    rows: rows.length,
    columns: rows[0].length,
    weight: Float32Array.from(rows.flat()),
    bias: Float32Array.from(bias),
  };
}

/** A pair with one row, whose W⁻ is −W⁺ unless it is given. */
export const rowPair = (
  positive: readonly number[],
  negative: readonly number[] = positive.map((weight) => -weight),
): FoldedPair => ({
  kind: "pair",
  residual: false,
  rows: 1,
  columns: positive.length,
  positive: Float32Array.from(positive),
  negative: Float32Array.from(negative),
  bias: new Float32Array(1),
});

export const mlpOf = (...layers: FoldedDense[]): FoldedNetwork => ({ architecture: "mlp", layers });

/** One input and one unit a layer, which multiplies by the next of `factors`. */
export const chain = (...factors: number[]): FoldedNetwork =>
  mlpOf(...factors.map((factor) => denseOf([[factor]])));

/** Two inputs, and two units that are on and differ in float32's last place, of which the last layer takes the difference. */
export function cancelling(random: Random): FoldedNetwork {
  const [first, second, own, last] = Array.from({ length: 4 }, () => Math.fround(random.next() - 0.5));
  return mlpOf(
    denseOf([[first, second]], [100]),
    denseOf([[own], [own * (1 + 2 ** -23)]], [1000, 1000]),
    denseOf([[last, -last]], [10]),
  );
}
