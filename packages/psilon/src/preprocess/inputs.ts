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

function ofCoded(from: CodedInputs, columns: Int32Array): Inputs {
  const { rows, width, places, spans, numbers, codesPerRow, codes } = from;
  const to = new Int32Array(width).fill(-1);
  columns.forEach((column, j) => {
    to[column] = j;
  });
  const kept = Array.from(places, (place, k) => keptOf(place, spans?.[k] ?? 1, to, k)).flat();
  const taken = new Float32Array(rows * kept.length);
  for (let i = 0, at = 0; i < rows; i++) {
    for (const { k, part } of kept) {
      const number = numbers[i * places.length + k];
      taken[at++] = part === null ? number : Math.min(Math.max(number - part, 0), 1);
    }
  }
  const isSpanned = kept.some(({ span }) => span > 1);
  if (codesPerRow === 0 && !isSpanned) return taken;
  return {
    rows,
    width: columns.length,
    places: Int32Array.from(kept, ({ place }) => place),
    ...(isSpanned && { spans: Int32Array.from(kept, ({ span }) => span) }),
    numbers: taken,
    codesPerRow,
    codes: codes.map((code) => (code < 0 ? -1 : to[code])),
  };
}

interface KeptNumber {
  readonly k: number;
  readonly place: number;
  readonly span: number;
  /** Which of the inputs that number k told this one is, where not all of them are kept; else null. */
  readonly part: number | null;
}

/** What is kept of number k, which filled `span` inputs. */
function keptOf(place: number, span: number, to: Int32Array, k: number): KeptNumber[] {
  const inputs = to.subarray(place, place + span);
  if (inputs.every((input) => input >= 0)) return [{ k, place: inputs[0], span, part: null }];
  return Array.from(inputs, (input, part) => ({ k, place: input, span: 1, part })).filter(
    ({ place: input }) => input >= 0,
  );
}
