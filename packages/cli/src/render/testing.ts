import {
  type ClassScores,
  type Estimate,
  type OneClassMetric,
  type TableScores,
  type TabularModel,
  targetNames,
} from "psilon";
import { confusionText, MOST_CLASSES } from "./perClass.js";
import { allMetrics, figureOrNone, type Metrics, metricName } from "./scores.js";
import { alignedTable, count, facts, figure, figureBriefly, page, percent, thousands } from "./text.js";
import { networkNames } from "./training.js";

/** What came of a saved model on labelled rows. */
export interface TestSummary {
  readonly data: string;
  readonly model: TabularModel;
  /** Those of the table, and those with a value of every target. */
  readonly rows: { readonly read: number; readonly tested: number };
  readonly seed: number;
  readonly scores: TableScores<Estimate>;
  /** Of predicting the same for all rows; null where the model does not know what. */
  readonly constant: TableScores<number | null> | null;
}

/** Intervals of fewer rows, or of a class with fewer, are not to be relied on. */
const FEW = 20;

export function testText(summary: TestSummary): string {
  const { data, model, rows, seed, scores, constant } = summary;
  const without = rows.read - rows.tested;
  const left = without > 0 ? `; ${thousands(without)} without a value of the target left out` : "";
  const sections = [
    facts([
      ["data", `${targetNames(model.target).join(", ")} of ${data}`],
      ["tested", `on ${count(rows.tested, "row")}${left}`],
      ["intervals", `95 %, by 1,000 resamples of the rows, seed ${seed}`],
    ]),
    metricsText(model, scores.metrics, constant?.metrics ?? null),
  ];
  if (scores.task === "classification") {
    sections.push(classesText(scores));
  } else {
    scores.targets?.forEach(({ name, metrics }, k) => {
      const own = constant?.task === "regression" ? (constant.targets?.[k].metrics ?? null) : null;
      sections.push(`${name}:\n${metricsText(model, metrics, own)}`);
    });
  }
  const remarks = remarksOn(scores);
  if (remarks.length > 0) sections.push(remarks.join("\n"));
  sections.push(facts(besideText(model, constant !== null)));
  return page(sections);
}

/** One line per metric. */
function metricsText(
  { record }: TabularModel,
  metrics: Readonly<Partial<Record<string, Estimate>>>,
  constant: Metrics | null,
): string {
  return alignedTable([
    ["", networkNames[record.network], "95 % interval", ...(constant ? ["constant"] : [])],
    ...allMetrics(metrics).flatMap((name) => {
      const estimate = metrics[name];
      if (!estimate) return [];
      const text = name === "mape" ? percent : figure;
      const own = (value: number | null | undefined) => (value == null ? "–" : text(value));
      const beside = constant ? [own(constant[name])] : [];
      return [[metricName(name), own(estimate.value), intervalText(estimate, text), ...beside]];
    }),
  ]);
}

const intervalText = ({ interval }: Estimate, text = figure) =>
  interval ? `${text(interval[0])} … ${text(interval[1])}` : "–";

/** Of classes, each with its interval; the areas under ROC curves are in --json alone. */
function classesText({ classes, macro, weighted, confusion }: ClassScores<Estimate>): string {
  if (classes.length > MOST_CLASSES)
    return `--json has the figures of each of the ${count(classes.length, "class", "classes")}, and their confusion matrix.`;
  const shown: readonly OneClassMetric[] = ["precision", "recall", "f1", "averagePrecision"];
  const line = (name: string, figures: Readonly<Record<OneClassMetric, Estimate>>, rows: number) => [
    name,
    ...shown.map((metric) => {
      const { value, interval } = figures[metric];
      return (
        (value === null ? "–" : figureBriefly(value)) +
        (interval ? ` (${intervalText(figures[metric], figureBriefly)})` : "")
      );
    }),
    thousands(rows),
  ];
  const all = classes.reduce((sum, { rows }) => sum + rows, 0);
  const figures = alignedTable([
    ["class", "precision", "recall", "F1", "average precision", "rows"],
    ...classes.map((one) => line(one.name, one, one.rows)),
    line("macro average", macro, all),
    line("weighted average", weighted, all),
  ]);
  const names = classes.map(({ name }) => name);
  return `${figures}\n\n${confusionText(names, confusion)}`;
}

/** Why something is missing, and where intervals say too much. */
function remarksOn(scores: TableScores<Estimate>): string[] {
  const groups: readonly Readonly<Partial<Record<string, Estimate>>>[] = [
    scores.metrics,
    ...((scores.task === "regression" && scores.targets?.map(({ metrics }) => metrics)) || []),
  ];
  const found = groups.flatMap((metrics) => Object.entries(metrics));
  const lacking = found.flatMap(([name, estimate]) =>
    estimate?.reason ? `no ${metricName(name)}: ${estimate.reason}` : [],
  );
  const classes = scores.task === "classification" ? scores.classes : [];
  const empty = classes
    .filter(({ rows }) => rows === 0)
    .map(({ name }) => `no row is of the class "${name}"`);
  const same = found.flatMap(([name, estimate]) =>
    estimate && estimate.value !== null && !estimate.interval ? [metricName(name)] : [],
  );
  const few = classes
    .filter(({ rows }) => rows > 0 && rows < FEW)
    .map(({ name, rows }) => `"${name}" (${rows})`);
  return [
    ...new Set([...lacking, ...empty]),
    ...(same.length > 0
      ? [
          `no interval of ${[...new Set(same)].join(", ")}: it is the same in all resamples, so that these rows do not tell how far it may be off`,
        ]
      : []),
    ...(few.length > 0 ? [`intervals are too narrow for classes of few rows: ${few.join(", ")}`] : []),
  ];
}

/** What the constant is, and what is known of a linear model. */
function besideText(model: TabularModel, isKnown: boolean): [string, string][] {
  const { validation } = model.record;
  return [
    [
      "constant",
      isKnown
        ? constantText(model)
        : model.record.imported
          ? "not known: the network was trained elsewhere"
          : "not in the model's file, which an earlier psilon has written",
    ],
    ...(validation?.linear
      ? [["linear", heldOutText(model, validation, validation.linear)] as [string, string]]
      : []),
  ];
}

function constantText({ target }: TabularModel): string {
  const from = "of the rows that the model was trained on";
  if (target.task === "classification")
    return `the shares of the classes ${from}, so that the most common one is always predicted`;
  return `the ${target.levels ? "quantiles" : "mean"} ${from}`;
}

type Validation = NonNullable<TabularModel["record"]["validation"]>;

function heldOutText({ target, record }: TabularModel, validation: Validation, linear: Metrics): string {
  const held = `on the ${count(validation.rows, "row")} held out in training: `;
  const metrics = (scores: Metrics) =>
    allMetrics(scores)
      .map((name) => `${metricName(name)} ${figureOrNone(scores[name])}`)
      .join(", ");
  const kind = target.task === "regression" ? "ridge" : "logistic";
  const model = `${networkNames[record.network]} ${metrics(validation.model)}`;
  return `${held}${kind} regression ${metrics(linear)}\n${" ".repeat(held.length)}${model}`;
}
