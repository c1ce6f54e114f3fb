import {
  type Backend,
  type Frame,
  InputError,
  rightRows,
  type TabularModel,
  type Tolerance,
  targetNames,
} from "psilon";
import type { Io } from "./io.js";
import { inOptions } from "./remedies.js";

/**
 * Which of the rows are predicted rightly, by their numbers, for certified accuracy: those that have a target. Where a target's cell cannot
 * be used, none, with a note. Throws InputError, before anything is certified, where `needed` for a curve and there is none.
 */
export function rightnessOf(
  backend: Backend,
  model: TabularModel,
  frame: Frame,
  rows: Int32Array,
  {
    tolerance,
    needed,
    io,
  }: { readonly tolerance: Tolerance | undefined; readonly needed: boolean; readonly io: Io },
): ReadonlyMap<number, boolean> {
  const targets = targetNames(model.target);
  const names = new Set(frame.columns.map(({ name }) => name));
  const missing = targets.filter((name) => !names.has(name));
  let right: ReadonlyMap<number, boolean> = new Map();
  try {
    if (missing.length === 0) right = rightRows(backend, model, frame, rows, tolerance);
  } catch (error) {
    if (needed || !(error instanceof InputError)) throw error;
    io.stderr.write(`note: ${inOptions(error)} Certified accuracy is left out.\n`);
  }
  if (needed && right.size === 0) {
    const lacking =
      missing.length > 0
        ? `${frame.origin.source} has no column ${missing.join(", ")}`
        : `none of these rows of ${frame.origin.source} has a value of ${targets.join(", ")}`;
    throw new InputError({
      code: "no-labelled-rows",
      found: `Certified accuracy needs to know what is right, but ${lacking}`,
      where: { source: frame.origin.source },
      remedy: "leave --curve out",
    });
  }
  return right;
}
