import {
  type ClassScores,
  type PredictionInterval,
  type RegressionTarget,
  type TableGuarantee,
  type TabularModel,
  type TemperatureRecord,
  type TestedBaselines,
  type TrainingRecord,
  targetNames,
} from "psilon";
import { type NetworkKind, wholeRules } from "psilon/engine";
import type { PruningGain } from "../pruningGain.js";
import { boundText } from "./bound.js";
import { certifiedTrainingText } from "./certifiedTraining.js";
import { guaranteeFact } from "./guarantee.js";
import { leftOut } from "./leftOut.js";
import { rareClassFacts } from "./rareClass.js";
import { runFacts } from "./run.js";
import { schemaFacts } from "./schema.js";
import { averagedText, type ScoredPart, scoreBoard } from "./scores.js";
import {
  count,
  duration,
  facts,
  figure,
  figureAbove,
  page,
  percent,
  quoted,
  shortFigure,
  thousands,
} from "./text.js";
import { thresholdFacts } from "./threshold.js";

/** What there is to say at the end of training. */
export interface TrainingSummary {
  readonly data: string;
  /** Those that λ was chosen on counted in. */
  readonly trainRows: number;
  readonly model: TabularModel;
  /** The column that says how much rows count, where one does. */
  readonly weights?: string | undefined;
  readonly gain: PruningGain | null;
  /** With every metric, of classes also each one's. */
  readonly test:
    | ({
        readonly rows: number;
        readonly model: TestedBaselines["constant"];
        readonly classes?: ClassScores<number | null>["classes"];
      } & TestedBaselines)
    | null;
  /** About the test rows. */
  readonly guarantee: TableGuarantee | null;
  /** What it is recorded as, if it is. */
  readonly run?: string | undefined;
  readonly out: string;
  /** The picture of how training went, where one was asked for. */
  readonly plot?: string;
}

export const networkNames: Readonly<Record<NetworkKind, string>> = {
  net: "PSiLON Net",
  resnet: "PSiLON ResNet",
  standard: "Standard Net",
  mlp: "plain MLP",
};

export function trainingText(summary: TrainingSummary): string {
  const { model, gain, test, guarantee, run, out, plot } = summary;
  const { record } = model;
  const parts: ScoredPart[] = [];
  if (record.validation) parts.push({ name: "validation", ...record.validation });
  if (test) parts.push({ name: "test", ...test });
  const sections = [
    facts([["data", dataText(summary)], ...schemaFacts(model), ...leftOutFacts(summary)]),
    ...(parts.length > 0 ? [scoreBoard(parts, networkNames[record.network]), ...averagedText(model)] : []),
    ...certifiedTrainingText(model),
    facts([
      ...targetFacts(model),
      ...(test?.classes && model.target.task === "classification"
        ? rareClassFacts(test.classes, model.target.threshold)
        : []),
      ["network", networkText(model)],
      ["λ", lambdaText(model)],
      ...(guarantee ? [guaranteeFact(guarantee, "test rows", model)] : []),
      ["bound", boundText(model)],
      ["sparsity", sparsityText(model) + (gain ? `\n${gainText(gain)}` : "")],
      ["time", duration(record.seconds) + limitText(record)],
      ["saved", record.interrupted ? `${out} (interrupted: the best network so far)` : out],
      ...(plot === undefined ? [] : [["drawn", plot] as [string, string]]),
      ...runFacts(run),
      ["next", `psilon inspect ${quoted(out)}\npsilon predict ${quoted(out)} <data>`],
    ]),
  ];
  return page(sections);
}

/** What a limit on the time cost. */
function limitText({ control }: TrainingRecord): string {
  const limit = control?.timeLimit;
  if (!limit) return "";
  const left = [
    ...(limit.search > 0 ? [`${count(limit.search, "network")} of the search`] : []),
    ...(limit.networks > 0 ? [`${count(limit.networks, "network")} of the model`] : []),
  ];
  return `, of ${duration(limit.seconds)} to train in: ${left.length > 0 ? `${left.join(" and ")} left out` : "nothing was left out"}`;
}

function dataText({ data, trainRows, model, test }: TrainingSummary): string {
  const { schema, target, record } = model;
  const names = targetNames(target);
  // Parts of a date are one column of the table.
  const read = new Set(model.encoder.columns.map((column) => column.date?.column ?? column.name));
  const columns = count(read.size, "column");
  // A refit learns from the rows that λ was chosen on as well; without one they are set aside.
  const aside = trainRows - record.rows;
  return (
    `${names.join(", ")} from ${columns} of ${data}\n` +
    `${count(schema.rows.used, "row")}: ${thousands(record.rows)} to learn from` +
    (aside > 0 ? `, ${thousands(aside)} to choose λ and weights on` : "") +
    (test ? `, ${thousands(test.rows)} to test on` : "")
  );
}

function leftOutFacts({ model, weights }: TrainingSummary): [string, string][] {
  const lines = leftOut(model, weights);
  return lines.length > 0 ? [["left out", lines.join("\n")]] : [];
}

