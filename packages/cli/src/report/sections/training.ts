import type { Curve, TrainingHistory } from "psilon";
import { importedFrom } from "../../render/importing.js";
import { metricName } from "../../render/scores.js";
import { count, figure, shortFigure } from "../../render/text.js";
import { chart, DASHES, INKS } from "../chart.js";
import { factList, paragraph, table, worth } from "../elements.js";
import type { ReportFacts } from "../facts/facts.js";
import { type Html, html } from "../html.js";
import type { Section } from "../section.js";

export const training: Section = {
  id: "training",
  title: "The model and how it was trained",
  serves: {
    risk: ["conceptual soundness", "development and documentation"],
    annex: ["2(a)", "2(b)", "2(c)"],
  },
  body: async (facts) => {
    const { record, about } = facts;
    const predicts = paragraph(
      "A feed-forward network. Predictions are the mean of its networks' outputs, in the target's units or as probabilities.",
    );
    if (!about.training) {
      const from = importedFrom(record);
      return html`${predicts}${factList([
        ["network", about.network],
        ...(from === null ? [] : [["imported", from] as const]),
        ...about.predicts,
        ["sparsity", about.sparsity],
      ])}${paragraph("The network was not trained by psilon: on which rows, towards what and how often is not known here, and has to be added by whoever trained it.")}`;
    }
    return html`${predicts}${paragraph(
      "Training adds a penalty on the network's Lipschitz bound to the loss; its weight, λ, is chosen on held-out rows unless it was given.",
    )}${worth("Recorded", "what the model's file says of its training.")}${factList([
      ["network", about.network],
      ["λ", about.training.lambda],
      ...about.predicts,
      ["weights", `hidden ${record.parametrization.hidden}, last ${record.parametrization.output}`],
      ["optimizer", record.optimizer.map(({ kind }) => kind).join(", then ")],
      ["epochs", `${count(record.epochs, "epoch")}, ${count(record.batchSize, "row")} a step`],
      ["rows", `${count(record.rows, "row")} to learn from`],
      ...(record.monotone ? [["monotone in", pairsText(record.monotone)] as const] : []),
      ...(record.classWeights ? [["class weights", JSON.stringify(record.classWeights)] as const] : []),
      ...(record.objective ? [["trained for", "the most held-out rows right and certified"] as const] : []),
      ["sparsity", about.sparsity],
      ["stopped", record.interrupted ? "before its end: the best network so far" : "no: it went to its end"],
      ["computed by", record.backend],
    ])}${searchTable(facts)}${
      record.history
        ? await curves(record.history)
        : paragraph(
            "The model's file, of an earlier version, has no record of how losses fell: there are no learning curves.",
          )
    }`;
  },
};

const pairsText = (signs: Readonly<Record<string, string>>): string =>
  Object.entries(signs)
    .map(([name, sign]) => `${name} (${sign})`)
    .join(", ");

/** What was tried on held-out rows. */
function searchTable({ record }: ReportFacts): Html {
  const { lambdaGrid } = record;
  if (lambdaGrid.length < 2) return html``;
  const isMarked = lambdaGrid.some(({ chosen }) => chosen);
  const metrics = Object.keys(lambdaGrid.find(({ scores }) => scores)?.scores ?? {});
  return table(
    "What every λ came to on held-out rows while it was chosen",
    ["λ", ...metrics.map(metricName), "bound"],
    lambdaGrid.map(({ lambda, scores, bound, encoding, worst, chosen }) => [
      `${shortFigure(lambda)}${encoding ? `, by ${encoding}` : ""}${worst ? ", on the worst case" : ""}${(isMarked ? chosen : lambda === record.lambda) ? " (chosen)" : ""}`,
      ...metrics.map((name) => {
        const score = (scores as Readonly<Record<string, number>> | null)?.[name];
        return score === undefined ? "–" : figure(score);
      }),
      bound === null ? "–" : figure(bound),
    ]),
  );
}

/** A kind of network's losses over its training. */
interface NamedCurve {
  readonly name: string;
  readonly curve: Curve;
}

async function curves(history: TrainingHistory): Promise<Html> {
  const named: NamedCurve[] = [
    ...history.networks.map((curve, k) => ({
      name: history.networks.length > 1 ? `networks of kind ${k + 1}` : "the network",
      curve,
    })),
    ...(history.trial ? [{ name: "a trial with held-out rows", curve: history.trial }] : []),
  ];
  const lines = named
    .flatMap(({ name, curve }) => [
      { name: `${name}, rows learned from`, epochs: curve.epochs, loss: curve.loss },
      ...(curve.validation
        ? [{ name: `${name}, held-out rows`, epochs: curve.epochs, loss: curve.validation }]
        : []),
    ])
    .filter(({ loss }) => loss.length > 0);
  if (lines.length === 0)
    return paragraph("Training was stopped before an epoch was over: there are no learning curves.");
  const values = lines.flatMap(({ name, epochs, loss }) =>
    loss.map((value, i) => ({ line: name, epoch: epochs[i], loss: value })),
  );
  const isPositive = values.every(({ loss }) => loss > 0);
  return chart({
    id: "learning-curves",
    title: "Learning curves: mean loss over the epochs",
    description: lines
      .map(({ name, loss }) => `${name}: from ${figure(loss[0])} to ${figure(loss[loss.length - 1])}`)
      .join("; "),
    specification: {
      width: 520,
      height: 240,
      data: { values },
      mark: { type: "line", strokeWidth: 1.8 },
      encoding: {
        x: { field: "epoch", type: "quantitative", title: "epoch" },
        y: {
          field: "loss",
          type: "quantitative",
          title: "loss, in scaled units",
          scale: isPositive ? { type: "log", nice: false } : { zero: false },
        },
        color: { field: "line", type: "nominal", sort: null, title: null, scale: { range: INKS } },
        strokeDash: { field: "line", type: "nominal", sort: null, title: null, scale: { range: DASHES } },
      },
    },
    numbers: table(
      "Losses at the beginning, at their least and at the end",
      ["curve", "epochs", "first", "least", "last"],
      lines.map(({ name, epochs, loss }) => [
        name,
        epochs[epochs.length - 1],
        figure(loss[0]),
        figure(Math.min(...loss)),
        figure(loss[loss.length - 1]),
      ]),
    ),
  });
}
