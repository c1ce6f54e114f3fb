import { prepare } from "../preprocess/prepare.js";
import type { Frame } from "../tables/frame.js";
import type { FitOptions } from "./options.js";
import { makePlan } from "./plan.js";

/**
 * Throws InputError for whatever `trainModel` refuses before its first step, and for test rows, of the same table or another, that the
 * model could not be scored on: to be asked before minutes of training, since encoder and target are learned without any.
 */
export function checkTest(
  frame: Frame,
  target: string | readonly string[],
  options: FitOptions,
  test: { readonly frame: Frame; readonly rows: Int32Array },
): void {
  const { prepared } = makePlan(frame, target, options);
  prepare(prepared, test.frame, test.rows);
}
