import { derive } from "../random/derive.js";
import { assemble } from "./assemble.js";
import { baselineScores } from "./baselineScores.js";
import { type Fitted, fitPlan } from "./fitPlan.js";
import { checkOptions, pruningRule, type TrainOptions } from "./options.js";
import { makePlan, type Plan } from "./plan.js";
import type { Table } from "./table.js";
import type { TabularModel, ValidationRecord } from "./tabularModel.js";

/**
 * Trains a model that predicts `target` (one column, or several numeric ones) from the table's other columns: infers
 * what the columns hold, encodes them, finds λ by the preset's rule, each value from a fresh start, and trains the
 * final network or ensemble.
 *
 * The encoder and the target's scaling are learned from the rows the final model trains on. Throws InputError for
 * tables and options that cannot be trained on, and when every network diverged.
 */
export async function trainModel(
  table: Table,
  target: string | readonly string[],
  options: TrainOptions = {},
): Promise<TabularModel> {
  const started = performance.now();
  checkOptions(options);
  const { network = "net", preset = "balanced", seed = 0 } = options;
  const plan = makePlan(table, [target].flat(), options);
  const { schema, prepared } = plan;
  const fitted = await fitPlan(plan, options);
  const { job, networks, lambda } = fitted;
  const { members, figures } = assemble(networks, pruningRule(options));
  return {
    schema,
    encoder: prepared.encoder,
    target: prepared.target,
    members,
    record: {
      network,
      parametrization: { hidden: job.network.hidden, output: job.network.output },
      optimizer: job.training.optimizer,
      preset,
      width: job.network.width,
      depth: job.network.depth,
      epochs: job.training.epochs,
      batchSize: job.training.batchSize,
      seed,
      lambda,
      lambdaGrid: fitted.grid.map(({ lambda: value, scores, bound, certified }) => ({
        lambda: value,
        scores,
        bound: Number.isFinite(bound) ? bound : null,
        ...(certified !== null && { certified }),
      })),
      ...(options.objective && { objective: options.objective }),
      rows: plan.selection.kind === "ensemble" ? prepared.rows.length : job.train.rows,
      validation: validationRecord(plan, fitted, derive(seed, "baselines")),
      ...figures,
      ...(job.network.monotone && options.monotone && { monotone: options.monotone }),
      seconds: (performance.now() - started) / 1000,
      backend: networks[0].backend,
      interrupted: fitted.interrupted,
    },
  };
}

function validationRecord(
  { prepared }: Plan,
  { scores, scored }: Fitted,
  seed: number,
): ValidationRecord | null {
  return (
    scores && {
      kind: scored.length > 1 ? "folds" : "holdout",
      rows: scored.reduce((sum, { test }) => sum + test.length, 0),
      model: scores,
      ...baselineScores(prepared, scored, seed),
    }
  );
}
