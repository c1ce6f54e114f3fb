import type { Backend } from "../backend/backend.js";
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
  const { length = 1 } = options;
  if (kind === "plain") return plainWeight(backend, rows, columns, paired, raw, length);
  if (isTransformed(kind)) return transformedWeight(backend, kind, columns, paired, raw);
  const initial = weightKinds[kind].length === "fixed" ? 1 : length;
  return normalizedWeight(backend, kind, columns, paired, raw, initial);
}
