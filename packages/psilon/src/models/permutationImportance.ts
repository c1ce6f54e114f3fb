import { aFunction, aSignal, type Kind, rowNumbers } from "../arguments.js";
import type { Backend } from "../engine/backend/backend.js";
import { derive } from "../engine/random/derive.js";
import { createRandom } from "../engine/random/random.js";
import { shuffle } from "../engine/random/shuffle.js";
import type { StopSignal } from "../engine/training/pauses.js";
import { createBreathe } from "../fit/baselines/breathe.js";
import { whole } from "../fit/checkOptions.js";
import { checkGiven } from "../names.js";
import { sourcesOf } from "../preprocess/encoder.js";
import { rowsWithTarget } from "../preprocess/schema.js";
import { moments } from "../preprocess/statistics.js";
import { type Target, targetNames } from "../preprocess/target.js";
import { columnAt } from "../tables/columnAt.js";
import { allRows, columnFinder, type Frame } from "../tables/frame.js";
import { meanInterval } from "./meanInterval.js";
import { checkAsked, scoreTable } from "./predictTable.js";
import type { TabularModel } from "./tabularModel.js";

/** By how much the score falls, or the pinball loss rises, when a column's values are dealt out anew among the rows. */
export interface ColumnImportance {
  readonly column: string;
  /** Over the repeats; the standard deviation is over n, not n − 1. */
  readonly mean: number;
  readonly std: number;
  /** The 95 % interval of the mean over the repeats, by Student's t: of shuffling alone, not of other rows. Null for one repeat. */
  readonly interval: readonly [low: number, high: number] | null;
  readonly perRepeat: readonly number[];
}

/** How much a model's score rests on each column. */
export interface PermutationImportance {
  readonly metric: "r2" | "accuracy" | "pinball";
  /** Of the table as it is. */
  readonly score: number;
  readonly rows: number;
  readonly repeats: number;
  /** Most important first. */
  readonly columns: readonly ColumnImportance[];
}

/** On which rows and how often columns are shuffled. */
export interface ImportanceOptions {
  /** Counted from 0; default: those that have every target. */
  readonly rows?: Int32Array | undefined;
  /** Times that each column is shuffled; default 5. */
  readonly repeats?: number | undefined;
  /** A whole number from 0 to 2⁵³ − 1; default 0. A column's shuffles do not depend on which others there are. */
  readonly seed?: number | undefined;
  /** Hears how many of the columns' shuffles are done. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Ends the work with its reason. */
  readonly signal?: StopSignal | undefined;
}

const aWholeNumber: Kind = { name: "a whole number", is: Number.isInteger };

const optionKinds = {
  rows: rowNumbers,
  repeats: aWholeNumber,
  seed: aWholeNumber,
  onProgress: aFunction,
  signal: aSignal,
} satisfies Record<keyof ImportanceOptions, Kind>;

/**
 * How much the model's score rests on each column of the table that it reads: s − s_j for the score s (R² of numbers, accuracy of classes,
 * of quantiles the negative pinball loss) and s_j, that of the table with column j shuffled (Breiman 2001; Fisher, Rudin & Dominici, arXiv:1801.01489; `permutation_importance` of
 * scikit-learn). It tells of this model and these rows: of two columns that say the same, each may look unimportant. A date goes with
 * all its parts.
 *
 * Throws InputError for options out of range, and as `scoreTable` does.
 */
export async function permutationImportance(
  backend: Backend,
  model: TabularModel,
  frame: Frame,
  options: ImportanceOptions = {},
): Promise<PermutationImportance> {
  checkAsked(backend, model, frame);
  checkGiven(options, optionKinds);
  const targets = targetNames(model.target);
  const { rows = rowsWithTarget(frame, targets), repeats = 5, seed = 0, onProgress, signal } = options;
  whole("number of repeats", repeats, 1, 1000);
  whole("seed", seed, 0, Number.MAX_SAFE_INTEGER);
  const metric = metricFor(model.target);
  const sign = metric === "pinball" ? -1 : 1;
  const scoreOn = (table: Frame, at: Int32Array): number => {
    const scores: Partial<Record<typeof metric, number>> = scoreTable(backend, model, table, at);
    return scores[metric] ?? Number.NaN;
  };
  // Of the frame itself, so that what is odd in it is named by the row where it stands.
  const score = scoreOn(frame, rows);
  const names = sourcesOf(model.encoder);
  const columns = [...names, ...targets].map(columnFinder(frame)).map((column) => columnAt(column, rows));
  const places = allRows({ rowCount: rows.length });
  const breathe = createBreathe(signal);
  const importances: ColumnImportance[] = [];
  for (const [j, column] of names.entries()) {
    const perRepeat: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      await breathe();
      const order = shuffle(places.slice(), createRandom(derive(seed, "importance", column, repeat)));
      const shuffled = columns.map((one, k) => (k === j ? columnAt(one, order) : one));
      perRepeat.push(
        sign * (score - scoreOn({ ...frame, columns: shuffled, rowCount: rows.length }, places)),
      );
      onProgress?.(j * repeats + repeat + 1, names.length * repeats);
    }
    const values = Float64Array.from(perRepeat);
    const { mean, std } = moments(values);
    importances.push({ column, mean, std, interval: meanInterval(values), perRepeat });
  }
  return {
    metric,
    score,
    rows: rows.length,
    repeats,
    columns: importances.sort((a, b) => b.mean - a.mean),
  };
}

function metricFor(target: Target): PermutationImportance["metric"] {
  if (target.task === "classification") return "accuracy";
  return target.levels ? "pinball" : "r2";
}
