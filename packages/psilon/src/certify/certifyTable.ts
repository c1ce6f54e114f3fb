import { aFunction, anObject, aSeed, aSignal, type Kind, rowNumbers } from "../arguments.js";
import { decide } from "../bounds/decide.js";
import { loadSolver } from "../bounds/solver.js";
import type { Backend } from "../engine/backend/backend.js";
import { derive } from "../engine/random/derive.js";
import { createPause, type StopSignal } from "../engine/training/pauses.js";
import { InputError } from "../errors.js";
import { aTolerance, type Tolerance } from "../fit/tolerance.js";
import { boundedTabular } from "../models/boundedTabular.js";
import { checkAsked, predictTable } from "../models/predictTable.js";
import type { TabularModel } from "../models/tabularModel.js";
import type { Moves } from "../moves/moves.js";
import { placeColumns } from "../moves/placed.js";
import { type Changes, regionsOf } from "../moves/region.js";
import { checkGiven } from "../names.js";
import { encode } from "../preprocess/encode.js";
import { writtenOut } from "../preprocess/inputs.js";
import type { Value } from "../tables/column.js";
import { allRows, checkRowsOf, type Frame } from "../tables/frame.js";
import { rowWith } from "../tables/rowWith.js";
import { demandsOf } from "./demands.js";
import { checkQuestion } from "./question.js";

/** A value for each target, or each quantile of one, ascending; or a class. */
export type Prediction = readonly number[] | string;

/** The verdict on one row of a table. */
export interface RowCertificate {
  /** The number a person would give the row; see `Frame.firstRow`. */
  readonly row: number;
  readonly prediction: Prediction;
  /**
   * `certified`: no row within the moves has a prediction farther than the tolerance, or another class. `refuted`: the counterexample
   * has. `unknown`: neither is proven.
   */
  readonly verdict: "certified" | "refuted" | "unknown";
  /**
   * Regression, unless refuted: an upper bound on how far any prediction moves, in the target's units, or as the factor by which it does where
   * the tolerance is one; Infinity where none was found.
   */
  readonly atMost: number | null;
  readonly counterexample: {
    /** The columns that differ from the row's, in the table's own units. */
    readonly changes: Readonly<Record<string, Value>>;
    readonly prediction: Prediction;
  } | null;
}

/** What is to be certified of which rows, and how hard to try. */
export interface CertifyOptions {
  readonly moves: Moves;
  /** Regression: how far a prediction may move, in the target's units for each target, or by a factor. */
  readonly tolerance?: Tolerance | undefined;
  /** Rows to certify, counted from 0 (default: all). */
  readonly rows?: Int32Array | undefined;
  /** Seconds for each inequality that bounds and search leave open, by branch and bound; by default none is solved. */
  readonly exactSeconds?: number | null | undefined;
  /** Of the search for counterexamples (default 0). */
  readonly seed?: number | undefined;
  /** Hears after each row how many of them are done. */
  readonly onRow?: ((done: number, total: number) => void) | undefined;
  /** Ends the work; the rows done are returned, without the one in progress. */
  readonly signal?: StopSignal | undefined;
}

const optionKinds = {
  moves: anObject,
  tolerance: aTolerance,
  rows: rowNumbers,
  exactSeconds: {
    name: "a number of seconds above 0, or null,",
    is: (value) => value === null || Number(value) > 0,
  },
  seed: aSeed,
  onRow: aFunction,
  signal: aSignal,
} satisfies Record<keyof CertifyOptions, Kind>;

/** Climbs for a counterexample: each costs as much as some dozen predictions. */
const SEARCH = { restarts: 8, steps: 20 };

/**
 * For every row of the table: can its prediction move by more than the tolerance, or its class change, while its columns move as
 * `moves` lets them? Preprocessing is part of the function: the promise is about rows of the table, in its own units, and about the
 * numbers that `predictTable` returns for them, with their float32 rounding.
 *
 * Throws InputError for moves that do not fit the model, a tolerance that is missing or means nothing, a solver that is asked for and not
 * installed, and as `predictTable` does.
 */
export async function certifyTable(
  backend: Backend,
  model: TabularModel,
  frame: Frame,
  options: CertifyOptions,
): Promise<RowCertificate[]> {
  checkAsked(backend, model, frame);
  checkGiven(options, optionKinds);
  const { moves, rows = allRows(frame), exactSeconds = null, seed = 0, onRow, signal } = options;
  checkRowsOf(frame, rows, "to certify");
  if (moves === undefined) {
    throw new InputError({
      code: "missing-argument",
      found: "A certificate needs `moves`, a radius or columns that may move, but none were given",
    });
  }
  const tolerance = checkQuestion(model, { moves, tolerance: options.tolerance });
  if (exactSeconds !== null) await loadSolver();
  const { inputs: coded, width: inputs } = encode(model.encoder, frame, rows);
  const values = writtenOut(coded);
  const predictions = predictionsOf(backend, model, frame, rows);
  const bounded = boundedTabular(model);
  const placed = placeColumns(model.encoder, frame);
  const counterexampleOf = (changes: Changes, row: number) => ({
    changes: Object.fromEntries(changes),
    prediction: predictionsOf(backend, model, rowWith(frame, row, changes), Int32Array.of(0))[0],
  });
  const certificates: RowCertificate[] = [];
  const pause = createPause(signal);
  for (const [i, row] of rows.entries()) {
    const encoded = values.subarray(i * inputs, (i + 1) * inputs);
    const { demands, atMost } = demandsOf(bounded, model.target, encoded, tolerance);
    const search = { ...SEARCH, seed: derive(seed, "certify", row) };
    const regions = regionsOf(placed, row, encoded, moves);
    const decision = await decide(bounded, regions, demands, { search, exactSeconds, pause });
    if (await pause()) break;
    const { verdict } = decision;
    certificates.push({
      row: frame.origin.firstRow + row,
      prediction: predictions[i],
      verdict,
      ...(verdict === "refuted"
        ? { atMost: null, counterexample: counterexampleOf(decision.row, row) }
        : { atMost: atMost(decision.guarantees), counterexample: null }),
    });
    onRow?.(i + 1, rows.length);
  }
  return certificates;
}

function predictionsOf(backend: Backend, model: TabularModel, frame: Frame, rows: Int32Array): Prediction[] {
  const predictions = predictTable(backend, model, frame, rows);
  if (predictions.task === "classification") {
    return Array.from(predictions.labels, (label) => predictions.classes[label]);
  }
  const { targets, values } = predictions;
  return Array.from(rows, (_, i) => [...values.subarray(i * targets.length, (i + 1) * targets.length)]);
}
