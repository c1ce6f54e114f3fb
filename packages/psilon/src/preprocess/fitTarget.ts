import { InputError, type ProblemCode } from "../errors.js";
import { columnFinder, type Frame } from "../tables/frame.js";
import { numbersAt } from "../tables/values.js";
import { checkToLearn, columnsOf, type Schema } from "./kinds.js";
import { checkDomain, type Target } from "./target.js";
import { scalingOf, type TargetOptions } from "./targetScaling.js";

/** Errors of up to float32's range times this have finite squares. */
const WIDEST = 1e100;

/**
 * What is learned of the targets, from the train rows alone: classes as they are in the schema, so that every split knows all of them, and of
 * numbers their center and scale (`scalingOf`).
 *
 * `frame` needs a value in every target at `rows`. Throws InputError when a target is constant over `rows` or spreads too far, for
 * options that do not fit the targets, and for numbers that have no logarithm or are no counts where those are learned.
 */
export function fitTarget(
  frame: Frame,
  rows: Int32Array,
  schema: Schema,
  options: TargetOptions = {},
): Target {
  checkToLearn(frame, rows, schema);
  const columns = columnsOf(schema, "target");
  if (columns.length === 0) {
    throw new InputError({
      code: "missing-argument",
      found: "The schema names no target, so there is nothing to learn",
    });
  }
  const { targetScale = "value", loss, quantile } = options;
  const asked = quantile
    ? "Quantiles"
    : loss
      ? "The Poisson loss"
      : targetScale === "log"
        ? "A log scale"
        : null;
  if (columns[0].kind === "categorical") {
    const { name, categories: classes } = columns[0];
    if (!asked) return { task: "classification", name, classes };
    throw new InputError({
      code: "wrong-task",
      found: `${asked} ${quantile ? "are" : "is"} for numbers, but the target "${name}" has classes`,
      where: { column: name },
      remedy: "are its values numbers?",
    });
  }
  if (quantile && columns.length > 1) {
    throw new InputError({
      code: "unsuitable",
      found: `Quantiles are of one target, but ${columns.length} were given`,
      remedy: "train a model for each",
    });
  }
  const shape = {
    ...((loss === "poisson" || targetScale === "log") && { link: "log" as const }),
    ...(loss && { loss }),
    ...(quantile && { levels: quantile }),
  };
  const find = columnFinder(frame);
  const scalings = columns.map(({ name }) => {
    const column = find(name);
    checkDomain(shape, column, rows);
    const values = numbersAt(column, rows);
    const scaling = scalingOf(values, options);
    const refuse = (code: ProblemCode, found: string, remedy?: string) =>
      new InputError({
        code,
        found: `The target "${name}" of ${frame.origin.source} ${found}`,
        where: { source: frame.origin.source, column: name },
        ...(remedy && { remedy }),
      });
    if (!(scaling.scale > 0)) {
      throw refuse(
        "constant-target",
        `has the same value in all ${rows.length} train rows, so there is nothing to learn`,
      );
    }
    if (scaling.scale > WIDEST) {
      throw refuse(
        "too-far",
        `spreads over ${scaling.scale}, too far for squared errors to be computed`,
        "give it in a larger unit",
      );
    }
    return { name, ...scaling };
  });
  return {
    task: "regression",
    names: scalings.map((scaling) => scaling.name),
    centers: scalings.map((scaling) => scaling.center),
    scales: scalings.map((scaling) => scaling.scale),
    ...shape,
  };
}
