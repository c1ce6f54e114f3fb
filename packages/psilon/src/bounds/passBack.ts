import type { FoldedNetwork } from "../folded/folded.js";
import { notLost } from "./rounding.js";

type Matrix = Float32Array | Float64Array;

/** A layer's matrices, rows × columns: W⁺ and W⁻ of a pair, or W alone. */
export interface Matrices {
  readonly rows: number;
  readonly columns: number;
  readonly residual: boolean;
  readonly positive: Matrix;
  readonly negative: Matrix | null;
}

/**
 * How a pair hands back what its rows weigh: from one u_i ≥ 0 for each row to one s_j for each column, such that
 * Σ_i u_i·|Δh′_i| ≤ Σ_j s_j·|Δh_j| for any two inputs h of the pair and their outputs h′. Bounds differ in this alone.
 */
export type PairPass = (
  u: Float64Array,
  rows: number,
  columns: number,
  residual: boolean,
  positive: Matrix,
  negative: Matrix,
) => Float64Array;

/** A row of outputs r: what it weighs is r·f, and a bound of |r·Δf| may use the signs in r. */
export interface SignedRow {
  readonly row: Float64Array;
}

/**
 * The vector s with Σ_k u_k·|f_k(x + δ) − f_k(x)| ≤ Σ_j s_j·|δ_j| for all x and δ, or |r·(f(x + δ) − f(x))| ≤ Σ_j s_j·|δ_j| for a signed
 * row r. Layer by layer, from the last: a dense one hands back |W|ᵀu, because ReLU never stretches a difference; a pair what
 * `pass` says. A signed row is first multiplied into the last layer, which leaves one row of weight 1: |C_y − C_k| is at
 * most |C_y| + |C_k|, and usually far less. `network` has no slopes: in a mean its linear term is a network of its own.
 *
 * Not rounded outwards, but no product is lost to underflow: only what is 0 is 0.
 */
export function passBack(
  network: FoldedNetwork,
  pass: PairPass,
  outputs: Float64Array | SignedRow,
): Float64Array {
  const signed = "row" in outputs ? outputs : null;
  const layers = matricesOf(network, signed);
  let u = "row" in outputs ? new Float64Array([1]) : outputs;
  for (let l = layers.length - 1; l >= 0; l--) u = throughLayer(layers[l], pass, u);
  return u;
}

/** What a layer's columns weigh when its rows weigh u. */
export function throughLayer(layer: Matrices, pass: PairPass, u: Float64Array): Float64Array {
  const { rows, columns, residual, positive, negative } = layer;
  const s = negative
    ? pass(u, rows, columns, residual, positive, negative)
    : throughDense(u, rows, columns, positive);
  for (let j = 0; j < columns; j++) s[j] = notLost(s[j]);
  return s;
}

function throughDense(u: Float64Array, rows: number, columns: number, weight: Matrix): Float64Array {
  const s = new Float64Array(columns);
  // Two rows at a time, to spare loads and stores of s; added one after the other, so that a row of zeros changes no bit.
  for (let i = 0; i + 1 < rows; i += 2) {
    const first = u[i];
    const second = u[i + 1];
    for (let j = 0, at = i * columns, next = at + columns; j < columns; j++, at++, next++) {
      s[j] = s[j] + first * Math.abs(weight[at]) + second * Math.abs(weight[next]);
    }
  }
  if (rows % 2 === 1) {
    for (let j = 0, at = (rows - 1) * columns; j < columns; j++, at++)
      s[j] += u[rows - 1] * Math.abs(weight[at]);
  }
  return s;
}

/** The layers' matrices, with the signed row, if there is one, multiplied into the last. */
export function matricesOf(network: FoldedNetwork, signed: SignedRow | null): Matrices[] {
  const layers = network.layers.map(
    (layer): Matrices =>
      layer.kind === "pair" ? layer : { ...layer, residual: false, positive: layer.weight, negative: null },
  );
  if (signed) layers.push(contract(layers.pop()!, signed.row));
  return layers;
}

function contract({ rows, columns, positive, negative }: Matrices, row: Float64Array): Matrices {
  const product = (matrix: Matrix) => {
    const out = new Float64Array(columns);
    for (let i = 0; i < rows; i++) {
      if (row[i] === 0) continue;
      for (let j = 0; j < columns; j++) out[j] += row[i] * matrix[i * columns + j];
    }
    return out;
  };
  return {
    rows: 1,
    columns,
    residual: false,
    positive: product(positive),
    negative: negative && product(negative),
  };
}
