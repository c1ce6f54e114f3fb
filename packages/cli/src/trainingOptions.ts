import {
  checkOptions,
  columnsToLearn,
  type Frame,
  inferSchema,
  type Schema,
  type TrainOptions,
} from "psilon";
import { columnEncodings, encodingsIn } from "./columnEncodings.js";
import { columnKinds, oneKindEach } from "./columnKinds.js";
import { columnNamed } from "./data/columnNames.js";
import type { Io } from "./io.js";
import { monotoneColumns, monotoneIn } from "./monotoneColumns.js";
import { objectiveOf } from "./objectiveOptions.js";
import type { ProgressDisplay } from "./progress.js";
import { sampleWeightsIn, withWeights } from "./rareClasses.js";
import { readOptions } from "./readingOptions.js";
import type { ReadOptions } from "./tables/readFrame.js";
import type { TrainingFlags } from "./trainingFlags.js";

/** The library's options. Throws InputError for those out of range. */
export function trainOptions(flags: TrainingFlags): TrainOptions {
  const { network, parametrization, optimizer, p, decay, prune, pruning, scope, ...others } = flags;
  const { preset, lambda, width, depth, epochs, members, seed, backend, task, ...more } = others;
  const { targetScale, loss, quantile, interval, labelSmoothing } = more;
  const { classWeights, threshold, positive } = flags;
  const { learningRate, batchSize, patience, timeLimit, groups, timeColumn } = flags;
  const learned = {
    targetScale,
    loss,
    quantile,
    interval,
    labelSmoothing,
    classWeights,
    threshold,
    positive,
  };
  const model = { network, members, parametrization, optimizer, p, decay, prune, pruning, scope };
  const columns = columnKinds(flags);
  const monotone = monotoneColumns(flags.monotone ?? []);
  const encode = columnEncodings(flags.encode ?? []);
  // By the names as they are given: those of the table are not known yet.
  const objective = objectiveOf(flags, []);
  const search = { preset, lambda, objective };
  const size = { width, depth, epochs };
  const pace = { learningRate, batchSize, patience, timeLimit };
  const split = { groups, timeColumn };
  const table = { task, columns, monotone, encode };
  const options = { ...model, ...learned, ...search, ...size, ...pace, ...split, seed, backend, ...table };
  checkOptions(options);
  return options;
}

/** How the table to learn from is read: classes keep their words. */
export function trainReadOptions(
  flags: TrainingFlags,
  { columns = {}, task, seed = 0 }: TrainOptions,
  progress: ProgressDisplay,
  io: Pick<Io, "stderr">,
): ReadOptions {
  const classes = task === "classification" ? flags.target.map((name) => [name, "categorical"]) : [];
  const declared = Object.entries(columns).map(([name, kind]) => [
    name,
    typeof kind === "string" ? kind : "ordered",
  ]);
  const reading = {
    ...readOptions(flags, io),
    kinds: Object.fromEntries([...classes, ...declared]),
    sample: flags.sample === undefined ? undefined : { rows: flags.sample, seed },
    learners: flags.threads,
    onProgress: progress.reading,
  };
  return withWeights(reading, flags);
}

/** What is to be predicted from what, and how, in the names that the table has. */
export interface Aim {
  readonly target: readonly string[];
  /** The column that says how much rows count, where one does. */
  readonly weights: string | undefined;
  readonly schema: Schema;
  readonly options: TrainOptions;
}

/** Throws InputError for a table that cannot be learned from. */
export function aimAt(frame: Frame, flags: TrainingFlags, options: TrainOptions): Aim {
  const { task } = options;
  const names = frame.columns.map(({ name }) => name);
  const target = flags.target.map((name) => columnNamed(names, name));
  const kinds = Object.entries(options.columns ?? {});
  const named = (name: string | undefined) => (name === undefined ? name : columnNamed(names, name));
  const weights = named(flags.sampleWeights);
  const sampleWeights = weights === undefined ? undefined : sampleWeightsIn(frame, weights, target);
  const declared = oneKindEach(flags, [
    ...kinds.map(([name, kind]) => [columnNamed(names, name), kind] as const),
    // Nothing is predicted from what only says how much rows count.
    ...(weights === undefined ? [] : [[weights, "ignore"] as const]),
  ]);
  const split = { groups: named(options.groups), timeColumn: named(options.timeColumn) };
  const columns = columnsToLearn({ ...split, columns: declared }, target);
  const monotone = monotoneIn(names, options.monotone ?? {});
  const encode = options.encode && encodingsIn(names, options.encode);
  const schema = inferSchema(frame, { target, overrides: columns, task });
  // What columns are, all rows say: a few of them may hold two numbers only, which would pass for classes.
  const objective = objectiveOf(flags, names);
  const inTable = { ...split, columns, monotone, encode, objective, sampleWeights };
  return { target, weights, schema, options: { ...options, kinds: schema, ...inTable } };
}
