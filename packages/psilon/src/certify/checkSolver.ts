import { solve } from "../bounds/solver.js";

/** Throws InputError where the solver of exact bounds is not installed: a program of one variable needs it as much as any. */
export async function checkSolver(): Promise<void> {
  await solve({ costs: [1], rows: [], lower: [0], upper: [1], integer: [false] }, 1);
}
