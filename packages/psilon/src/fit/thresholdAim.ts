import { InputError } from "../errors.js";
import { suggestion } from "../names.js";
import { columnsOf, type Schema } from "../preprocess/kinds.js";
import type { FitOptions } from "./options.js";
import { isThresholdRule, type ThresholdRule } from "./threshold.js";

/** A rule that was asked for, and the class that it is about, a place among the two. */
export interface ThresholdAim {
  readonly rule: ThresholdRule;
  readonly positive: 0 | 1;
  /** Rows of that class to learn from. */
  readonly rows: number;
}

/** Throws InputError for what is no rule, and for a positive class without one. */
export function checkThreshold({ threshold, positive }: FitOptions): void {
  if (threshold !== undefined && !isThresholdRule(threshold)) {
    const said = written(threshold);
    throw new InputError({
      code: "out-of-range",
      found: `The threshold is chosen for "f1", a recall above 0 and up to 1, or the cost of a false alarm and that of a miss, both above 0, but ${said} was given`,
      value: said,
    });
  }
  if (positive !== undefined && threshold === undefined) {
    throw new InputError({
      code: "missing-argument",
      found: `The class "${positive}" was named as the positive one, which matters to a threshold alone, but none was asked for`,
      value: positive,
      remedy: 'ask for one, such as "f1", or leave it out',
    });
  }
}

/** As JSON has it, which has no large integers, no functions and nothing that is part of itself. */
function written(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}

/**
 * What is asked, of the table's classes: the positive one is the rarer one among the rows to learn from, whose `labels` these are, unless it is
 * named; of equally rare ones the second. Throws InputError for targets that have not two classes, and for a class that there is not.
 */
export function thresholdAim(
  { threshold: rule, positive }: FitOptions,
  schema: Schema,
  labels: Int32Array | undefined,
): ThresholdAim | undefined {
  const [target] = columnsOf(schema, "target");
  if (rule === undefined || !target) return undefined;
  const classes = target.kind === "categorical" ? target.categories : [];
  if (!labels || classes.length !== 2) {
    throw new InputError({
      code: "wrong-task",
      found: `A threshold tells two classes apart, but the target "${target.name}" ${labels ? `has ${classes.length}` : "is a number"}`,
      where: { column: target.name },
      remedy: labels ? "weigh its classes instead" : "leave it out",
    });
  }
  if (positive !== undefined && !classes.includes(positive)) {
    throw new InputError({
      code: "unknown-class",
      found: `The class "${positive}" was named as the positive one, but does not exist`,
      value: positive,
      remedy: suggestion(positive, classes),
    });
  }
  const second = labels.reduce((sum, label) => sum + label, 0);
  const rarer = second <= labels.length - second ? 1 : 0;
  const place = positive === undefined ? rarer : classes.indexOf(positive) === 1 ? 1 : 0;
  return { rule, positive: place, rows: place === 1 ? second : labels.length - second };
}

/** Throws InputError where no row of the positive class is among those held out, whose labels these are. */
export function checkHeldOut({ positive, rows }: ThresholdAim, schema: Schema, labels: Int32Array): void {
  if (labels.includes(positive)) return;
  const [{ name, ...target }] = columnsOf(schema, "target");
  const value = target.kind === "categorical" ? target.categories[positive] : "";
  throw new InputError({
    code: "rare-class",
    found: `Of the ${labels.length} rows held out, on which a threshold is chosen, none is of the class "${value}" of "${name}", which has ${rows} in all`,
    where: { column: name },
    value,
    remedy: "add rows of it, or choose no threshold",
  });
}
