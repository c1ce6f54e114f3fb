import { InputError } from "../../errors.js";

/**
 * Rows of a network's inputs without the zeros around a category's 1, row by row: some inputs are numbers in every row or told by one, and
 * of the others those are 1 that a row names. No input is named twice.
 */
export interface CodedInputs {
  readonly rows: number;
  /** Inputs of the network: how long a row is when it is written out. */
  readonly width: number;
  /** Which input each number of a row is, or the first that it fills. */
  readonly places: Int32Array;
  /**
   * How many inputs each number fills, if any fills several: a number u then stands for clip(u, 0, 1), clip(u − 1, 0, 1), and so on. That
   * of 1 is the number itself.
   */
  readonly spans?: Int32Array;
  /** rows × places.length. */
  readonly numbers: Float32Array;
  /** How many codes a row has: one a categorical column, say. */
  readonly codesPerRow: number;
  /** rows × codesPerRow: the input that is 1, or −1 for none. */
  readonly codes: Int32Array;
}

/** Writes out n rows, one after the other from the start of `into`: those whose numbers stand from `start` on in `order`, or the rows from `start` on. */
export function writeRows(
  { width, places, spans, numbers, codesPerRow, codes }: CodedInputs,
  order: Int32Array | null,
  start: number,
  n: number,
  into: Float32Array,
): void {
  const count = places.length;
  // Has the sum looked at somewhere, or it would not be computed.
  if (order) into[0] = met(numbers, count, order, start, n) + met(codes, codesPerRow, order, start, n);
  into.fill(0, 0, n * width);
  for (let i = 0; i < n; i++) {
    const row = order ? order[start + i] : start + i;
    for (let k = 0; k < count; k++) {
      const first = i * width + places[k];
      const number = numbers[row * count + k];
      const span = spans ? spans[k] : 1;
      if (span === 1) into[first] = number;
      else for (let t = 0; t < span && t < number; t++) into[first + t] = Math.min(number - t, 1);
    }
    for (let k = 0; k < codesPerRow; k++) {
      const code = codes[row * codesPerRow + k];
      if (code >= 0) into[i * width + code] = 1;
    }
  }
}

/**
 * A sum over the ends of n rows. Met one right after the other, the rows come from memory side by side, instead of each when the one before
 * is written: of tables beyond the processor's cache a batch then takes a quarter to half of the time.
 */
function met(
  values: Float32Array | Int32Array,
  perRow: number,
  order: Int32Array,
  start: number,
  n: number,
): number {
  let sum = 0;
  if (perRow === 0) return sum;
  for (let i = 0; i < n; i++) {
    const first = order[start + i] * perRow;
    sum += values[first] + values[first + perRow - 1];
  }
  return sum;
}

/** How many inputs of a row are not 0 at most. */
export const entriesPerRow = ({ places, spans, codesPerRow }: CodedInputs): number =>
  codesPerRow + (spans ? spans.reduce((sum, span) => sum + span, 0) : places.length);

/** The n rows whose numbers stand from `start` on in `order` by what is not 0 in them: as many columns and values a row as `entriesPerRow` says, columns ascending. */
export function writeEntries(
  { places, spans, numbers, codesPerRow, codes }: CodedInputs,
  order: Int32Array,
  start: number,
  n: number,
  indices: Int32Array,
  values: Float32Array,
): void {
  const count = places.length;
  let last = -1;
  for (let i = 0; i < n; i++) {
    const row = order[start + i];
    const first = last + 1;
    for (let k = 0; k < count; k++) {
      const number = numbers[row * count + k];
      const span = spans ? spans[k] : 1;
      for (let t = 0; t < span; t++) {
        insert(indices, values, first, ++last, places[k] + t, span === 1 ? number : clip(number - t));
      }
    }
    for (let k = 0; k < codesPerRow; k++) {
      const code = codes[row * codesPerRow + k];
      // No code is a 0 at the first input.
      insert(indices, values, first, ++last, Math.max(code, 0), code < 0 ? 0 : 1);
    }
  }
}

const clip = (share: number): number => Math.min(Math.max(share, 0), 1);

/** Puts an entry among those of its row, which run ascending from `first` up to before `last`. */
function insert(
  indices: Int32Array,
  values: Float32Array,
  first: number,
  last: number,
  index: number,
  value: number,
): void {
  let at = last;
  for (; at > first && indices[at - 1] > index; at--) {
    indices[at] = indices[at - 1];
    values[at] = values[at - 1];
  }
  indices[at] = index;
  values[at] = value;
}

/** Throws InputError where the arrays do not fit each other or the network; `name` is the part they are for. */
export function checkCodedInputs(coded: CodedInputs, rows: number, width: number, name: string): void {
  const { places, spans, numbers, codesPerRow, codes } = coded;
  const fits =
    coded.rows === rows &&
    coded.width === width &&
    (!spans || spans.length === places.length) &&
    numbers.length === rows * places.length &&
    codes.length === rows * codesPerRow;
  if (!fits) {
    throw new InputError({
      code: "wrong-shape",
      found: `The ${name} inputs hold ${numbers.length} numbers and ${codes.length} codes for ${coded.rows} rows of ${coded.width} inputs`,
      remedy: `${rows} rows of ${width} inputs need ${rows * places.length} and ${rows * codesPerRow}`,
    });
  }
  const isInput = (place: number) => place >= 0 && place < width;
  const filled = Array.from(places, (place, k) =>
    Array.from({ length: spans?.[k] ?? 1 }, (_, t) => place + t),
  ).flat();
  const outside =
    filled.find((place) => !isInput(place)) ?? codes.find((code) => code !== -1 && !isInput(code));
  if (outside !== undefined) {
    throw new InputError({
      code: "out-of-range",
      found: `The ${name} inputs name input ${outside}`,
      value: String(outside),
      remedy: `they run from 0 to ${width - 1}`,
    });
  }
  // By input the last row that named it; numbers are named by all.
  const named = new Int32Array(width).fill(-1);
  for (const place of filled) named[place] = rows;
  const twice = codes.findIndex((code, k) => {
    if (code < 0) return false;
    const row = Math.floor(k / codesPerRow);
    if (named[code] >= row) return true;
    named[code] = row;
    return false;
  });
  if (twice >= 0 || new Set(filled).size < filled.length) {
    throw new InputError({
      code: "named-twice",
      found: `The ${name} inputs name an input twice${twice < 0 ? " by their places" : ` in row ${Math.floor(twice / codesPerRow)}, input ${codes[twice]}`}`,
      remedy: "every input has one value",
    });
  }
}
