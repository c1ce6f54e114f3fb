import { anObject, aSeed, checkArgument } from "../arguments.js";
import { analyse } from "../bounds/analyse.js";
import type { BoundedModel } from "../bounds/boundedModel.js";
import { type Box, boxBetween, pointBox } from "../bounds/box.js";
import { gradientOver } from "../bounds/gradientOver.js";
import { enclose, valueAndGradient } from "../bounds/point.js";
import { predictionError } from "../bounds/predictionError.js";
import { above, below } from "../bounds/rounding.js";
import { type Backend, checkBackend } from "../engine/backend/backend.js";
import { normal } from "../engine/random/normal.js";
import { createRandom } from "../engine/random/random.js";
import { InputError } from "../errors.js";
import { boundedTabular } from "../models/boundedTabular.js";
import { predictTable } from "../models/predictTable.js";
import { checkModel, type TabularModel } from "../models/tabularModel.js";
import { encodeNumber } from "../moves/encodedNumber.js";
import { cellNumbers, cellOf } from "../preprocess/cellNumbers.js";
import { encode } from "../preprocess/encode.js";
import {
  type EncodedColumn,
  type Encoder,
  encodedInputs,
  shownKind,
  sourceOf,
} from "../preprocess/encoder.js";
import { writtenOut } from "../preprocess/inputs.js";
import { checkMonotone, type MonotoneColumns } from "../preprocess/monotone.js";
import type { Value } from "../tables/column.js";
import { allRows, checkFrame, columnFinder, type Frame } from "../tables/frame.js";
import { frameFrom } from "../tables/frameFrom.js";
import { valueAt } from "../tables/values.js";

/** Whether predictions are monotone in one column. */
export interface MonotoneFinding {
  readonly column: string;
  readonly direction: "non-decreasing" | "non-increasing";
  readonly verdict: "certified" | "refuted" | "unknown";
  /** Where it is certified: for all rows, or for those whose cells lie within the range of the table's. */
  readonly where: "everywhere" | "range" | null;
  /**
   * Two rows of the model's columns that differ in this one alone, less of it in the first, and their predictions, of two classes the
   * second one's probability, which go the wrong way by more than rounding.
   */
  readonly counterexample: {
    readonly rows: readonly [Readonly<Record<string, Value>>, Readonly<Record<string, Value>>];
    readonly predictions: readonly [number, number];
  } | null;
}

/** Rows that are looked at along each column, half of them those where the model goes the wrong way most steeply. */
const SEARCHED = 400;

/** Rows made up where there is no table, and from how many the steepest are taken. */
const CANDIDATES = 4000;

/** Values of the column that are tried in each row. */
const VALUES = 24;

/**
 * Certified, refuted or unknown, for each column: is every prediction (of two classes: the second one's probability) non-decreasing (`+`) or
 * non-increasing (`-`) when the column alone grows? Certified by interval bounds of the derivatives in all of the column's inputs, none of which falls as it grows, as a function of real numbers, which
 * cells are before they are rounded to float32, so that predictions may go the wrong way by their rounding and no more; everywhere,
 * or else, given a table, for all rows within the range of its cells. Refuted by two rows whose predictions go the wrong way by more than rounding: the table's, or
 * made up around the train rows' means, with other values of the column, found from `seed`.
 *
 * Throws InputError for columns that the model has not or that have no order, for models without one single output, and as `encode` does.
 */
export function certifyMonotone(
  backend: Backend,
  model: TabularModel,
  columns: MonotoneColumns,
  frame: Frame | null,
  seed = 0,
): MonotoneFinding[] {
  checkBackend(backend);
  checkModel(model);
  checkArgument("argument of columns", columns, anObject);
  if (frame !== null) checkFrame(frame);
  checkArgument("seed", seed, aSeed);
  checkMonotone(columns, model.schema, model.target);
  if (frame?.rowCount === 0) {
    const { source } = frame.origin;
    throw new InputError({ code: "no-rows", found: `There are no rows in ${source}`, where: { source } });
  }
  const bounded = boundedTabular(model);
  const rows = frame ?? madeUp(model, seed);
  const encoded = writtenOut(encode(model.encoder, rows, allRows(rows)).inputs);
  const everywhere = gradientOver(analyse(bounded, everythingOf(model.encoder), false), ONLY);
  const within = frame && gradientOver(analyse(bounded, rangeOf(model.encoder, encoded)), ONLY);
  return Object.entries(columns).map(([column, sign]): MonotoneFinding => {
    const direction = sign === "+" ? "non-decreasing" : "non-increasing";
    const places = [...encodedInputs(model.encoder).entries()].flatMap(([place, one]) =>
      one.column === column && one.kind !== "missing" ? [place] : [],
    );
    const holds = ({ lower, upper }: { lower: Float64Array; upper: Float64Array }) =>
      places.every((place) => (sign === "+" ? lower[place] >= 0 : upper[place] <= 0));
    const certified = (where: "everywhere" | "range"): MonotoneFinding => ({
      column,
      direction,
      verdict: "certified",
      where,
      counterexample: null,
    });
    if (holds(everywhere)) return certified("everywhere");
    if (within && holds(within)) return certified("range");
    const way = sign === "+" ? 1 : -1;
    const counterexample = search(backend, model, bounded, rows, encoded, { column, places, way });
    return {
      column,
      direction,
      verdict: counterexample ? "refuted" : "unknown",
      where: null,
      counterexample,
    };
  });
}

