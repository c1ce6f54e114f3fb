import type { CategoryFeature, ExportPlan, NumberFeature, PlanFeature, TruthFeature } from "../plan.js";
import type { Cells } from "./cells.js";
import type { GraphBuilder, Value } from "./graphBuilder.js";
import { beside, cast, picked } from "./operators.js";

/** The networks' inputs, rows × inputs, float32, in an order of the graph's own. */
export interface EncodedInputs {
  readonly values: Value;
  /** The columns in which they stand, by their places in the plan. */
  readonly columns: readonly number[];
}

/** An input of a feature, by its place in the plan. */
interface Input<Feature extends PlanFeature = PlanFeature> {
  readonly feature: Feature;
  readonly place: number;
}

/** What cells become, kind by kind, so that many columns take no more nodes than one. */
export function encodedInputs({ features }: ExportPlan, cells: Cells, graph: GraphBuilder): EncodedInputs {
  const made: Value[] = [];
  const columns: number[] = [];
  let count = 0;
  const placesOf = (inputs: readonly Input[]) => inputs.map(({ feature }) => cells.of(feature));
  const add = <Own extends Input>(
    all: readonly Own[],
    from: Value,
    encode: (graph: GraphBuilder, own: Value, inputs: readonly Own[]) => Value,
  ): void => {
    const inputs = all.filter(({ place }) => place >= 0);
    if (inputs.length === 0) return;
    made.push(encode(graph, picked(graph, from, cells.count, placesOf(inputs)), inputs));
    for (const { place } of inputs) columns[place] = count++;
  };
  const numbers = features.filter((feature) => feature.kind === "number");
  const truths = features.filter((feature) => feature.kind === "truth");
  const categories = features.filter((feature) => feature.kind === "category");
  add(numbers.map(ownValue), cells.values, standardized);
  add(truths.map(ownValue), cells.values, (_, own, inputs) =>
    signs(graph, own, picked(graph, cells.missing, cells.count, placesOf(inputs))),
  );
  add(numbers.flatMap(binsOf), cells.values, shares);
  add(categories.flatMap(codesOf), cells.values, matches);
  add(
    features.map((feature) => ({ feature, place: feature.missing })),
    cells.missing,
    (_, missing) => cast(graph, missing, "float"),
  );
  return { values: beside(graph, made), columns };
}

const ownValue = <Feature extends NumberFeature | TruthFeature>(feature: Feature): Input<Feature> => ({
  feature,
  place: feature.value,
});

/** (x − mean)/std in float64, rounded to float32 and then clipped. Halves, as no difference of these overflows. */
function standardized(graph: GraphBuilder, x: Value, inputs: readonly Input<NumberFeature>[]): Value {
  const { apply, doubles, floats } = graph;
  const halves = (of: (feature: NumberFeature) => number) =>
    doubles(inputs.map(({ feature }) => 0.5 * of(feature)));
  const difference = apply("Sub", [apply("Mul", [x, doubles([0.5])]), halves(({ mean }) => mean)]);
  const values = cast(graph, apply("Div", [difference, halves(({ std }) => std)]), "float");
  const clips = inputs.map(({ feature }) => feature.clip ?? Number.POSITIVE_INFINITY);
  if (clips.every((clip) => clip === Number.POSITIVE_INFINITY)) return values;
  return apply("Max", [apply("Min", [values, floats(clips)]), floats(clips.map((clip) => -clip))]);
}

/** −1, 0 and 1 for false, a missing cell and true, of which the first is 0 and the last 1; NaN for any other number. */
function signs(graph: GraphBuilder, x: Value, missing: Value): Value {
  const { apply, doubles } = graph;
  const choose = (where: Value, number: number, otherwise: Value) =>
    apply("Where", [where, doubles([number]), otherwise]);
  const is = (number: number) => apply("Equal", [x, doubles([number])]);
  const values = choose(missing, 0, choose(is(1), 1, choose(is(0), -1, doubles([Number.NaN]))));
  return cast(graph, values, "float");
}

/** The input of the t-th bin, from 0. */
interface Bin extends Input<NumberFeature> {
  readonly t: number;
  readonly edges: readonly [number, number];
}

const binsOf = (feature: NumberFeature): Bin[] => {
  const { edges, places } = feature.bins ?? { edges: [], places: [] };
  return places.map((place, t) => ({ feature, place, t, edges: [edges[t], edges[t + 1]] }));
};

/** How much of a bin lies below x, from 0 to 1, rounded to float32 together with the bins before it. */
function shares(graph: GraphBuilder, x: Value, bins: readonly Bin[]): Value {
  const { apply, doubles, floats } = graph;
  const from = doubles(bins.map(({ edges }) => 0.5 * edges[0]));
  const widths = doubles(bins.map(({ edges }) => 0.5 * edges[1] - 0.5 * edges[0]));
  const share = apply("Div", [apply("Sub", [apply("Mul", [x, doubles([0.5])]), from]), widths]);
  const within = apply("Max", [apply("Min", [share, doubles([1])]), doubles([0])]);
  const before = bins.map(({ t }) => t);
  const position = cast(graph, apply("Add", [within, doubles(before)]), "float");
  return apply("Sub", [position, floats(before)]);
}

/** The input of the category of this code, or of all others. */
interface Code extends Input<CategoryFeature> {
  readonly code: number;
}

const codesOf = (feature: CategoryFeature): Code[] =>
  [...feature.places, feature.other].map((place, code) => ({ feature, place, code }));

/** 1 where the cell's code is the input's, else 0. */
const matches = (graph: GraphBuilder, cells: Value, inputs: readonly Code[]): Value =>
  cast(graph, graph.apply("Equal", [cells, graph.doubles(inputs.map(({ code }) => code))]), "float");
