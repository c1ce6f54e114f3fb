import { prepareWith } from "../preprocess/prepare.js";
import type { Table } from "../tables/table.js";
import type { TrainOptions } from "./options.js";
import { makePlan } from "./plan.js";

/**
 * Throws InputError for whatever `trainModel` refuses before its first step, and for test rows, of the same table or another, that the
 * model could not be scored on: to be asked before minutes of training, since encoder and target are learned without any.
 */
export function checkTest(
  table: Table,
  target: string | readonly string[],
  options: TrainOptions,
  test: { readonly table: Table; readonly rows: Int32Array },
): void {
  const { prepared } = makePlan(table, target, options);
  prepareWith(prepared.encoder, prepared.target, test.table, test.rows);
}
