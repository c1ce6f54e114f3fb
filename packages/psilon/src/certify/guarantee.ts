import { aSignal, type Kind, rowNumbers } from "../arguments.js";
import { analyse } from "../bounds/analyse.js";
import type { BoundedModel } from "../bounds/boundedModel.js";
import { isCertified } from "../bounds/decide.js";
import { maximumOver } from "../bounds/overBox.js";
import { predictionError } from "../bounds/predictionError.js";
import type { Backend } from "../engine/backend/backend.js";
import { derive } from "../engine/random/derive.js";
import { createRandom } from "../engine/random/random.js";
import { shuffle } from "../engine/random/shuffle.js";
import { createPause, type StopSignal } from "../engine/training/pauses.js";
import { InputError } from "../errors.js";
import { boundedTabular } from "../models/boundedTabular.js";
import { checkAsked } from "../models/predictTable.js";
import type { TabularModel } from "../models/tabularModel.js";
import { placeColumns } from "../moves/placed.js";
import { regionsOf } from "../moves/region.js";
import { checkGiven } from "../names.js";
import { encode } from "../preprocess/encode.js";
import { writtenOut } from "../preprocess/inputs.js";
import { predictionNames, targetNames } from "../preprocess/target.js";
import { allRows, checkRowsOf, type Frame } from "../tables/frame.js";
import { rightRows } from "./accuracy.js";
import { demandsOf } from "./demands.js";
import { middleRadius } from "./middleRadius.js";

/** What is proven of a model's predictions for rows of a table; upper bounds of what can happen, and lower bounds of what holds. */
export interface TableGuarantee {
  /** Numbers move all at once, each as far as `units` and a radius say; categories, truths and missing cells stay. */
  readonly norm: "inf";
  readonly units: "standard deviations";
  /** Of predictions: what is proven covers their rounding. */
  readonly arithmetic: "float32";
  /** By how much numbers move where nothing else is said. */
  readonly radius: number;
  /** Rows that were looked at, and among how many they were drawn. */
  readonly rows: number;
  readonly drawnFrom: number;
  /** Of classes; null for numbers. */
  readonly classes: {
    /** At least half of the rows are certified at this radius; Infinity: at any, null: not even as they stand. */
    readonly middleRadius: number | null;
    /** The share of the rows whose class is proven to stay at `radius`, right or wrong. */
    readonly certified: number;
    /** The share of those that have a true class; null where none has. */
    readonly certifiedAndRight: number | null;
  } | null;
  /**
   * Of numbers, one for each target, or for each of its quantiles; none for classes. For at least half of the rows no prediction moves by more
   * than `atMost` at `radius`, in the target's units; Infinity where no bound was found.
   */
  readonly numbers: readonly { readonly name: string; readonly atMost: number }[];
}

/** What a guarantee is about. */
export interface GuaranteeOptions {
  /** Counted from 0; default: all. */
  readonly rows?: Int32Array | undefined;
  /** Ends the work; there is no guarantee then. */
  readonly signal?: StopSignal | undefined;
}

const optionKinds = { rows: rowNumbers, signal: aSignal } satisfies Record<keyof GuaranteeOptions, Kind>;

/** Standard deviations. */
const RADIUS = 0.1;

/** Rows that are looked at: of large networks fewer, whose weights times rows are about a second's work, but so many that half of them mean something. */
const ROWS = { most: 100, least: 20, weights: 5e6 };

/**
 * What a person can count on, proven row by row: how far all numbers may move before half of the rows could change their class, and how many
 * keep it while every number moves by 0.1 standard deviations, or how far predicted numbers then move. Of many rows some are drawn, by the model's
 * seed, and classes by bounds that are quickly found, so that `certifiedRadii` may prove a little more.
 * Null where the signal came. Throws InputError for no rows, for those that the table does not have, and as `predictTable` does.
 */
export async function guaranteeOf(
  backend: Backend,
  model: TabularModel,
  frame: Frame,
  options: GuaranteeOptions = {},
): Promise<TableGuarantee | null> {
  checkAsked(backend, model, frame);
  checkGiven(options, optionKinds);
  const { rows: given = allRows(frame), signal } = options;
  const { target, encoder, record } = model;
  checkRowsOf(frame, given, "to prove something about");
  if (given.length === 0) {
    const { source } = frame.origin;
    throw new InputError({
      code: "no-rows",
      found: `There are no rows of ${source} to prove anything about`,
      where: { source },
    });
  }
  const bounded = boundedTabular(model);
  const random = createRandom(derive(record.seed, "guarantee"));
  const rows = shuffle(given.slice(), random).subarray(0, affordable(bounded)).sort();
  const { inputs, width } = encode(encoder, frame, rows);
  const values = writtenOut(inputs);
  const placed = placeColumns(encoder, frame);
  const asked = Array.from(rows, (row, i) => {
    const encoded = values.subarray(i * width, (i + 1) * width);
    const boxesAt = (radius: number) => regionsOf(placed, row, encoded, { radius }).map(({ box }) => box);
    return { ...demandsOf(bounded, target, encoded, 0), boxesAt };
  });
  const pause = createPause(signal);
  const about = {
    norm: "inf",
    units: "standard deviations",
    arithmetic: "float32",
    radius: RADIUS,
    rows: rows.length,
    drawnFrom: given.length,
  } as const;
  if (target.task === "classification") {
    const found = await middleRadius(rows.length, RADIUS, async (some, radius) => {
      const held: number[] = [];
      for (const i of some) {
        if (await pause()) return null;
        if (isCertified(bounded, asked[i].boxesAt(radius), asked[i].demands, "quick")) held.push(i);
      }
      return held;
    });
    if (!found) return null;
    const names = new Set(frame.columns.map(({ name }) => name));
    const right = targetNames(target).every((name) => names.has(name))
      ? rightRows(backend, model, frame, rows, undefined)
      : new Map<number, boolean>();
    const isRight = Array.from(rows, (row) => right.get(frame.origin.firstRow + row));
    const known = isRight.filter((one) => one !== undefined).length;
    const both = found.atFirst.filter((i) => isRight[i]).length;
    return {
      ...about,
      classes: {
        middleRadius: found.radius,
        certified: found.atFirst.length / rows.length,
        certifiedAndRight: known > 0 ? both / known : null,
      },
      numbers: [],
    };
  }
  const far: (readonly number[])[] = [];
  for (const { boxesAt, demands, atMostEach } of asked) {
    if (await pause()) return null;
    // Nothing takes any value, so that there is one box.
    const [box] = boxesAt(RADIUS);
    const analysis = analyse(bounded, box);
    const errors = predictionError(analysis);
    far.push(atMostEach(demands.map(({ output }) => maximumOver(analysis, output, errors)[0])));
  }
  const middle = Math.ceil(rows.length / 2) - 1;
  return {
    ...about,
    classes: null,
    numbers: predictionNames(target).map((name, k) => ({
      name,
      atMost: Float64Array.from(far, (moves) => moves[k]).sort()[middle],
    })),
  };
}

/** As many rows as take about a second. */
function affordable({ members }: BoundedModel): number {
  const weights = members.reduce(
    (sum, { layers }) => layers.reduce((total, { rows, columns }) => total + rows * columns, sum),
    0,
  );
  return Math.min(ROWS.most, Math.max(ROWS.least, Math.floor(ROWS.weights / weights)));
}
