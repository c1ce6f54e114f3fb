import { InputError, presets, rowsWithTarget, type Task, type TrainOptions } from "psilon";
import { type GridTrials, gridTrials } from "./gridTrials.js";
import { halving } from "./halving.js";
import type { Objective } from "./objective.js";
import { randomTrials } from "./randomTrials.js";
import { allAtOnce, type Search } from "./search.js";
import type { Space } from "./space.js";
import type { Study } from "./study.js";
import type { Trial } from "./trial.js";

/** How many trials are drawn where nothing is said. */
export const TRIALS = 50;

/** What a sweep is asked to search by, as Commander hands it over. */
export interface SearchFlags {
  readonly search: "random" | "grid" | "halving";
  readonly trials?: number;
  readonly metric?: readonly string[];
  readonly seed: number;
  readonly preset: NonNullable<TrainOptions["preset"]>;
}

/** What is to be tried, and what makes no sense. Throws InputError for options that do not go together. */
export function trialsOf(flags: SearchFlags, space: Space, options: TrainOptions): GridTrials {
  const { search, trials, metric = [], seed } = flags;
  const conflict = (found: string, remedy: string) =>
    new InputError({ code: "conflicting-arguments", found, remedy });
  if (search === "grid") {
    if (trials === undefined) return gridTrials(space, options);
    throw conflict("The option --trials says how many to draw, and --search grid tries all", "leave one out");
  }
  if (search === "halving" && metric.length > 1) {
    throw conflict(
      `The search "halving" lets the better trials go on, and by ${metric.join(" and ")} at once none need be`,
      "give one --metric, or use --search random",
    );
  }
  if (search === "halving" && space.epochs) {
    throw conflict(
      'The search "halving" says by itself how many epochs each trial has, and --space varies them',
      "leave them out of the space, and give the most by --epochs",
    );
  }
  return { trials: randomTrials(space, options, trials ?? TRIALS, seed), refused: [] };
}

/** The search among them, of a table. */
export function searchOf(
  flags: SearchFlags,
  trials: readonly Trial[],
  { frame, target, options, folds }: Study,
  task: Task,
  [{ cost }]: readonly Objective[],
): Search {
  if (flags.search !== "halving") return allAtOnce(trials);
  const rows = Math.floor((rowsWithTarget(frame, target).length * (folds - 1)) / folds);
  const { epochs } = presets[flags.preset].pace(rows, task, options.batchSize);
  return halving(trials, options.epochs ?? epochs, cost);
}
