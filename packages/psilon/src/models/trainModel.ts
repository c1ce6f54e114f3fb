import { aFunction, anObject, checkArgument, checkValues } from "../arguments.js";
import { derive } from "../engine/random/derive.js";
import { constantPrediction, constantScores, linearScores, type Places } from "../fit/baselineScores.js";
import { type Budget, createBudget, unlimited } from "../fit/budget.js";
import { checkOptions } from "../fit/checkOptions.js";
import { type Fitted, fitPlan } from "../fit/fitPlan.js";
import { type FitOptions, pruningRule } from "../fit/options.js";
import { scoreOutputs } from "../fit/outputs.js";
import type { Plan } from "../fit/plan.js";
import { planOnScale } from "../fit/targetScale.js";
import { calibrate } from "../fit/temperature.js";
import { chooseThreshold } from "../fit/threshold.js";
import { heldOutRows } from "../fit/trials.js";
import { heldOutErrors } from "../preprocess/interval.js";
import type { Prepared } from "../preprocess/prepare.js";
import type { Truth } from "../preprocess/target.js";
import type { Frame } from "../tables/frame.js";
import { assemble } from "./assemble.js";
import { historyOf } from "./history.js";
import type { TabularModel, TrainingRecord } from "./tabularModel.js";
import { withInterval } from "./withInterval.js";

/** What a user may say about training on a table; everything has a default. */
export interface TrainOptions extends FitOptions {
  /** Is handed the model as soon as its networks are trained, to be saved before anything else is done; awaited. */
  readonly onModel?: ((model: TabularModel) => unknown) | undefined;
}

/**
 * Trains a model that predicts `target` (one column, or several numeric ones) from the table's other columns: infers
 * what the columns hold, encodes them, finds λ by the preset's rule, each value from a fresh start, and trains the
 * final network or ensemble.
 *
 * The encoder and the target's scaling are learned from the rows the final model trains on. What the model must beat on held-out
 * rows is fitted last, once `onModel` has had the model; stopped there, the model is as good, without that score. Throws InputError
 * for tables and options that cannot be trained on, before the first step, and when every network diverged.
 */
export async function trainModel(
  frame: Frame,
  target: string | readonly string[],
  given: TrainOptions = {},
): Promise<TabularModel> {
  const started = performance.now();
  checkArgument("argument of options", given, anObject);
  checkValues(given, { onModel: aFunction });
  const { onModel, ...options } = given;
  const { timeLimit } = options;
  checkOptions(options);
  const budget =
    timeLimit === undefined ? unlimited : createBudget(timeLimit, () => performance.now() / 1000);
  const plan = await planOnScale(frame, target, options, budget);
  const fitted = await fitPlan(plan, options, budget);
  const model = modelOf(plan, fitted, options, budget, started);
  await onModel?.(model);
  const { record } = model;
  if (!record.validation) return model;
  const linear = await linearScores(plan.target, plan.views.linear(), derive(record.seed, "baselines"), {
    run: options.runBaselines,
    signal: options.signal,
  });
  const seconds = (performance.now() - started) / 1000;
  return { ...model, record: { ...record, validation: { ...record.validation, linear }, seconds } };
}

