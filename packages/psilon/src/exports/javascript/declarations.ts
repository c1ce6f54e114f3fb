import type { TabularModel } from "../../models/tabularModel.js";
import { predictionNames, type Target } from "../../preprocess/target.js";
import type { ExportPlan, PlanColumn } from "../plan.js";
import { quoted } from "./literals.js";

/** What may stand in the cells of a column, as types and in words. */
const cells: Readonly<Record<PlanColumn["holds"], readonly [type: string, words: string]>> = {
  numbers: ["number | bigint | string", "A number, or a text that is a plain one."],
  texts: ["string | number | boolean", "A category: a text, or what a number or a truth is shown as."],
  truths: [
    "boolean | string | number",
    "True or false, or a text that says so: true, t, yes, y, 1, false, f, no, n, 0.",
  ],
  dates: [
    "Date | string",
    "A date, or an ISO text such as 2024-12-31T23:59Z; without a time zone it is taken as UTC.",
  ],
};

/** The module's declarations. `certified`: with those of its bounds. */
export function declarationsOf({ columns, target }: ExportPlan, certified?: TabularModel): string {
  const fields = columns.map(({ name, holds }) => {
    const [type, words] = cells[holds];
    return `  /** ${words} */\n  readonly ${quoted(name)}: ${type} | null | undefined;`;
  });
  return `/** The cells that the model reads, by the names of their columns; null or undefined where one is missing. */
export interface Row {
${fields.join("\n")}
}

${predictionOf(target)}

/** What the model predicts for a row. Throws an Error whose message is a sentence for cells that do not fit. */
export function predict(row: Row): Prediction;

/** The same for many rows, in order; sentences number them from 1. */
export function predictRows(rows: Iterable<Row>): Prediction[];
${certified ? BOUNDS : ""}`;
}

function predictionOf(target: Target): string {
  if (target.task === "classification") {
    return `export type Label = ${target.classes.map(quoted).join(" | ")};

export interface Prediction {
  /** The class that is predicted. */
  readonly label: Label;
  readonly probabilities: Readonly<Record<Label, number>>;
}`;
  }
  const ends = target.interval ? target.names.flatMap((name) => [`${name}_low`, `${name}_high`]) : [];
  const fields = [...predictionNames(target), ...ends].map((name) => `  readonly ${quoted(name)}: number;`);
  return `/** In the target's units. */
export interface Prediction {
${fields.join("\n")}
}`;
}

const BOUNDS = `
/** What one column can do at most, whatever stands in the others; null where there is no end, or nothing of the kind. */
export interface ColumnBounds {
  readonly column: string;
  readonly kind: "numeric" | "ordered" | "boolean" | "categorical" | "date";
  /** Of an ordered category, whose levels are counted from 0 like numbers. */
  readonly levels: readonly string[] | null;
  /** Whether it can change nothing. */
  readonly irrelevant: boolean;
  /** By one standard deviation of the column, or from any value of it to any other where it is no number. */
  readonly change: number | null;
  /** By one unit of a number, one level, or one day. */
  readonly perUnit: number | null;
  /** However far the column moves. */
  readonly total: number | null;
  /** Between any two values from the least to the greatest of the rows learned from. */
  readonly withinRange: number | null;
  /** \`perUnit\` between each two edges, and outside of all. */
  readonly bins: {
    readonly edges: readonly number[];
    readonly perUnit: readonly (number | null)[];
    readonly outside: number | null;
  } | null;
  /** What a missing cell adds to \`change\`, or to \`perUnit\` times the distance from the mean. */
  readonly missing: number | null;
  /** What is proven of the prediction, or of the second class's probability, as the column alone grows. */
  readonly monotone: "non-decreasing" | "non-increasing" | null;
}

/** Bounds for any two rows that differ in one column alone; how far they may be relied on, \`promise\` says. */
export declare const bounds: {
  readonly promise: string;
  /** What the figures count; factors are by how much a prediction is multiplied or divided. */
  readonly changes: "differences in the target's units" | "factors" | "differences of logits";
  readonly columns: readonly ColumnBounds[];
};
`;
