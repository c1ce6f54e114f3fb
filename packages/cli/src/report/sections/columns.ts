import type { ColumnReport, PartialDependence } from "psilon";
import { changeText, sizeOf, unitOf } from "../../render/columns.js";
import { deviationText } from "../../render/importing.js";
import { metricName } from "../../render/scores.js";
import { count, figure, valueText } from "../../render/text.js";
import { BAR, chart, DASHES, INKS, labels, SHAPES } from "../chart.js";
import { paragraph, subheading, table, worth } from "../elements.js";
import type { ReportFacts } from "../facts/facts.js";
import { type Html, html } from "../html.js";
import type { Section } from "../section.js";

export const columns: Section = {
  id: "columns",
  title: "What each column does",
  serves: { risk: ["conceptual soundness", "outcomes analysis"], annex: ["2(b)", "3"] },
  body: async (facts) =>
    html`${subheading("How much the score rests on it")}${await importance(facts)}${subheading("How far it can move a prediction at most")}${await sensitivity(facts)}${subheading("What it does on average")}${await dependences(facts)}`,
};

/** Columns in a picture; the tables have more. */
const DRAWN = 20;

/** Bars with their ends, side by side with the names of columns. */
const bars = (values: readonly object[], title: string, marks: readonly object[] = []) => ({
  width: 380,
  height: { step: 18 },
  data: { values },
  encoding: { y: { field: "column", type: "nominal", sort: null, title: null } },
  layer: [
    {
      mark: BAR,
      encoding: { x: { field: "value", type: "quantitative", title } },
    },
    ...marks,
  ],
});

async function importance({ importance: found, data, seed }: ReportFacts): Promise<Html> {
  const { metric, score, rows, repeats } = found;
  const name = metricName(metric);
  const what = metric === "pinball" ? `by how much ${name} rises` : `by how much ${name} falls`;
  const drawn = found.columns.slice(0, DRAWN);
  const names = labels(drawn.map(({ column }) => column));
  return html`${worth(
    "Measured",
    `on ${count(rows, "row")} of ${data}, where ${name} is ${figure(score)}: ${what} when a column's cells are dealt out anew among the rows, the mean of ${count(repeats, "shuffle")} (seed ${seed}) with its 95 % interval over these shuffles, not over other rows. Of two columns that say the same, each may look unimportant.`,
  )}${await chart({
    id: "importance",
    title: "Permutation importance",
    description: `${what} when the column is shuffled, the most important first: ${drawn.map(({ column, mean }) => `${column} ${figure(mean)}`).join(", ")}.`,
    specification: bars(
      drawn.map(({ mean, interval }, i) => ({
        column: names[i],
        value: mean,
        low: interval?.[0] ?? mean,
        high: interval?.[1] ?? mean,
      })),
      what,
      [
        {
          mark: { type: "rule", strokeWidth: 1.5, color: "#111111" },
          encoding: { x: { field: "low", type: "quantitative" }, x2: { field: "high" } },
        },
      ],
    ),
    numbers: table(
      "Permutation importance, column by column",
      ["column", what, "95 % interval"],
      found.columns.map(({ column, mean, interval }) => [
        column,
        figure(mean),
        interval ? interval.map(figure).join(" … ") : "–",
      ]),
    ),
  })}`;
}

async function sensitivity({ inspection, record, target }: ReportFacts): Promise<Html> {
  const { columns: reports, changes } = inspection;
  const unit = unitOf(target, changes);
  const text = (change: number | null, none: string) =>
    change === null ? none : changeText(change, changes);
  // Numbers and categories compare by one standard deviation and any other category.
  const drawn = reports
    .filter(({ change }) => Number.isFinite(change))
    .slice(0, DRAWN)
    .map((report) => ({ ...report, value: sizeOf(report.change, changes) }));
  const names = labels(drawn.map(({ column }) => column));
  const measure = changes === "factors" ? "logarithm of the factor" : unit;
  return html`${worth(
    "Proven",
    `upper bounds for any two rows that differ in this column alone, whatever the other columns are, ${unit}. Norm: the one column, ℓ∞ over outputs (of several classes each logit by itself). ${deviationText(record)} Arithmetic: computed in float64 from the float32 weights and rounded outwards; what a prediction itself rounds in float32 comes on top. They bound what a column can do, and do not say that it does so on real rows.`,
  )}${await chart({
    id: "sensitivity",
    title: "Worst-case change by one standard deviation, or to any other category",
    description: `Upper bounds, the largest first: ${drawn.map((report) => `${report.column} ${text(report.change, "")}`).join(", ")}.`,
    specification: bars(
      drawn.map(({ value }, i) => ({ column: names[i], value })),
      `at most, ${measure}`,
    ),
  })}${table(
    `What each column alone can change at most, ${unit}`,
    [
      "column",
      "per unit",
      "by one std",
      "within its range",
      "total: by any move",
      "to or from missing adds",
      "proven direction",
    ],
    reports.map((report) => [
      report.irrelevant ? `${report.column} (proven not to matter)` : report.column,
      movesByAmounts(report) ? text(report.perUnit, "–") : "–",
      movesByAmounts(report) ? text(report.change, "–") : "–",
      movesByAmounts(report) ? text(report.withinRange, "–") : "–",
      movesByAmounts(report) ? text(report.total, "no end") : text(report.change, "–"),
      text(report.missing, "–"),
      report.monotone ?? "–",
    ]),
  )}${paragraph("“Total” is the largest change however far the column moves from one value to another; it has no end where the number itself is an input and is not clipped. The unit of a date is a day, of ordered categories a step from one level to the next.")}`;
}

const movesByAmounts = ({ kind }: ColumnReport): boolean => kind !== "categorical" && kind !== "boolean";

/** Columns of which a picture is drawn, and lines in each. */
const [PICTURES, LINES] = [6, 6];

async function dependences({ dependences: found, data, target }: ReportFacts): Promise<Html> {
  const pictures: Html[] = [];
  for (const [k, dependence] of found.slice(0, PICTURES).entries())
    pictures.push(await picture(dependence, k, target));
  return html`${worth(
    "Measured",
    `the mean prediction when ${count(found[0].rows, "row")} of ${data} all have one value in the column, the others staying as they are (partial dependence). Averages: single rows may go other ways, and combinations are averaged over that no row may have. The ${Math.min(PICTURES, found.length)} most important columns are drawn.`,
  )}<div class="small">${pictures}</div>
