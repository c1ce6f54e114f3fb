import type { Schedule } from "../engine/optimizers/schedule.js";
import type { TrainingSpec } from "../engine/training/spec.js";
import type { Task } from "../preprocess/kinds.js";

export type Preset = "fast" | "balanced" | "best" | "paper";

/** How λ is chosen and what becomes of the networks trained for it. */
export type Selection =
  /** λ on a validation part, or on k folds where rows are few; then one network on all rows. */
  | { readonly kind: "refit"; readonly folds: number; readonly foldsBelow: number; readonly fraction: number }
  /** λ on the first of k folds; the networks of all k folds at the best λ are the ensemble. */
  | { readonly kind: "ensemble"; readonly folds: number; readonly searchFolds: number }
  /** λ on a validation part, and the network trained beside it is the model (the paper's protocol). */
  | { readonly kind: "holdout"; readonly trainRows: number; readonly fraction: number };

export interface PresetPlan {
  readonly width: number;
  readonly depth: number;
  readonly lambdas: readonly number[];
  readonly selection: Selection;
  readonly peakRate: number;
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

/**
 * Small batches at a high rate, which few rows need most (docs/decisions/presets.md), and about as many steps as the
 * task takes, however many rows there are. Classes take fewer: their best λ is larger, and the log loss of a network
 * that trains on only gets worse.
 */
const pace = (steps: Readonly<Record<Task, number>>) => (n: number, task: Task) => {
  const batchSize = n < 2000 ? 16 : n < 15_000 ? 32 : 128;
  const batches = Math.ceil(n / batchSize);
  return { batchSize, epochs: Math.max(20, Math.min(400, Math.round(steps[task] / batches))) };
};

export const presets: Readonly<Record<Preset, PresetPlan>> = {
  fast: {
    width: 64,
    depth: 2,
    lambdas: [1e-4, 1e-3, 1e-2],
    selection: { kind: "refit", folds: 3, foldsBelow: 300, fraction: 0.2 },
    peakRate: 5e-3,
    initialization: "variance-preserving",
    monotoneInitialization: "variance-preserving",
    rateMoves: "per-step",
    pace: pace({ regression: 2000, classification: 2000 }),
  },
  balanced: {
    width: 128,
    depth: 3,
    lambdas: [1e-5, 1e-4, 1e-3, 3e-3, 1e-2, 3e-2],
    selection: { kind: "refit", folds: 5, foldsBelow: 1000, fraction: 0.2 },
    peakRate: 6e-3,
    initialization: "variance-preserving",
    monotoneInitialization: "paper",
    rateMoves: "per-step",
    pace: pace({ regression: 15_000, classification: 6000 }),
  },
  best: {
    width: 128,
    depth: 3,
    lambdas: [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 3e-2],
    selection: { kind: "ensemble", folds: 8, searchFolds: 3 },
    peakRate: 6e-3,
    initialization: "variance-preserving",
    monotoneInitialization: "paper",
    rateMoves: "per-step",
    pace: pace({ regression: 20_000, classification: 8000 }),
  },
  paper: {
    width: 500,
    depth: 3,
    lambdas: PAPER_LAMBDAS,
    selection: { kind: "holdout", trainRows: 2000, fraction: 0.2 },
    peakRate: 2e-3,
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
