import type { ClassScores, Estimate, OneClassMetric } from "psilon";
import { allMetrics, figureOrNone, type Metrics, metricName } from "../../render/scores.js";
import { count, figure, percent, thousands } from "../../render/text.js";
import { paragraph, subheading, table, worth } from "../elements.js";
import type { ReportFacts } from "../facts/facts.js";
import { type Html, html } from "../html.js";
import type { Section } from "../section.js";

export const scores: Section = {
  id: "scores",
  title: "Scores beside what they must beat",
  serves: { risk: ["outcomes analysis", "conceptual soundness"], annex: ["2(g)", "3"] },
  body: (facts) => {
    const { rows, seed, constant } = facts;
    return html`${worth(
      "Measured",
      `on ${count(rows.tested, "row")} of ${facts.data} that have a value of the target. Intervals hold the score of this model on all rows like these in about 95 of 100 tables (percentile bootstrap, 1,000 resamples of the rows, seed ${seed}), if rows are drawn independently; they do not tell how another training would come out, and of fewer than 20 rows they are too narrow.`,
    )}${metricsTable("The model beside always predicting the same", facts.scores.metrics, constant?.metrics ?? null)}${
      constant
        ? paragraph(
            "The constant is what the rows learned from have on average, or as the shares of their classes: whoever looks at no column predicts it.",
          )
        : paragraph(
            "The model's file does not say what its training rows have on average, so that there is no constant to compare with.",
          )
    }${facts.scores.task === "classification" ? classTables(facts.scores) : targetTables(facts)}${heldOut(facts)}`;
  },
};

type Estimates = Readonly<Partial<Record<string, Estimate>>>;

const intervalText = ({ interval }: Estimate, text: (value: number) => string) =>
  interval ? interval.map(text).join(" … ") : "–";

function metricsTable(caption: string, metrics: Estimates, constant: Metrics | null): Html {
  return table(
    caption,
    ["metric", "model", "95 % interval", ...(constant ? ["constant"] : [])],
    allMetrics(metrics).map((name) => {
      const estimate = metrics[name]!;
      const text = name === "mape" ? percent : figure;
      const own = (value: number | null | undefined) => (value == null ? "–" : text(value));
      const why = estimate.reason ? ` (none: ${estimate.reason})` : "";
      return [
        metricName(name) + why,
        own(estimate.value),
        intervalText(estimate, text),
        ...(constant ? [own(constant[name])] : []),
      ];
    }),
  );
}

const ONE_CLASS: readonly (readonly [OneClassMetric, string])[] = [
  ["precision", "precision"],
  ["recall", "recall"],
  ["f1", "F1"],
  ["averagePrecision", "average precision"],
];

/** Confusions of more classes are left to --json. */
const MOST_CLASSES = 12;

function classTables({ classes, confusion }: ClassScores<Estimate>): Html {
  return html`${subheading("Each class")}${table(
    "Each class against all others, with 95 % intervals",
    ["class", "rows", ...ONE_CLASS.map(([, name]) => name)],
    classes.map((one) => [
      one.name,
      thousands(one.rows),
      ...ONE_CLASS.map(([metric]) => {
        const { value, interval } = one[metric];
        return figureOrNone(value) + (interval ? ` (${intervalText(one[metric], figure)})` : "");
      }),
    ]),
  )}${
    classes.length > MOST_CLASSES
      ? ""
      : table(
          "Rows by their true class (down) and the predicted one (across)",
          ["true class", ...classes.map(({ name }) => name)],
          confusion.map((counts, k) => [classes[k].name, ...counts.map(thousands)]),
        )
  }`;
}

function targetTables({ scores: all, constant }: ReportFacts): Html {
  const targets = all.task === "regression" ? (all.targets ?? []) : [];
  return html`${targets.map(({ name, metrics }, k) =>
    metricsTable(
      `${name} alone`,
      metrics,
      constant?.task === "regression" ? (constant.targets?.[k].metrics ?? null) : null,
    ),
  )}`;
}

/** What training saw of the comparison with a linear model. */
function heldOut({ record }: ReportFacts): Html {
  const { validation } = record;
  const heading = subheading("Beside a linear model, on rows held out in training");
  if (!validation)
    return html`${heading}${paragraph("The model's file has no scores on held-out rows: how a linear model would do is not known.")}`;
  const kinds: readonly (readonly [string, Metrics | null])[] = [
    ["the model", { ...validation.model }],
    [
      "a linear model (ridge or logistic regression) on the same columns",
      validation.linear && { ...validation.linear },
    ],
    ["always the same", { ...validation.constant }],
  ];
  const names = allMetrics(validation.model);
  return html`${heading}${worth(
    "Recorded",
    `on the ${count(validation.rows, "row")} held out while λ was chosen (${validation.kind === "folds" ? "each once, in folds" : "one part"}). They helped to choose λ, so that the model's own scores here are a little too good; no intervals were kept.`,
  )}${table(
    "On held-out rows",
    ["", ...names.map(metricName)],
    kinds.map(([name, metrics]) => [name, ...names.map((metric) => figureOrNone(metrics?.[metric] ?? null))]),
  )}`;
}
