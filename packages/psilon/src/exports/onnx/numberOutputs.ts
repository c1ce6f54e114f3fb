import type { OnnxAttribute } from "../../formats/onnx/model.js";
import { predictionNames, type RegressionTarget } from "../../preprocess/target.js";
import type { GraphBuilder, Value } from "./graphBuilder.js";
import { alongColumns, beside, picked } from "./operators.js";

/** Hands the targets out in their units, float64, one output each, quantiles in order, and the ends of intervals behind them. */
export function handOutNumbers(graph: GraphBuilder, target: RegressionTarget, outputs: Value): void {
  const { names, interval, levels } = target;
  const ordered = levels && levels.length > 1 ? sorted(graph, outputs, levels.length) : outputs;
  const matrices = [unscaled(graph, target, ordered)];
  if (interval) matrices.push(...ends(graph, target, interval.margins, ordered));
  const ways = interval ? ["_low", "_high"] : [];
  const all = [...predictionNames(target), ...ways.flatMap((way) => names.map((name) => name + way))];
  const values = graph.applyMany(
    "Split",
    [beside(graph, matrices), graph.integers(all.map(() => 1))],
    all.length,
    [alongColumns],
  );
  for (const [i, value] of values.entries()) graph.output(value, all[i], "double", 1);
}

/** Each row ascending. With a row more at the end, since onnxruntime ends the whole program where there is none to sort. */
function sorted({ apply, applyMany, doubles, integers }: GraphBuilder, values: Value, count: number): Value {
  const more = apply("Reshape", [doubles(Array(count).fill(0)), integers([1, count])]);
  const rows = apply("Concat", [values, more], [{ name: "axis", kind: "int", value: 0 }]);
  const ascending: OnnxAttribute = { name: "largest", kind: "int", value: 0 };
  const [all] = applyMany("TopK", [rows, integers([count])], 2, [alongColumns, ascending]);
  return apply("Slice", [all, integers([0]), integers([-1]), integers([0])]);
}

/** output·scale + center, or its exponential, which is finite and above 0 however far outputs go. */
function unscaled(
  { apply, doubles }: GraphBuilder,
  { scales, centers, link }: RegressionTarget,
  outputs: Value,
): Value {
  const linear = apply("Add", [apply("Mul", [outputs, doubles(scales)]), doubles(centers)]);
  if (!link) return linear;
  const least = apply("Max", [apply("Exp", [linear]), doubles([2 ** -1022])]);
  return apply("Min", [least, doubles([Number.MAX_VALUE])]);
}

/** The ends of the intervals, rows × targets each. */
function ends(
  graph: GraphBuilder,
  target: RegressionTarget,
  margins: readonly number[],
  ordered: Value,
): readonly [low: Value, high: Value] {
  const { apply, doubles } = graph;
  const { levels, loss } = target;
  const count = levels?.length ?? 1;
  const [first, last] = levels
    ? [0, count - 1].map((place) => picked(graph, ordered, count, [place]))
    : [ordered, ordered];
  if (loss === "poisson") {
    const mean = unscaled(graph, target, ordered);
    const reach = apply("Mul", [apply("Sqrt", [mean]), doubles(margins)]);
    return [apply("Max", [apply("Sub", [mean, reach]), doubles([0])]), apply("Add", [mean, reach])];
  }
  const low = unscaled(graph, target, apply("Sub", [first, doubles(margins)]));
  const high = unscaled(graph, target, apply("Add", [last, doubles(margins)]));
  if (!levels) return [low, high];
  // What is left of quantiles that were too far apart may be empty.
  const isEmpty = apply("Greater", [low, high]);
  const middle = apply("Mul", [apply("Add", [low, high]), doubles([0.5])]);
  return [apply("Where", [isEmpty, middle, low]), apply("Where", [isEmpty, middle, high])];
}
