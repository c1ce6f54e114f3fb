import type { Schedule } from "../engine/optimizers/schedule.js";
import type { TrainingSpec } from "../engine/training/spec.js";
import type { Encoding } from "../preprocess/bins.js";
import type { Task } from "../preprocess/kinds.js";
import type { NetworkShape } from "./candidate.js";

/** How long to search and to train: see `presets`. */
export type Preset = "fast" | "balanced" | "best" | "paper";

/** What rows are held out and what becomes of the networks trained without them. */
export type Selection =
  /** Candidates on a validation part, or on folds where rows are few; then so many networks on all rows. */
  | {
      readonly kind: "refit";
      /** Of n rows to learn from. */
      readonly folds: (n: number, task: Task) => Folds;
      readonly fraction: number;
      /** Where candidates of several kinds are mixed, and where there is one kind alone. */
      readonly networks: { readonly mixed: number; readonly alone: number };
    }
  /** On a validation part, and the network trained beside it is the model (the paper's protocol). */
  | { readonly kind: "holdout"; readonly trainRows: number; readonly fraction: number };

/** The first `tried` of so many folds are held out, one after the other; of one fold, a share of the rows. */
export interface Folds {
  readonly count: number;
  readonly tried: number;
}

const ONE: Folds = { count: 1, tried: 1 };

/** How the candidates are searched. */
export type Search =
  /** Every λ in full. */
  | { readonly kind: "grid" }
  /**
   * All in a share of the steps; then in full the best and, if it `climbs`, the neighbours of its λ for as long as they are better; and to be
   * mixed with it, networks of another encoding or another shape, or of both.
   */
  | {
      readonly kind: "adaptive";
      readonly share: Readonly<Record<Task, number>>;
      readonly climbs: boolean;
      readonly mixes: "nothing" | "neighbours" | "all";
    };

/** What a preset stands for. */
export interface PresetPlan {
  /** Candidates are searched in the first; a model may mix networks of the others with it, and linear models, of no depth. */
  readonly shapes: Readonly<Record<Task, readonly [NetworkShape, ...NetworkShape[]]>>;
  /** Ascending. */
  readonly lambdas: Readonly<Record<Task, readonly number[]>>;
  readonly encodings: readonly Encoding[];
  readonly search: Search;
  readonly selection: Selection;
  readonly peakRate: Readonly<Record<Task, number>>;
  readonly initialization: TrainingSpec["initialization"];
  /**
   * The same with monotone columns. Long trainings end nearer the rows from lengths of 1, where the paths that a linear term must outweigh
   * are few (concrete, cement +, balanced: RMSE 3.8 instead of 4.5), which short ones cannot grow from in time (fast: 6.2 instead of 5.3).
   */
  readonly monotoneInitialization: TrainingSpec["initialization"];
  readonly rateMoves: TrainingSpec["rateMoves"];
  /** Epochs and rows per step for n train rows; so many rows where they are given. */
  readonly pace: (
    n: number,
    task: Task,
    batchSize?: number,
  ) => { readonly epochs: number; readonly batchSize: number };
}

/** λ of section 9 of the mathematics (arXiv:2404.19112, appendix). */
const PAPER_LAMBDAS = [5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 1e-1, 2.5e-1, 5e-1];

/**
 * About so many steps, however many rows there are, and half as many of four times the rows; of classes up to 2.5 times as many for 40
 * passes; and as many as 20 passes take (docs/decisions/presets.md).
 */
const pace =
  (steps: Readonly<Record<Task, number>>): PresetPlan["pace"] =>
  (n, task, asked) => {
    const batchSize = asked ?? (n < 15_000 ? BATCH[task] : 128);
    const wanted = asked ? steps[task] * Math.sqrt(BATCH[task] / asked) : steps[task];
    const few = Math.round(wanted / Math.ceil(n / batchSize));
    const more = task === "classification" ? Math.min(40, Math.round(2.5 * few)) : 0;
    return { batchSize, epochs: Math.max(20, few, more) };
  };

const BATCH = { regression: 64, classification: 32 };

const RATE = { regression: 1e-2, classification: 6e-3 };

const ENCODINGS = ["value", "bins", "both"] as const;

