import { guaranteeFact } from "../../render/guarantee.js";
import { deviationText } from "../../render/importing.js";
import { predictsText } from "../../render/predicts.js";
import { allMetrics, figureOrNone, metricName } from "../../render/scores.js";
import { count, figure } from "../../render/text.js";
import { factList, paragraph, worth } from "../elements.js";
import type { ReportFacts } from "../facts/facts.js";
import { html } from "../html.js";
import type { Section } from "../section.js";

/** Metrics that a person needs at first. */
const FIRST = 2;

export const summary: Section = {
  id: "summary",
  title: "Summary",
  serves: { risk: ["development and documentation"], annex: ["2(b)", "3"] },
  body: (facts) => {
    const { about, rows, data, certified, record } = facts;
    return html`${factList([
      ["predicts", predictsText(facts.target)],
      ...about.predicts.filter(([name]) => name === "predicts").map(([, text]) => ["as", text] as const),
      ["tested", `on ${count(rows.tested, "row")} of ${data}`],
      ...scoreLines(facts),
      ["network", about.network],
      ...(certified.guarantee ? [guaranteeFact(certified.guarantee, `rows of ${data}`, facts)] : []),
      ["bound", about.bound],
      ["sparsity", about.sparsity],
    ])}${paragraph(`Scores are measured; what stands beside “proven” and “bound” is proven: the sections “Certified accuracy” and “Layers, zeros and bounds” say in which norm, units and arithmetic. ${deviationText(record)} Every figure of this report is one of three, and says which:`)}
${worth("Proven", "it holds for every case that is named, with the rounding that is named: a promise, not an estimate.")}${worth("Measured", "it was counted or averaged on the rows that are named, some of it with random draws by a seed. On other rows it may be different; it is no promise.")}${worth("Recorded", "it stands in the model's file, where training put it. It cannot be checked without the rows learned from.")}`;
  },
};

function scoreLines({ scores, constant }: ReportFacts): (readonly [string, string])[] {
  const metrics: Readonly<
    Partial<Record<string, { value: number | null; interval: readonly number[] | null }>>
  > = scores.metrics;
  const baseline: Readonly<Record<string, number | null>> = constant?.metrics ?? {};
  return allMetrics(metrics)
    .slice(0, FIRST)
    .map((name) => {
      const { value, interval } = metrics[name]!;
      const around = interval ? `, 95 % interval ${interval.map(figure).join(" … ")}` : "";
      const beside = baseline[name] == null ? "" : `; always predicting the same: ${figure(baseline[name])}`;
      return [metricName(name), `${figureOrNone(value)}${around}${beside}`] as const;
    });
}
