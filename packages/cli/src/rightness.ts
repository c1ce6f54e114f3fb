import { type Backend, InputError, rightRows, type Table, type TabularModel, targetNames } from "psilon";
import type { Io } from "./io.js";
import { inOptions } from "./remedies.js";

/**
 * Which of the rows are predicted rightly, by their numbers, for certified accuracy: those that have a target. Where a target's cell cannot
 * be used, none, with a note. Throws InputError, before anything is certified, where `needed` for a curve and there is none.
 */
export function rightnessOf(
  backend: Backend,
  model: TabularModel,
  table: Table,
  rows: Int32Array,
  {
    tolerance,
    needed,
    io,
  }: { readonly tolerance: number | undefined; readonly needed: boolean; readonly io: Io },
): ReadonlyMap<number, boolean> {
  const targets = targetNames(model.target);
  const missing = targets.filter((name) => !table.names.includes(name));
  let right: ReadonlyMap<number, boolean> = new Map();
  try {
    if (missing.length === 0) right = rightRows(backend, model, table, rows, tolerance);
  } catch (error) {
    if (needed || !(error instanceof InputError)) throw error;
    io.stderr.write(`note: ${inOptions(error)} Certified accuracy is left out.\n`);
  }
  if (needed && right.size === 0) {
    const lacking =
      missing.length > 0
        ? `${table.source} has no column ${missing.join(", ")}`
        : `none of these rows of ${table.source} has a value of ${targets.join(", ")}`;
    throw new InputError({
      code: "no-labelled-rows",
      found: `Certified accuracy needs to know what is right, but ${lacking}`,
      where: { source: table.source },
      remedy: "leave --curve out",
    });
  }
  return right;
}