const LAMBDAS = {
  regression: [1e-6, 1e-5, 1e-4, 1e-3, 1e-2],
  classification: [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2],
};

const SMALL = { width: 64, depth: 2 };
const WIDE = { width: 128, depth: 2 };
const LARGE = { width: 128, depth: 3 };
/** With less noise in its steps. */
const CALM = { ...LARGE, batchSize: 256 };
const LINEAR = { width: 64, depth: 0 };

/**
 * Below 1,000 rows all of so many folds for classes, whose held-out rows say little each. Numbers take half of twice as many: fewer rows want a larger λ
 * than all rows do, the more the less noise there is.
 */
const few =
  (numbers: Folds, classes: number): ((n: number, task: Task) => Folds) =>
  (n, task) =>
    n >= 1000 ? ONE : task === "regression" ? numbers : { count: classes, tried: classes };

const balanced = {
  shapes: { regression: [SMALL, LARGE, LINEAR], classification: [WIDE, LINEAR] },
  lambdas: LAMBDAS,
  encodings: ENCODINGS,
  search: {
    kind: "adaptive",
    share: { regression: 0.125, classification: 0.25 },
    climbs: true,
    mixes: "neighbours",
  },
  selection: {
    kind: "refit",
    folds: few({ count: 8, tried: 4 }, 4),
    fraction: 0.2,
    networks: { mixed: 4, alone: 1 },
  },
  peakRate: RATE,
  initialization: "variance-preserving",
  monotoneInitialization: "paper",
  rateMoves: "per-step",
  pace: pace({ regression: 6000, classification: 1000 }),
} satisfies PresetPlan;

/** What each preset tries, how many networks it mixes and how long it trains them. */
export const presets: Readonly<Record<Preset, PresetPlan>> = {
  fast: {
    ...balanced,
    shapes: { regression: [SMALL], classification: [SMALL] },
    lambdas: { regression: [1e-5, 1e-4, 1e-3], classification: [1e-4, 1e-3, 3e-3, 1e-2] },
    search: {
      kind: "adaptive",
      share: { regression: 0.125, classification: 0.1875 },
      climbs: false,
      mixes: "nothing",
    },
    selection: {
      kind: "refit",
      folds: (n) => (n < 300 ? { count: 3, tried: 3 } : ONE),
      fraction: 0.2,
      networks: { mixed: 1, alone: 1 },
    },
    monotoneInitialization: "variance-preserving",
    pace: pace({ regression: 2000, classification: 1000 }),
  },
  balanced,
  best: {
    ...balanced,
    shapes: { regression: [SMALL, LARGE, CALM, LINEAR], classification: [WIDE, LARGE, LINEAR] },
    lambdas: { ...LAMBDAS, classification: [3e-5, ...LAMBDAS.classification] },
    search: { ...balanced.search, mixes: "all" },
    selection: {
      kind: "refit",
      folds: (n, task) =>
        n >= 1000 && n < 3000 ? { count: 6, tried: 3 } : few({ count: 10, tried: 5 }, 5)(n, task),
      fraction: 0.2,
      networks: { mixed: 8, alone: 8 },
    },
    pace: pace({ regression: 7000, classification: 1000 }),
  },
  paper: {
    shapes: {
      regression: [{ width: 500, depth: 3 }],
      classification: [{ width: 500, depth: 3 }],
    },
    lambdas: { regression: PAPER_LAMBDAS, classification: PAPER_LAMBDAS },
    encodings: ["value"],
    search: { kind: "grid" },
    selection: { kind: "holdout", trainRows: 2000, fraction: 0.2 },
    peakRate: { regression: 2e-3, classification: 2e-3 },
    initialization: "paper",
    monotoneInitialization: "paper",
    rateMoves: "per-epoch",
    pace: (n, _, asked) => ({ epochs: 1000, batchSize: asked ?? Math.max(1, Math.ceil(n / 5)) }),
  },
};

/** 1e-4 → 2e-3 → 5e-5 with 20 % warm-up in the paper's proportions, for any peak. */
export function oneCycle(peak: number): Schedule {
  return { kind: "one-cycle", initial: peak / 20, peak, final: peak / 40, warmup: 0.2 };
}