const ONLY = { plus: 0, minus: null } as const;

/** Every number that an input of a bin can be, and for any other input any number at all. */
function everythingOf(encoder: Encoder): Box {
  const inputs = encodedInputs(encoder);
  return boxBetween(
    inputs.map(({ kind }) => (kind === "bin" ? 0 : Number.NEGATIVE_INFINITY)),
    inputs.map(({ kind }) => (kind === "bin" ? 1 : Number.POSITIVE_INFINITY)),
    inputs.map(() => 0),
  );
}

/**
 * A box that holds the encodings of all rows between those of the table as real numbers, which float32 may have rounded inwards at the ends:
 * each side of a number is widened by more than that, and each of a bin by more than its column's position among the edges can be rounded.
 */
function rangeOf(encoder: Encoder, encoded: Float32Array): Box {
  const inputs = encodedInputs(encoder);
  const lower = new Float64Array(inputs.length).fill(Number.POSITIVE_INFINITY);
  const upper = new Float64Array(inputs.length).fill(Number.NEGATIVE_INFINITY);
  encoded.forEach((value, at) => {
    const j = at % inputs.length;
    const { kind } = inputs[j];
    const position = kind === "bin" ? inputs.length * 2 ** -23 : 0;
    const rounding = kind === "numeric" ? Math.abs(value) * 2 ** -23 + 2 ** -149 : position;
    lower[j] = Math.min(lower[j], value - rounding);
    upper[j] = Math.max(upper[j], value + rounding);
  });
  return boxBetween(lower, upper);
}

/** Rows around the train rows' means. */
function madeUp({ encoder }: TabularModel, seed: number): Frame {
  const random = createRandom(seed);
  const drawFrom = (column: EncodedColumn): Value => {
    if (column.kind === "numeric") {
      const x = column.mean + column.std * normal(random);
      const value = column.integer ? Math.round(x) : x;
      return cellOf(column, column.levels ? Math.min(Math.max(value, 0), column.levels.length - 1) : value);
    }
    if (column.kind === "boolean") return random.next() < 0.5;
    return column.categories[Math.floor(random.next() * column.categories.length)];
  };
  const columns = encoder.columns.filter(isValue);
  const rows = Array.from({ length: CANDIDATES }, () => columns.map(drawFrom));
  return frameFrom(
    Object.fromEntries(columns.map((column, j) => [sourceOf(column), rows.map((row) => row[j])])),
    { asText: categoriesOf(encoder) },
  );
}

/** What of a date repeats is made from the same cell. */
const isValue = ({ date }: EncodedColumn): boolean => !date || date.part === "elapsed";

/** Columns whose texts are categories or levels, whatever they look like. */
const categoriesOf = ({ columns }: Encoder): ReadonlySet<string> =>
  new Set(
    columns
      .filter((column) => ["categorical", "ordered"].includes(shownKind(column)))
      .map(({ name }) => name),
  );

interface Aim {
  readonly column: string;
  /** The inputs of its values. */
  readonly places: readonly number[];
  /** 1 for a prediction that should not fall, −1 for one that should not rise. */
  readonly way: 1 | -1;
}

