import type { DatePart } from "../../preprocess/dateParts.js";
import type { GraphBuilder, Value } from "./graphBuilder.js";
import { cast } from "./operators.js";

/** Days from 1970 beyond which there are no dates; far more would be beyond int64. */
const FARTHEST = 1e8;

/** Days from 1 March of the year 0 to 1970: years that begin in March end with their leap days. */
const SINCE_MARCH = 719_468;

/**
 * The places of moments, float64 days since 1970, in `partValues`, int64. Months are found as Neri and Schneider do
 * (https://doi.org/10.1002/spe.3172), by whole numbers.
 */
export function datePart(graph: GraphBuilder, part: DatePart, moments: Value): Value {
  const { apply, doubles, integers } = graph;
  const days = apply("Max", [apply("Min", [moments, doubles([FARTHEST])]), doubles([-FARTHEST])]);
  const whole = (number: Value) => cast(graph, apply("Floor", [number]), "int64");
  // Mod is never below 0 here, and of what is not below 0 either, Div rounds down.
  const by = (op: "Add" | "Mul" | "Div" | "Mod", number: Value, constant: number) =>
    apply(op, [number, integers([constant])]);
  switch (part) {
    case "weekday":
      return by("Mod", by("Add", whole(days), 3), 7);
    case "hour":
      return by("Mod", whole(apply("Div", [apply("Add", [days, doubles([1e-9])]), doubles([1 / 24])])), 24);
    case "month": {
      /** Of a day its number in a period of `length` quarters of days, such as a year's 4·365.25. */
      const dayIn = (length: number, day: Value) =>
        by("Div", by("Mod", by("Add", by("Mul", day, 4), 3), length), 4);
      const dayOfCentury = dayIn(146_097, by("Add", whole(days), SINCE_MARCH));
      const dayOfYear = dayIn(1461, dayOfCentury);
      const sinceJanuary = by("Div", by("Add", by("Mul", dayOfYear, 5), 461), 153);
      // March is 3, and February 14.
      return by("Mod", by("Add", sinceJanuary, 11), 12);
    }
  }
}
