import { checkArgument, isObject, numbers } from "../arguments.js";
import { predictionNames, type Target, targetNames } from "../preprocess/target.js";

/** Throws InputError for what is not true of one row or more, as `testTable` has it. */
export function checkTruth(target: Target, truth: unknown): void {
  const what =
    target.task === "regression" ? "values of the model's targets" : "places in the model's classes";
  checkArgument("truth", truth, {
    name: `an array of ${what}, those of one row at least,`,
    is: (value) => rowsOf(target, value) > 0,
    remedy: "testTable has it with what was predicted",
  });
}

/** Throws InputError for what is no truth of some rows with what was predicted for them, as `testTable` has both. */
export function checkTested(target: Target, tested: unknown): void {
  checkArgument("test", tested, {
    name: "an object of what is true of some rows and what this model predicted for them",
    is: (value) => {
      const { truth, predicted } = membersOf(value);
      const rows = rowsOf(target, truth);
      return rows > 0 && arePredicted(target, predicted, rows);
    },
    remedy: "make it by testTable",
  });
}

const membersOf = (value: unknown): Readonly<Record<string, unknown>> =>
  isObject(value) ? (value as Readonly<Record<string, unknown>>) : {};

/** How many rows it is the truth of; 0 where it is none. */
function rowsOf(target: Target, truth: unknown): number {
  if (!numbers.is(truth)) return 0;
  const values: readonly unknown[] = Array.from(truth as ArrayLike<unknown>);
  const isTrue =
    target.task === "regression"
      ? (value: unknown) => typeof value === "number" && !Number.isNaN(value)
      : (value: unknown) =>
          Number.isInteger(value) && Number(value) >= 0 && Number(value) < target.classes.length;
  const rows = values.length / targetNames(target).length;
  return Number.isInteger(rows) && values.every(isTrue) ? rows : 0;
}

function arePredicted(target: Target, predicted: unknown, rows: number): boolean {
  const { task, labels, probabilities, values, interval } = membersOf(predicted);
  const has = (list: unknown, perRow: number) =>
    numbers.is(list) && (list as ArrayLike<unknown>).length === rows * perRow;
  if (task !== target.task) return false;
  if (target.task === "classification") return has(labels, 1) && has(probabilities, target.classes.length);
  const { low, high } = membersOf(interval);
  return (
    has(values, predictionNames(target).length) &&
    (interval === undefined || (has(low, target.names.length) && has(high, target.names.length)))
  );
}
