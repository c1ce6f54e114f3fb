import { predictionNames, type TabularModel, targetNames } from "psilon";
import type { csvLine } from "../data/csv.js";
import type { Certification } from "./certification.js";

/** Every row's answer, by `line` from its cells; a counterexample as JSON of the cells that differ. */
export function certificationCsv(
  { moves, tolerance, verdicts, radii }: Certification,
  { target }: TabularModel,
  line: typeof csvLine,
): string {
  const targets = target.task === "regression" ? predictionNames(target) : targetNames(target);
  const cells = (prediction: string | readonly number[]) =>
    typeof prediction === "string" ? [prediction] : prediction.map(String);
  if (moves) {
    const header = [
      "row",
      ...targets,
      "verdict",
      typeof tolerance === "object" && tolerance ? "moves_at_most_times" : "moves_at_most",
      "counterexample",
      ...targets.map((name) => `${name}_there`),
    ];
    const lines = verdicts.map(({ row, prediction, verdict, atMost, counterexample }) => [
      String(row),
      ...cells(prediction),
      verdict,
      atMost === null ? "" : String(atMost),
      counterexample ? JSON.stringify(counterexample.changes) : "",
      ...(counterexample ? cells(counterexample.prediction) : targets.map(() => "")),
    ]);
    return [header, ...lines].map(line).join("");
  }
  const columns = Object.keys(radii[0]?.alone ?? {});
  const header = ["row", "radius_in_standard_deviations", ...columns.map((name) => `${name}_alone`)];
  const lines = radii.map(({ row, together, alone }) => [
    String(row),
    ...[together, ...columns.map((name) => alone[name])].map((radius) => String(radius ?? "")),
  ]);
  return [header, ...lines].map(line).join("");
}