${table(
  "From where to where the mean prediction goes with each column",
  ["column", "prediction", "least", "greatest"],
  found.map((dependence) => {
    const { name, least, greatest } = outputsOf(dependence)[0];
    return [dependence.column, name, figure(least), figure(greatest)];
  }),
)}`;
}

/** What is predicted, the one that the column moves most first; of two classes the second one alone, since the first mirrors it. */
function outputsOf({ outputs, points }: PartialDependence) {
  const all = outputs.map((name, k) => {
    const averages = points.map(({ average }) => average[k]);
    return { name, k, least: Math.min(...averages), greatest: Math.max(...averages) };
  });
  return (all.length === 2 ? all.slice(1) : all).sort(
    (a, b) => b.greatest - b.least - (a.greatest - a.least),
  );
}

/** Categories in a picture, in their order. */
const CATEGORIES = 16;

function picture(dependence: PartialDependence, place: number, target: ReportFacts["target"]): Promise<Html> {
  const { column, kind } = dependence;
  const outputs = outputsOf(dependence);
  const shown = outputs.slice(0, LINES);
  const isNumber = kind === "numeric";
  const points = isNumber
    ? dependence.points.filter(({ value }) => value !== null)
    : dependence.points.slice(0, CATEGORIES);
  const valueNames = labels(points.map(({ value }) => valueText(value)));
  const outputNames = labels(shown.map(({ name }) => name));
  const values = points.flatMap(({ value, average }, i) =>
    shown.map(({ k }, j) => ({
      value: isNumber ? value : valueNames[i],
      average: average[k],
      output: outputNames[j],
    })),
  );
  const byOutput = (range: readonly unknown[]) => ({
    field: "output",
    type: "nominal",
    sort: null,
    title: null,
    scale: { range },
    ...(shown.length === 1 && { legend: null }),
  });
  const average = { field: "average", type: "quantitative", title: null, scale: { zero: false } };
  const axes = isNumber
    ? { x: { field: "value", type: "quantitative", title: null, scale: { zero: false } }, y: average }
    : { y: { field: "value", type: "nominal", sort: null, title: null }, x: average };
  const lines = {
    mark: { type: "line", strokeWidth: 1.5 },
    encoding: { ...axes, color: byOutput(INKS), strokeDash: byOutput(DASHES) },
  };
  const marks = {
    mark: { type: "point", filled: true, size: 35, opacity: 1 },
    encoding: { ...axes, color: byOutput(INKS), shape: byOutput(SHAPES) },
  };
  const what = target.task === "classification" ? "probability" : "prediction";
  const ofWhat =
    shown.length === 1
      ? ` of ${shown[0].name}`
      : shown.length < outputs.length
        ? ` of the ${shown.length} of ${outputs.length} ${target.task === "classification" ? "classes" : "targets"} that it moves most`
        : "";
  return chart({
    id: `dependence-${place + 1}`,
    title: `Mean ${what}${ofWhat} by ${column}${isNumber || points.length === dependence.points.length ? "" : `, ${points.length} of ${dependence.points.length} values`}`,
    description: shown
      .map(({ name, least, greatest }) => `${name}: from ${figure(least)} to ${figure(greatest)}`)
      .join("; "),
    specification: {
      width: isNumber ? 230 : 170,
      height: isNumber ? 150 : { step: 16 },
      data: { values },
      layer: isNumber ? [lines, marks] : [marks],
    },
    numbers: table(
      `Mean ${what}${ofWhat} by ${column}`,
      [column, ...shown.map(({ name }) => name)],
      dependence.points.map(({ value, average: means }) => [
        typeof value === "number" ? figure(value) : valueText(value),
        ...shown.map(({ k }) => figure(means[k])),
      ]),
    ),
  });
}