/** The model as its networks make it, without a linear model beside it. */
function modelOf(
  plan: Plan,
  fitted: Fitted,
  options: FitOptions,
  budget: Budget,
  started: number,
): TabularModel {
  const { network = "net", preset = "balanced", seed = 0 } = options;
  const { schema, views } = plan;
  const { parts, outputs, scores } = fitted;
  const [{ candidate, job }] = parts;
  const encodings = new Set(parts.map((part) => part.candidate.encoding));
  const encoding = encodings.size === 1 ? candidate.encoding : "both";
  const { prepared, splits } = views.whole(encoding);
  const trained = parts.flatMap(({ networks, candidate: own }) => {
    const inputs = views.inputs(own.encoding, encoding);
    return networks.map((result) => ({ ...result, inputs }));
  });
  const { members, figures } = assemble(trained, pruningRule(options));
  const heldOut = heldOutRows(prepared, splits);
  const { target, calibration, threshold } = decided(plan, prepared, heldOut.truth, splits, fitted);
  const model: TabularModel = {
    schema,
    encoder: prepared.encoder,
    target,
    members,
    record: {
      network,
      parametrization: { hidden: job.network.hidden, output: job.network.output },
      optimizer: job.training.optimizer,
      preset,
      width: candidate.width,
      depth: candidate.depth,
      ...(parts.length > 1 && {
        parts: parts.map(({ networks, candidate: own }) => ({
          ...own,
          networks: networks.reduce((sum, result) => sum + result.networks.length, 0),
        })),
      }),
      ...(job.network.members !== undefined && { members: job.network.members }),
      epochs: job.training.epochs,
      batchSize: job.training.batchSize,
      seed,
      ...controlOf(options, budget),
      ...(options.labelSmoothing && { labelSmoothing: options.labelSmoothing }),
      ...(options.classWeights && { classWeights: options.classWeights }),
      lambda: candidate.lambda,
      lambdaGrid: fitted.grid.map((trial) => {
        const { lambda, worst, plain, encoding: own } = trial.candidate;
        const { scores: reached, bound, certified } = trial;
        return {
          lambda,
          scores: reached,
          bound: Number.isFinite(bound) ? bound : null,
          ...(certified !== null && { certified }),
          ...(worst && { worst }),
          ...(plain && { plain }),
          ...(options.objective && own !== plan.encodings[0] && { encoding: own }),
          ...(options.objective && trial.candidate === candidate && { chosen: true as const }),
        };
      }),
      ...(options.objective && { objective: options.objective }),
      rows: job.train.rows,
      constant: Array.from(constantPrediction(plan.target, views.truth)),
      validation: scores && {
        kind: splits.length > 1 ? "folds" : "holdout",
        rows: splits.reduce((sum, { test }) => sum + test.length, 0),
        model: threshold && outputs ? scoreOutputs(target, heldOut.truth, outputs) : scores,
        constant: constantScores(plan.target, views.whole(candidate.encoding).parts),
        linear: null,
        ...(calibration && { calibration }),
        ...(threshold && { threshold }),
      },
      ...figures,
      ...(job.network.monotone && options.monotone && { monotone: options.monotone }),
      ...(options.encode && { encode: options.encode }),
      seconds: (performance.now() - started) / 1000,
      history: historyOf(fitted),
      backend: trained[0].backend,
      interrupted: fitted.interrupted,
    },
  };
  const isKnown = target.task === "regression" && target.heldOut !== undefined;
  return options.interval !== undefined && isKnown ? withInterval(model, options.interval) : model;
}

/**
 * The target with what the outputs of held-out rows, where there are any, say of it: how far off numbers were, and of classes a temperature and
 * the threshold that was asked for.
 */
function decided(
  plan: Plan,
  prepared: Prepared,
  truth: Truth,
  splits: readonly Places[],
  { outputs, crossed }: Fitted,
) {
  if (plan.target.task === "regression") {
    const errors = crossed && { heldOut: heldOutErrors(plan.target, truth, crossed) };
    return { target: { ...plan.target, ...errors }, calibration: null, threshold: null };
  }
  if (!outputs) return { target: plan.target, calibration: null, threshold: null };
  const calibration = calibrate(prepared, plan.target, splits, outputs);
  const calibrated = calibration ? { ...plan.target, temperature: calibration.temperature } : plan.target;
  if (!plan.threshold) return { target: calibrated, calibration, threshold: null };
  const { threshold, record } = chooseThreshold(plan.threshold, calibrated, truth, outputs);
  return { target: { ...calibrated, threshold }, calibration, threshold: record };
}

/** What was said of it; the batch size stands in the record whether it was or not. */
function controlOf(
  { learningRate, patience, groups, timeColumn }: FitOptions,
  { record }: Budget,
): Pick<TrainingRecord, "control"> {
  const control = { learningRate, patience, groups, timeColumn, timeLimit: record ?? undefined };
  const said = Object.entries(control).filter(([, value]) => value !== undefined);
  return said.length > 0 ? { control: Object.fromEntries(said) } : {};
}
