import {
  encodingOf,
  type RecordedBound,
  type RegressionTarget,
  type Schema,
  type TabularModel,
} from "psilon";
import type { PathMethod } from "psilon/bounds";
import { figureAbove, rangeEnds } from "./text.js";

export const boundNames: Readonly<Record<PathMethod, string>> = {
  "path-norm": "1-path-norm",
  improved: "improved bound",
  column: "column bound",
  tight: "tight bound",
  skip: "skip bound",
  folded: "folded bound",
};

/** The regularized bound, the tightest one where that is another, and what it means in the user's terms. */
export function boundText({ schema, encoder, record, target }: TabularModel): string {
  const [tightest] = record.bounds;
  const regularized = record.bounds.find(({ name }) => name === "improved") ?? tightest;
  const named = ({ name, value }: RecordedBound) => `${boundNames[name]} ${figureAbove(value)}`;
  const also = tightest === regularized ? "" : `; tighter: ${named(tightest)}`;
  if (tightest.value === Number.POSITIVE_INFINITY) {
    return `${boundNames[tightest.name]} beyond the largest number of float64: nothing is promised`;
  }
  if (tightest.value === 0) {
    return (
      `${named(tightest)}\nnothing is left between inputs and outputs: every prediction is the same\n` +
      "ask for fewer zeros, try --pruning path-magnitude or --scope layer, or train with a smaller --lambda"
    );
  }
  const promise =
    target.task === "regression"
      ? `a prediction moves by at most ${target.names
          .map((name, k) => `${movedText(tightest.value * target.scales[k], target.link)} (${name})`)
          .join(", ")}`
      : `the log-odds of two classes move by at most ${figureAbove(tightest.value / (target.temperature ?? 1))}`;
  // An input of a bin moves by at most 1, whatever its number does.
  const binned = encoder.columns.some((column) => column.kind === "numeric" && encodingOf(column) === "bins");
  const beside = binned ? ", those by their bins however far" : "";
  const beyond = target.task === "regression" ? beyondRange(schema, target, tightest.value) : "";
  return `${named(regularized)}${also}\n${promise}\nwhen every number moves by at most one standard deviation${beside}${beyond}`;
}

/** Says of which targets the bound promises nothing that the table does not. */
const beyondRange = (schema: Schema, target: RegressionTarget, bound: number): string =>
  beyondText(
    schema,
    target.names.map((name, k) => ({
      name,
      isBeyond: (min, max) => {
        const most = bound * target.scales[k % target.scales.length];
        // Factors compare where nothing is 0; counts are 1 apart.
        const least = target.loss === "poisson" ? Math.max(min, 1) : min;
        return target.link ? least > 0 && Math.exp(most) > max / least : most > max - min;
      },
    })),
  );

/** Says of which targets a range is larger than that of the table learned from, which is then no promise; nothing where it is of none. */
export function beyondText(
  { columns }: Schema,
  targets: readonly {
    readonly name: string;
    readonly isBeyond: (min: number, max: number) => boolean;
  }[],
): string {
  const ranges = columns.flatMap((column) => {
    const target = targets.find(({ name }) => name === column.name);
    if (!target || column.role !== "target" || column.kind !== "numeric") return [];
    const { min, max } = column;
    return target.isBeyond(min, max)
      ? [`${rangeEnds(min, max).join(" … ")}${targets.length > 1 ? ` (${column.name})` : ""}`]
      : [];
  });
  return ranges.length > 0 ? `\nthat is larger than the range of the data, ${ranges.join(", ")}` : "";
}

/** Logarithms that move by a sum make numbers that move by a factor. */
const movedText = (most: number, link: "log" | undefined) =>
  link ? `×${figureAbove(Math.exp(most))}` : figureAbove(most);