function search(
  backend: Backend,
  model: TabularModel,
  bounded: BoundedModel,
  frame: Frame,
  encoded: Float32Array,
  { column, places, way }: Aim,
): MonotoneFinding["counterexample"] {
  const { inputs } = bounded;
  const row = Float64Array.of(way);
  const gradient = new Float64Array(inputs);
  const at = (r: number) => Float64Array.from(encoded.subarray(r * inputs, (r + 1) * inputs));
  const movedWay = (x: Float64Array) => valueAndGradient(bounded, row, x, gradient);
  const slopes = Array.from(allRows(frame), (r) => {
    movedWay(at(r));
    return Math.min(...places.map((place) => gradient[place]));
  });
  const steepest = [...slopes.keys()].sort((a, b) => slopes[a] - slopes[b]).slice(0, SEARCHED / 2);
  const searched = new Set([...steepest, ...allRows(frame).subarray(0, SEARCHED / 2)]);
  const values = valuesToTry(model, column, frame);
  let worst = { drop: 0, r: 0, low: 0, high: 0 };
  for (const r of searched) {
    const x = at(r);
    let highest = { value: Number.NEGATIVE_INFINITY, at: 0 };
    for (const value of values) {
      x.set(value.encoded, places[0]);
      const found = movedWay(x);
      if (highest.value - found > worst.drop) {
        worst = { drop: highest.value - found, r, low: highest.at, high: value.cell };
      }
      if (found > highest.value) highest = { value: found, at: value.cell };
    }
  }
  if (worst.drop === 0) return null;
  const asked = model.encoder.columns.find(({ name }) => name === column);
  const find = columnFinder(frame);
  const valueIn = (value: number): Value => (asked?.kind === "numeric" ? cellOf(asked, value) : value > 0);
  const rowWith = (value: number): Record<string, Value> =>
    Object.fromEntries(
      model.encoder.columns
        .filter(isValue)
        .map((one) => [
          sourceOf(one),
          one === asked ? valueIn(value) : valueAt(find(sourceOf(one)), worst.r),
        ]),
    );
  return verified(backend, model, bounded, [rowWith(worst.low), rowWith(worst.high)], way);
}

/** Values of the column within the range of the rows' cells, ascending, in its own unit (−1 and 1 for truths) and as they are encoded. */
function valuesToTry(model: TabularModel, name: string, frame: Frame) {
  const column = model.encoder.columns.find((one) => one.name === name);
  if (column?.kind !== "numeric") return [-1, 1].map((cell) => ({ cell, encoded: [cell] }));
  const own = cellNumbers(column, columnFinder(frame)(name), allRows(frame))
    .filter((x) => !Number.isNaN(x))
    .sort();
  const [least, most] = [own[0], own[own.length - 1]];
  const cells = Array.from({ length: VALUES }, (_, k) => {
    // Half of them by rank, half evenly between both ends.
    const share = Math.floor(k / 2) / (VALUES / 2 - 1);
    if (k % 2 === 0) return own[Math.round(share * (own.length - 1))];
    const between = (1 - share) * least + share * most;
    // Without the last digits of float64, which are those of its rounding.
    return column.integer ? Math.round(between) : Number(between.toPrecision(12));
  });
  const distinct = [...new Set(cells)].filter((cell) => cell >= least && cell <= most);
  return distinct.sort((a, b) => a - b).map((cell) => ({ cell, encoded: encodeNumber(column, cell) }));
}

/** The two rows, if their predictions go the wrong way, and the outputs behind them whatever their rounding; else null. */
function verified(
  backend: Backend,
  model: TabularModel,
  bounded: BoundedModel,
  rows: readonly [Record<string, Value>, Record<string, Value>],
  way: 1 | -1,
): MonotoneFinding["counterexample"] {
  const frame = frameFrom(rows, { asText: categoriesOf(model.encoder) });
  const { inputs: coded, width: inputs } = encode(model.encoder, frame, allRows(frame));
  const values = writtenOut(coded);
  const [less, more] = [0, 1].map((r) => {
    const x = Float64Array.from(values.subarray(r * inputs, (r + 1) * inputs));
    const [error] = predictionError(analyse(bounded, pointBox(x), false));
    const { lower, upper } = enclose(bounded, Float64Array.of(way), x);
    return { lower: below(lower - error), upper: above(upper + error) };
  });
  if (!(less.lower > more.upper)) return null;
  const predicted = predictTable(backend, model, frame);
  const predictions: [number, number] =
    predicted.task === "regression"
      ? [predicted.values[0], predicted.values[1]]
      : [predicted.probabilities[1], predicted.probabilities[3]];
  // In the target's units, or as probabilities near 1, outputs that differ may come out the same.
  return way * predictions[0] > way * predictions[1] ? { rows, predictions } : null;
}
