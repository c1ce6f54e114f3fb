import { type CodedInputs, writeRows } from "../engine/training/codedInputs.js";
import type { Inputs } from "../engine/training/spec.js";

/** rows × width, row by row: what coded inputs stand for. */
export function writtenOut(inputs: Inputs): Float32Array {
  if (inputs instanceof Float32Array) return inputs;
  const matrix = new Float32Array(inputs.rows * inputs.width);
  writeRows(inputs, null, 0, inputs.rows, matrix);
  return matrix;
}

/** The rows at `places` of inputs whose rows are `width` long. */
export function takeInputs(inputs: Inputs, width: number, places: Int32Array): Inputs {
  if (inputs instanceof Float32Array) return takeRows(inputs, width, places);
  return {
    ...inputs,
    rows: places.length,
    numbers: takeRows(inputs.numbers, inputs.places.length, places),
    codes: takeRows(inputs.codes, inputs.codesPerRow, places),
  };
}

/** The rows of a row-major matrix at `places`. */
export function takeRows<A extends Float32Array | Float64Array | Int32Array>(
  from: A,
  columns: number,
  places: Int32Array,
): A {
  const taken = new (from.constructor as new (length: number) => A)(places.length * columns);
  // A view of each row would take longer than its numbers.
  for (let i = 0, at = 0; i < places.length; i++) {
    const first = places[i] * columns;
    for (let j = 0; j < columns; j++) taken[at++] = from[first + j];
  }
  return taken;
}

/** The given ones, ascending, of inputs whose rows are `width` long; the inputs themselves where they are all of them. */
export function takeColumns(from: Inputs, width: number, columns: Int32Array): Inputs {
  if (columns.length === width) return from;
  return from instanceof Float32Array ? ofMatrix(from, width, columns) : ofCoded(from, columns);
}

function ofMatrix(from: Float32Array, width: number, columns: Int32Array): Float32Array {
  const rows = from.length / width;
  const taken = new Float32Array(rows * columns.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns.length; j++) taken[i * columns.length + j] = from[i * width + columns[j]];
  }
  return taken;
}

function ofCoded(
  { rows, width, places, numbers, codesPerRow, codes }: CodedInputs,
  columns: Int32Array,
): CodedInputs {
  const to = new Int32Array(width).fill(-1);
  columns.forEach((column, j) => {
    to[column] = j;
  });
  const kept = Int32Array.from(places.keys()).filter((k) => to[places[k]] >= 0);
  return {
    rows,
    width: columns.length,
    places: kept.map((k) => to[places[k]]),
    numbers: ofMatrix(numbers, places.length, kept),
    codesPerRow,
    codes: codes.map((code) => (code < 0 ? -1 : to[code])),
  };
}
