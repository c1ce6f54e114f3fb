import { anObject, checkArgument } from "../arguments.js";
import type { Frame } from "../tables/frame.js";
import type { FitOptions } from "./options.js";
import { makePlan } from "./plan.js";

/**
 * Throws InputError for whatever `trainModel` refuses before its first step, with these rows to test on: for several trainings, of which the
 * first would be in vain.
 */
export function checkTest(
  frame: Frame,
  target: string | readonly string[],
  options: FitOptions,
  test: { readonly frame: Frame; readonly rows: Int32Array },
): void {
  checkArgument("argument of options", options, anObject);
  makePlan(frame, target, { ...options, test });
}
