import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import { normal } from "../random/normal.js";
import type { Random } from "../random/random.js";
import { type WeightKind, weightKinds } from "./kinds.js";
import { normalizedWeight } from "./normalized.js";
import { orthogonal } from "./orthogonal.js";
import { plainWeight } from "./plain.js";
import { isTransformed, transformedWeight } from "./transformed.js";
import type { Weight } from "./weight.js";

/**
 * A weight of the given kind with seeded orthogonal directions and lengths `length` (1 in the paper; 0 in a residual
 * block, which then starts as the identity; kinds without trained lengths cannot, and start with rows of their norm). A
 * pair starts with V⁻ = V⁺. Throws InputError where the directions have no norm, as a standardized row of one entry.
 */
export function createWeight(
  backend: Backend,
  kind: WeightKind,
  rows: number,
  columns: number,
  options: { readonly random: Random; readonly paired?: boolean; readonly length?: number },
): Weight {
  const paired = options.paired === true;
  const width = paired ? 2 * columns : columns;
  const raw = backend.arena.tensor(rows, width);
  const directions = orthogonal(rows, columns, options.random);
  for (let i = 0; i < rows; i++) {
    const row = directions.subarray(i * columns, (i + 1) * columns);
    for (let start = 0; start < width; start += columns) raw.data.set(row, i * width + start);
  }
  return weightOf(backend, kind, columns, paired, raw, options.length ?? 1);
}

/**
 * A weight of the given kind of V with N(0, gain²/columns) entries, so that white inputs of variance 1 give outputs of variance gain².
 * Trained lengths start as the norms of V's rows, or their mean where they are shared: as W = V, or as near to it as the kind allows.
 */
export function createGaussianWeight(
  backend: Backend,
  kind: WeightKind,
  rows: number,
  columns: number,
  gain: number,
  random: Random,
): Weight {
  const raw = backend.arena.tensor(rows, columns);
  const deviation = gain / Math.sqrt(columns);
  for (let k = 0; k < raw.length; k++) raw.data[k] = deviation * normal(random);
  const weight = weightOf(backend, kind, columns, false, raw, 1);
  const { lengths } = weight;
  if (!lengths) return weight;
  const norms = Array.from({ length: rows }, (_, i) =>
    rowNorm(raw.data.subarray(i * columns, (i + 1) * columns), weightKinds[kind].norm),
  );
  const mean = norms.reduce((sum, norm) => sum + norm / rows, 0);
  if (weightKinds[kind].length === "row") lengths.data.set(norms);
  else lengths.data.fill(mean);
  weight.lengthUnit = mean;
  weight.normalize();
  return weight;
}

const rowNorm = (row: Float32Array, norm: number): number =>
  norm === 1
    ? row.reduce((sum, v) => sum + Math.abs(v), 0)
    : Math.sqrt(row.reduce((sum, v) => sum + v * v, 0));

/** The weight of this kind whose directions stand in `raw` already. */
function weightOf(
  backend: Backend,
  kind: WeightKind,
  columns: number,
  paired: boolean,
  raw: Tensor,
  length: number,
): Weight {
  const { rows } = raw;
  if (kind === "plain") return plainWeight(backend, rows, columns, paired, raw, length);
  if (isTransformed(kind)) return transformedWeight(backend, kind, columns, paired, raw);
  const initial = weightKinds[kind].length === "fixed" ? 1 : length;
  return normalizedWeight(backend, kind, columns, paired, raw, initial);
}
