import { type DatePart, partValues } from "../../preprocess/dateParts.js";
import type { CategoryFeature, ExportPlan, NumberFeature, PlanFeature } from "../plan.js";
import { datePart } from "./datePart.js";
import type { GraphBuilder, Value } from "./graphBuilder.js";
import { beside, cast } from "./operators.js";

/** What stands in the table's cells, as matrices, rows × cells. */
export interface Cells {
  /** Numbers, float64: of a missing cell the one that it counts as; not finite where there can be no prediction. */
  readonly values: Value;
  /** Truths: whether a cell is missing. */
  readonly missing: Value;
  /** How many a row has, and which of them is a feature's. */
  readonly count: number;
  readonly of: (feature: PlanFeature) => number;
}

/** A feature of what a date's part is called. */
type PartFeature = CategoryFeature & { readonly part: DatePart };

/**
 * The graph's inputs, one for each column that is read, and what stands in them: numbers, truths and dates as they are, of texts, levels and
 * parts of dates their places among those that are known, and of what is none of them the place behind.
 */
export function cellsOf(plan: ExportPlan, graph: GraphBuilder): Cells {
  const { columns, features } = plan;
  const { apply, doubles } = graph;
  const inputs = columns.map(({ name, holds }) => graph.input(name, holds === "texts" ? "string" : "double"));
  const isText = (place: number) => columns[place].holds === "texts";
  const numbers = [...columns.keys()].filter((place) => !isText(place));
  const texts = [...columns.keys()].filter(isText);
  const ownOf = (place: number) =>
    features.find((feature) => feature.column === place && !isPart(feature)) ?? null;
  const parts = features.filter(isPart);
  const codes = texts.map((place) =>
    textCode(plan, graph, ownOf(place) as NumberFeature | CategoryFeature, inputs[place]),
  );
  const cells = beside(graph, [
    ...numbers.map((place) => inputs[place]),
    ...(codes.length > 0 ? [cast(graph, beside(graph, codes), "double")] : []),
    ...parts.map((feature) => partCode(plan, graph, feature, inputs[feature.column])),
  ]);

  const order = [...numbers, ...texts];
  const marks = plan.missing.numbers.map((mark) =>
    // Nothing equals NaN.
    doubles([
      ...order.map((place) => (isMark(mark, plan, place) ? mark : Number.NaN)),
      ...parts.map(() => Number.NaN),
    ]),
  );
  const missing = marks.reduce(
    (found, mark) => apply("Or", [found, apply("Equal", [cells, mark])]),
    apply("IsNaN", [cells]),
  );
  const stead = doubles([...order.map(ownOf), ...parts].map(steadOf));
  return {
    values: apply("Where", [missing, stead, cells]),
    missing,
    count: order.length + parts.length,
    of: (feature) =>
      isPart(feature) ? order.length + parts.indexOf(feature) : order.indexOf(feature.column),
  };
}

const isPart = (feature: PlanFeature): feature is PartFeature =>
  feature.kind === "category" && feature.part !== undefined;

/** Whether a number in that column stands for a missing one; 0 and 1 are truths. */
const isMark = (mark: number, { columns }: ExportPlan, place: number): boolean =>
  columns[place].holds === "numbers" || (columns[place].holds === "truths" && mark !== 0 && mark !== 1);

/** What a missing cell counts as: the mean, half way between false and true, none of the categories, or a date of which only parts are read. */
function steadOf(feature: PlanFeature | null): number {
  switch (feature?.kind) {
    case "number":
      return feature.mean;
    case "truth":
      return 0.5;
    case "category":
      return -1;
    case undefined:
      return 0;
  }
}

/** The texts' places among the feature's, float32; NaN for what is missing. */
function textCode(
  plan: ExportPlan,
  { apply }: GraphBuilder,
  feature: NumberFeature | CategoryFeature,
  texts: Value,
): Value {
  const { known, other } = placesOf(plan, feature);
  // A whole number is the same category with and without a decimal.
  const decimals = [...known].flatMap(([name, place]) =>
    /^-?\d+$/.test(name) ? [[`${name}.0`, place] as const] : [],
  );
  const missing = plan.missing.texts.map((text) => [text, Number.NaN] as const);
  const places = new Map([...known, ...decimals, ...missing]);
  return apply(
    "LabelEncoder",
    [texts],
    [
      { name: "keys_strings", kind: "strings", value: [...places.keys()] },
      { name: "values_floats", kind: "floats", value: [...places.values()] },
      { name: "default_float", kind: "float", value: other },
    ],
  );
}

/** The same of the parts of moments, float64. */
function partCode(plan: ExportPlan, graph: GraphBuilder, feature: PartFeature, moments: Value): Value {
  const { apply, doubles } = graph;
  const { known, other } = placesOf(plan, feature);
  const missing = apply("IsNaN", [moments]);
  const part = datePart(graph, feature.part, apply("Where", [missing, doubles([0]), moments]));
  const codes = doubles(partValues[feature.part].map((name) => known.get(name) ?? other));
  return apply("Where", [missing, doubles([Number.NaN]), apply("Gather", [codes, part])]);
}

/** The places of categories or levels, and that of any other: as good as missing among levels, behind the categories, or an error. */
function placesOf(
  { unseen }: ExportPlan,
  feature: NumberFeature | CategoryFeature,
): { readonly known: ReadonlyMap<string, number>; readonly other: number } {
  const names = feature.kind === "number" ? (feature.levels ?? []) : feature.categories;
  const known = new Map(names.map((name, place) => [name, place]));
  if (feature.kind === "category" && !feature.refusesOthers) return { known, other: names.length };
  return { known, other: unseen === "error" ? Number.POSITIVE_INFINITY : Number.NaN };
}
