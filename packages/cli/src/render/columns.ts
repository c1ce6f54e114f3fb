import type {
  ColumnImportance,
  ColumnReport,
  ModelReport,
  PartialDependence,
  PermutationImportance,
  TableGuarantee,
  TabularModel,
} from "psilon";
import { metricName } from "./scores.js";
import { alignedTable, count, figure, figureAbove, shareBar, shortName, thousands } from "./text.js";

/** What a model does on a table. */
export interface TableFindings {
  /** What its score rests on; `data` is what a person calls it. */
  readonly importance: PermutationImportance & { readonly data: string };
  /** What each column does on average. */
  readonly dependences: readonly PartialDependence[];
  readonly guarantee: TableGuarantee | null;
}

/** What the figures of columns are. */
type Changes = ModelReport["changes"];

/** What every column does: at most, as is proven, and of a table's score. */
export function columnsText(
  { columns, changes }: ModelReport,
  target: TabularModel["target"],
  onTable: TableFindings | null,
): string {
  const unit = unitOf(target, changes);
  return onTable ? importanceText(columns, changes, unit, onTable) : reachText(columns, changes, unit);
}

/** The unit of a prediction's change, as part of a sentence. */
export const unitOf = (target: TabularModel["target"], changes: Changes): string =>
  target.task === "regression"
    ? changes === "factors"
      ? "as a factor"
      : "in the target's units"
    : target.classes.length > 2
      ? "in each class's logit"
      : "in log-odds";

export const changeText = (change: number, changes: Changes): string =>
  `${changes === "factors" ? "×" : ""}${figureAbove(change)}`;

/** By which changes compare: factors by their logarithms. */
export const sizeOf = (change: number, changes: Changes): number =>
  changes === "factors" ? Math.log(change) : change;

/** How far each column can move the output, as a bar; all that a column does not move is proved not to depend on it. */
function reachText(reports: readonly ColumnReport[], changes: Changes, unit: string): string {
  const reach = reachBy(changes);
  const columns = [...reports].sort((a, b) => reach(b) - reach(a));
  const most = sizeOf(reach(columns[0]), changes);
  const figures = (report: ColumnReport) => {
    const { perUnit, change, withinRange, total } = report;
    if (!moves(report)) return ["–", "–", "–", changeText(reach(report), changes)];
    const shown = [perUnit, change, withinRange].map((value) =>
      value === null ? "–" : changeText(value, changes),
    );
    return [...shown, total === null ? "∞" : changeText(total, changes)];
  };
  const bars = columns.map((report) => barText(report, sizeOf(reach(report), changes) / most));
  const lines = alignedTable(
    [
      ["", "per unit", "by 1 std", "in its range", "by any move"],
      ...columns.map((report) => [report.column, ...figures(report)]),
    ],
    { beside: ["", ...bars] },
  );
  const has = (kind: ColumnReport["kind"]) => reports.some((report) => report.kind === kind);
  const day = has("date") ? "; the unit of a date is a day" : "";
  const step = has("ordered") ? "; the unit of ordered categories is a step from one level to the next" : "";
  return [
    `Worst-case sensitivity. Each column alone moves a prediction by at most, ${unit}${day}${step}:`,
    lines,
  ].join("\n");
}

/** How much of the score each column carries, as a bar, beside what it does on average and how far it can move the output at most. */
function importanceText(
  reports: readonly ColumnReport[],
  changes: Changes,
  unit: string,
  { importance: { metric, score, rows, repeats, columns, data }, dependences }: TableFindings,
): string {
  const of = ({ column }: { readonly column: string }) => reports.find((one) => one.column === column)!;
  const most = Math.max(columns[0].mean, 0) || 1;
  const name = metricName(metric);
  const ranges = new Map(dependences.map((dependence) => [dependence.column, rangeText(dependence)]));
  const bars = columns.map((column) => barText(of(column), Math.max(column.mean, 0) / most));
  const lines = alignedTable(
    [
      ["", "importance", "mean prediction", "sensitivity", ""],
      ...columns.map((column) => [
        column.column,
        importanceOf(column),
        ranges.get(column.column) ?? "",
        changeText(reachBy(changes)(of(column)), changes),
        moveText(of(column)),
      ]),
    ],
    { beside: ["", ...bars] },
  );
  const averaged = dependences[0].rows < rows ? `${thousands(dependences[0].rows)} of these` : "all";
  const interval = repeats > 1 ? "mean ± its 95 % interval over" : "over";
  return [
    `On ${count(rows, "row")} of ${data}, ${name} is ${figure(score)}. Of each column:`,
    `importance, by how much ${name} falls when it is shuffled (${interval} ${count(repeats, "shuffle")})`,
    `mean prediction, the least … the greatest, when ${averaged} rows have one of its values (partial dependence)`,
    `sensitivity, by how much it alone moves any prediction at most, a proven upper bound, ${unit}`,
    "",
    lines,
  ].join("\n");
}

const importanceOf = ({ mean, interval }: ColumnImportance): string =>
  figure(mean) + (interval ? ` ± ${figure(interval[1] - mean)}` : "");

/** From where to where the mean prediction goes; of classes the probability of the second of two, else of the one that it moves most. */
function rangeText({ outputs, points }: PartialDependence): string {
  const ranges = outputs.map((output, k) => {
    const averages = points.map(({ average }) => average[k]);
    return { output, least: Math.min(...averages), greatest: Math.max(...averages) };
  });
  // The two of two classes are as wide.
  const widest =
    ranges.length === 2
      ? ranges[1]
      : ranges.reduce((widest, range) =>
          range.greatest - range.least > widest.greatest - widest.least ? range : widest,
        );
  const { output, least, greatest } = widest;
  return `${figure(least)} … ${figure(greatest)}${outputs.length > 1 ? ` (${shortName(output)})` : ""}`;
}

/** Any change of a category may be one to or from a missing cell. */
const reachBy =
  (changes: Changes) =>
  (report: ColumnReport): number => {
    const { change, missing } = report;
    return moves(report) ? change : changes === "factors" ? change * missing : change + missing;
  };

/** Numbers, dates and levels move by an amount. */
const moves = ({ kind }: ColumnReport): boolean => kind !== "categorical" && kind !== "boolean";

const moveText = (report: ColumnReport): string => (moves(report) ? "1 std" : "any change");

const barText = ({ irrelevant }: ColumnReport, share: number): string =>
  irrelevant ? "proved not to matter" : shareBar(share);
