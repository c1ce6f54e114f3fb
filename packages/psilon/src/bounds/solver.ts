import type { Highs, Model } from "highs";
import { InputError } from "../errors.js";

/** maximize costs·v where each row's sum lies between its ends, and the variables between ends that each solution is given. */
export interface LinearProgram {
  readonly costs: readonly number[];
  readonly rows: readonly ProgramRow[];
}

export interface ProgramRow {
  readonly lower: number;
  readonly upper: number;
  /** Each variable's weight in the sum. */
  readonly weights: ReadonlyMap<number, number>;
}

export interface LinearSolution {
  /** The best v, or null where no v satisfies all rows. */
  readonly values: Float64Array | null;
  /** By how much the maximum grows with each row's end; where there is no v, the rows' weights in a sum that none can satisfy. */
  readonly duals: Float64Array;
}

/** A program kept by the solver, which starts from its last solution. */
export interface LinearSolver {
  /** The solution with the variables between these ends; null where the solver finds none in `seconds`. */
  readonly solve: (lower: Float64Array, upper: Float64Array, seconds: number) => LinearSolution | null;
  /** Frees the program's memory. */
  readonly dispose: () => void;
}

/** How much may be wrong in a program whose numbers are near 1. */
export const TOLERANCE = 1e-9;

/** HiGHS takes smaller weights for 0. */
const SMALLEST_WEIGHT = 1e-12;

/** Gives the program to HiGHS. */
export function createLinearSolver(highs: Highs, { costs, rows }: LinearProgram): LinearSolver {
  const { constants, infinity } = highs;
  const starts = [0];
  for (const { weights } of rows) starts.push(starts[starts.length - 1] + weights.size);
  const model = highs.createModel({
    numCols: costs.length,
    numRows: rows.length,
    sense: constants.objectiveSense.maximize,
    colCost: [...costs],
    colLower: costs.map(() => 0),
    colUpper: costs.map(() => 1),
    rowLower: rows.map((row) => Math.max(row.lower, -infinity)),
    rowUpper: rows.map((row) => Math.min(row.upper, infinity)),
    matrix: {
      format: "csr",
      numRows: rows.length,
      numCols: costs.length,
      starts,
      indices: rows.flatMap(({ weights }) => [...weights.keys()]),
      values: rows.flatMap(({ weights }) => [...weights.values()]),
    },
  });
  model.options.set({
    output_flag: false,
    presolve: "off",
    solver: "simplex",
    primal_feasibility_tolerance: TOLERANCE,
    dual_feasibility_tolerance: TOLERANCE,
    small_matrix_value: SMALLEST_WEIGHT,
  });
  const all = { kind: "range", from: 0, to: costs.length - 1 } as const;
  const solve: LinearSolver["solve"] = (lower, upper, seconds) => {
    model.zeroAllClocks();
    model.options.set("time_limit", Math.max(seconds, 0));
    model.changeColsBounds(all, lower, upper);
    if (!ends(highs, model)) return null;
    const status = model.getModelStatus();
    if (status === constants.modelStatus.optimal) {
      const { colValue, rowDual } = model.getSolution();
      return { values: colValue, duals: rowDual };
    }
    const ray = status === constants.modelStatus.infeasible ? model.getDualRay() : undefined;
    return ray ? { values: null, duals: ray.values.map((value) => -value) } : null;
  };
  return { solve, dispose: () => model.dispose() };
}

/** Whether HiGHS came to an end; it throws where numbers of very different sizes break it, which says nothing of the program. */
function ends(highs: Highs, model: Model): boolean {
  try {
    model.run();
    return true;
  } catch (error) {
    if (error instanceof highs.errors.HighsError) return false;
    throw error;
  }
}

let loading: Promise<Highs> | undefined;

/**
 * The solver HiGHS (npm package `highs`, an optional peer). Compiling it takes as long as many a small program: it is done once. Throws
 * InputError where the package is not installed.
 */
export function loadSolver(): Promise<Highs> {
  loading ??= import("highs").then(
    // Its declarations describe the CommonJS build; what is imported here is the module with a default export.
    (module) => (module as unknown as { default: () => Promise<Highs> }).default(),
    () => {
      loading = undefined;
      throw new InputError({
        code: "not-installed",
        found: "Exact bounds need the solver HiGHS, which is not installed",
        remedy: "add it with `npm install highs`",
      });
    },
  );
  return loading;
}
