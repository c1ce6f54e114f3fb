import { type ColumnReport, columnReports, inFactors } from "../../models/columnReports.js";
import type { TabularModel } from "../../models/tabularModel.js";
import { quoted } from "./literals.js";

/** How far the figures may be relied on. */
const PROMISE = [
  "Upper bounds for any two rows whatever that differ in one column alone, from one value of it to another: no output differs by more than this.",
  "Where a cell is missing in one of them, `missing` comes on top.",
  "They are computed in float64 and rounded outwards, of the network as a function of real numbers: what rounding does to a prediction is not in them.",
].join(" ");

/** The bounds that `inspectModel` has, as data. */
export function boundsCode(model: TabularModel): string {
  const reports = columnReports(model);
  const columns = isLog(model) ? reports.map(inFactors) : reports;
  return `/** What each column can do at most; null stands for no end. */
export const bounds = {
  promise: ${quoted(PROMISE)},
  changes: ${quoted(changesOf(model))},
  columns: [
${columns.map((report) => `    ${literal(report)},`).join("\n")}
  ],
};`;
}

const isLog = ({ target }: TabularModel) => target.task === "regression" && target.link === "log";

/** What the figures of columns count. */
function changesOf(model: TabularModel): string {
  if (isLog(model)) return "factors";
  return model.target.task === "regression" ? "differences in the target's units" : "differences of logits";
}

/** A report as a literal; numbers that are not finite are bounds that say nothing, and become null. */
const literal = (report: ColumnReport): string =>
  JSON.stringify(report).replace(/[<>\u2028\u2029]/g, (sign) => quoted(sign).slice(1, -1));
