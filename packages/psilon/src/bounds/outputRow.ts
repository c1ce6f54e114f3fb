import { InputError } from "../errors.js";
import type { OutputRow } from "./certificate.js";

/** The row r with r·f what `output` says, one number per output. Throws InputError for outputs that the model has not. */
export function rowOf(output: OutputRow, outputs: number): Float64Array {
  const row = new Float64Array(outputs);
  const given = [output.plus, output.minus].filter((k) => k !== null);
  if (given.length === 0)
    throw new InputError({
      code: "missing-argument",
      found: "An output row names an output to add, one to subtract, or both",
    });
  for (const k of given) {
    if (!Number.isInteger(k) || k < 0 || k >= outputs) {
      throw new InputError({
        code: "unknown-output",
        found: `The model has ${outputs} outputs, counted from 0, but output ${k} was asked for`,
        value: String(k),
      });
    }
  }
  if (output.plus !== null) row[output.plus] += 1;
  if (output.minus !== null) row[output.minus] -= 1;
  return row;
}

/** The output row whose value is the negative. */
export const negated = ({ plus, minus }: OutputRow): OutputRow => ({ plus: minus, minus: plus });
