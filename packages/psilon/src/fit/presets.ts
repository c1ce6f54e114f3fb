import type { Schedule } from "../engine/optimizers/schedule.js";
import type { TrainingSpec } from "../engine/training/spec.js";
import type { Encoding } from "../preprocess/bins.js";
import type { Task } from "../preprocess/kinds.js";
import type { Shape } from "./candidate.js";

export type Preset = "fast" | "balanced" | "best" | "paper";

/** What rows are held out and what becomes of the networks trained without them. */
export type Selection =
  /** Candidates on a validation part, or on k folds where rows are few; then networks on all rows. */
  | { readonly kind: "refit"; readonly folds: number; readonly foldsBelow: number; readonly fraction: number }
  /** Candidates on the first of k folds; the networks of all k folds are the ensemble. */
  | {
      readonly kind: "ensemble";
      readonly folds: number;
      readonly searchFolds: Readonly<Record<Task, number>>;
    }
  /** On a validation part, and the network trained beside it is the model (the paper's protocol). */
  | { readonly kind: "holdout"; readonly trainRows: number; readonly fraction: number };

/** How the candidates are searched. */
export type Search =
  /** Every λ in full. */
  | { readonly kind: "grid" }
  /**
   * All in a share of the steps; then in full the best and, if it `climbs`, the neighbours of its λ for as long as they are better, and if it
   * `mixes`, networks of other encodings and shapes.
   */
  | {
      readonly kind: "adaptive";
      readonly share: Readonly<Record<Task, number>>;
      readonly climbs: boolean;
      readonly mixes: boolean;
    };

export interface PresetPlan {
  /** Candidates are searched in the first; a model may mix networks of the others with it, and linear models, of no depth. */
  readonly shapes: Readonly<Record<Task, readonly [Shape, ...Shape[]]>>;
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
  /** Epochs and rows per step for n train rows. */
  readonly pace: (n: number, task: Task) => { readonly epochs: number; readonly batchSize: number };
}

/** λ of section 9 of the mathematics (arXiv:2404.19112, appendix). */
const PAPER_LAMBDAS = [5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 1e-1, 2.5e-1, 5e-1];

/** About as many steps as the task takes, however many rows there are, and no fewer than 20 passes (docs/decisions/presets.md). */
const pace = (steps: Readonly<Record<Task, number>>) => (n: number, task: Task) => {
  const batchSize = n < 15_000 ? BATCH[task] : 128;
  const batches = Math.ceil(n / batchSize);
  return { batchSize, epochs: Math.max(20, Math.round(steps[task] / batches)) };
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
const LINEAR = { width: 64, depth: 0 };

const balanced: PresetPlan = {
  shapes: { regression: [SMALL, LARGE, LINEAR], classification: [WIDE, LINEAR] },
  lambdas: LAMBDAS,
  encodings: ENCODINGS,
  search: {
    kind: "adaptive",
    share: { regression: 0.125, classification: 0.25 },
    climbs: true,
    mixes: true,
  },
  selection: { kind: "refit", folds: 4, foldsBelow: 1000, fraction: 0.2 },
  peakRate: RATE,
  initialization: "variance-preserving",
  monotoneInitialization: "paper",
  rateMoves: "per-step",
  pace: pace({ regression: 6000, classification: 1000 }),
};

export const presets: Readonly<Record<Preset, PresetPlan>> = {
  fast: {
    shapes: { regression: [SMALL], classification: [SMALL] },
    lambdas: { regression: [1e-5, 1e-4, 1e-3], classification: [1e-3, 3e-3, 1e-2] },
    encodings: ENCODINGS,
    search: {
      kind: "adaptive",
      share: { regression: 0.25, classification: 0.25 },
      climbs: false,
      mixes: false,
    },
    selection: { kind: "refit", folds: 3, foldsBelow: 300, fraction: 0.2 },
    peakRate: RATE,
    initialization: "variance-preserving",
    monotoneInitialization: "variance-preserving",
    rateMoves: "per-step",
    pace: pace({ regression: 2000, classification: 1000 }),
  },
  balanced,
  best: {
    ...balanced,
    selection: { kind: "ensemble", folds: 8, searchFolds: { regression: 3, classification: 8 } },
    pace: pace({ regression: 8000, classification: 1000 }),
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
    pace: (n) => ({ epochs: 1000, batchSize: Math.max(1, Math.ceil(n / 5)) }),
  },
};

/** 1e-4 → 2e-3 → 5e-5 with 20 % warm-up in the paper's proportions, for any peak. */
export function oneCycle(peak: number): Schedule {
  return { kind: "one-cycle", initial: peak / 20, peak, final: peak / 40, warmup: 0.2 };
}