/** What is learned of the target and predicted, where that is not plain, and what a temperature does. */
export function targetFacts({ target, record }: TabularModel): [string, string][] {
  if (target.task === "classification") {
    const { calibration } = record.validation ?? {};
    const cooled = calibration && calibrationText(calibration);
    return [
      ...(cooled ? [["calibration", cooled] as [string, string]] : []),
      ...thresholdFacts(target, record.validation?.threshold),
    ];
  }
  const { levels, link, loss } = target;
  const what = levels
    ? `the quantiles ${levels.join(", ")}${link ? ", learned on a log scale" : ""}`
    : loss
      ? "the mean count, by the Poisson loss"
      : link
        ? "the exponential of the mean logarithm: about the median"
        : null;
  return [
    ...(what ? [["predicts", what] as [string, string]] : []),
    ...(target.interval ? [["interval", intervalText(target, target.interval)] as [string, string]] : []),
  ];
}

/** How wide intervals are, in the targets' units. */
function intervalText(
  { names, scales, link, loss, levels }: RegressionTarget,
  { coverage, margins }: PredictionInterval,
): string {
  const widths = names.map((name, k) => {
    const margin = margins[k] * scales[k];
    const width =
      loss === "poisson"
        ? `±${figureAbove(margins[k])}·√prediction`
        : link
          ? `×${figureAbove(Math.exp(margin))} and its inverse`
          : `±${figureAbove(margin)}`;
    const from = levels ? "from the lowest to the highest quantile, and " : "";
    return `${from}${width} (${name})`;
  });
  return `to hold ${percent(coverage)} of new rows, by the errors of held-out ones: ${widths.join(", ")}`;
}

const calibrationText = ({ temperature, before, after }: TemperatureRecord) =>
  `logits over ${figure(temperature)}: calibration error ${percent(before.calibrationError)} → ${percent(after.calibrationError)}, ` +
  `log loss ${figure(before.logLoss)} → ${figure(after.logLoss)} on held-out rows`;

export function networkText({ record, members }: TabularModel): string {
  const together = record.members ?? 1;
  const these = together === members.length ? "which" : `of which every ${together}`;
  const sharing = together > 1 ? `, ${these} share their hidden layers` : "";
  const ensemble = members.length > 1 ? `the mean of ${members.length}${sharing}: ` : "";
  const what = record.network === "resnet" ? "block" : "hidden layer";
  const shape = ({ width, depth }: { readonly width: number; readonly depth: number }) =>
    depth === 0 ? `no ${what}` : `${count(depth, what)} of ${width}`;
  const plain =
    record.network !== "mlp" && record.parametrization.hidden === "plain" ? ", plain weights" : "";
  const which = `${ensemble}${networkNames[record.network]}${plain}`;
  const { parts } = record;
  if (!parts) return `${which}, ${shape(record)}, preset ${record.preset}`;
  const kinds = parts.map(
    (part) => `${part.networks} ${byEncoding[part.encoding]}: ${shape(part)}, λ ${shortFigure(part.lambda)}`,
  );
  return [`${which}, preset ${record.preset}`, ...kinds].join("\n");
}

/** How networks take numbers. */
const byEncoding = { value: "by values", bins: "by bins", both: "by values and bins" };

export function lambdaText({ record }: TabularModel): string {
  const { lambda, lambdaGrid } = record;
  if (lambdaGrid.length < 2) return shortFigure(lambda);
  const inTime = lambdaGrid.filter(({ scores }) => scores || !record.control?.timeLimit);
  const tried = [...new Set(inTime.map((trial) => shortFigure(trial.lambda)))];
  if (record.interrupted && !lambdaGrid.every(({ scores }) => scores))
    return `${shortFigure(lambda)}; the search among ${tried.join(", ")} was interrupted`;
  if (lambdaGrid.some(({ chosen, worst }) => chosen && worst))
    return `${shortFigure(lambda)}, that of training on the worst case`;
  return tried.length < 2 ? shortFigure(lambda) : `${shortFigure(lambda)}, the best of ${tried.join(", ")}`;
}

function gainText({ units, bytes, milliseconds }: PruningGain): string {
  const kilobytes = `${figure(bytes.before / 1000)} → ${figure(bytes.after / 1000)} kB`;
  const [before, after] = [milliseconds.before, milliseconds.after].map((time) => time.toFixed(2));
  // The smallest networks can be slower without the zeros, which is no gain.
  const time = Number(after) < Number(before) ? `, 1,000 rows in ${before} → ${after} ms` : "";
  return `${units.before} → ${units.after} hidden units, ${kilobytes}${time}`;
}

export function sparsityText({ record }: TabularModel): string {
  const { pruning } = record;
  const before = pruning?.removed.reduce((sum, { parameters }) => sum + parameters.before, 0);
  const zeros = `${percent(record.sparsity)} of the weights are exactly 0${pruning ? ` by ${pruning.rule}` : ""}`;
  const { rule, target } = pruning ?? { rule: null, target: null };
  const isShort =
    target !== null && rule !== null && !wholeRules.includes(rule) && record.sparsity < target - 0.005;
  const short = isShort ? `, of ${percent(target)} asked for: every row keeps an entry` : "";
  const kept = before
    ? `${thousands(record.parameters)} of ${count(before, "parameter")} kept`
    : `${count(record.parameters, "parameter")}`;
  return `${zeros}${short}; ${kept}`;
}
