import type { Highs, Model } from "highs";
import { InputError } from "../errors.js";

/** maximize costs·v where lower ≤ v ≤ upper and each row's sum lies between its ends; `integer` variables are 0 or 1. */
export interface MixedIntegerProgram {
  readonly costs: readonly number[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  readonly integer: readonly boolean[];
  readonly rows: readonly ProgramRow[];
}

export interface ProgramRow {
  readonly lower: number;
  readonly upper: number;
  readonly variables: readonly number[];
  readonly weights: readonly number[];
}

export interface Solution {
  /** No point is better, by the solver's own account. */
  readonly bound: number;
  /** The best point found, or null. */
  readonly point: Float64Array | null;
}

/** HiGHS's tightest tolerance, for what a constraint or a reduced cost may be violated by. */
export const TOLERANCE = 1e-10;

/** HiGHS takes smaller weights for 0. */
export const SMALLEST_WEIGHT = 1e-12;

/** HiGHS takes larger weights, or ends of rows, for infinite. */
export const LARGEST_WEIGHT = 1e15;

/**
 * Solves the program with HiGHS (npm package `highs`, an optional peer), for at most `seconds`. Returns null where HiGHS cannot tell
 * a bound. Throws InputError where the package is not installed.
 */
export async function solve(program: MixedIntegerProgram, seconds: number): Promise<Solution | null> {
  const { costs, rows, lower, upper, integer } = program;
  const highs = await loadHighs();
  const { constants, infinity } = highs;
  const starts = [0];
  for (const { variables } of rows) starts.push(starts[starts.length - 1] + variables.length);
  const end = (x: number) => (Math.abs(x) < Number.POSITIVE_INFINITY ? x : Math.sign(x) * infinity);
  return highs.withModel(
    {
      numCols: costs.length,
      numRows: rows.length,
      sense: constants.objectiveSense.maximize,
      colCost: [...costs],
      colLower: [...lower],
      colUpper: [...upper],
      rowLower: rows.map((row) => end(row.lower)),
      rowUpper: rows.map((row) => end(row.upper)),
      matrix: {
        format: "csr",
        numRows: rows.length,
        numCols: costs.length,
        starts,
        indices: rows.flatMap(({ variables }) => variables),
        values: rows.flatMap(({ weights }) => weights),
      },
      integrality: integer.map((whole) =>
        whole ? constants.variableType.integer : constants.variableType.continuous,
      ),
    },
    (model) => {
      model.options.set({
        output_flag: false,
        time_limit: seconds,
        mip_rel_gap: 0,
        mip_abs_gap: 0,
        mip_feasibility_tolerance: TOLERANCE,
        primal_feasibility_tolerance: TOLERANCE,
        dual_feasibility_tolerance: TOLERANCE,
        small_matrix_value: SMALLEST_WEIGHT,
      });
      if (!ends(highs, model)) return null;
      const status = model.getModelStatus();
      const { optimal, timeLimit } = constants.modelStatus;
      if (status !== optimal && status !== timeLimit) return null;
      const isMixed = integer.some((whole) => whole);
      const bound = Number(isMixed ? model.info.get("mip_dual_bound") : model.getObjectiveValue());
      const found = model.info.get("primal_solution_status") === 2;
      if (!isMixed && status !== optimal) return null;
      return { bound, point: found ? Float64Array.from(model.getSolution().colValue) : null };
    },
  );
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

/** Compiling the solver takes as long as many a small program: it is done once. */
function loadHighs(): Promise<Highs> {
  loading ??= import("highs").then(
    // Its declarations describe the CommonJS build; what is imported here is the module with a default export.
    (module) => (module as unknown as { default: () => Promise<Highs> }).default(),
    () => {
      loading = undefined;
      throw new InputError(
        "Exact bounds need the solver HiGHS, which is not installed; add it with `npm install highs`.",
      );
    },
  );
  return loading;
}
