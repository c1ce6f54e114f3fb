import { analyse } from "../bounds/analyse.js";
import type { BoundedModel } from "../bounds/boundedModel.js";
import { boxBetween } from "../bounds/box.js";
import { sensitivityOf } from "../bounds/globalBounds.js";
import { directionsOver } from "../bounds/gradientOver.js";
import { above } from "../bounds/rounding.js";
import type { Direction } from "../engine/networks/spec.js";
import {
  type EncodedColumn,
  type EncodedInput,
  encodedInputs,
  type ShownKind,
  shownKind,
  sourceOf,
} from "../preprocess/encoder.js";
import { columnsOf, type Schema } from "../preprocess/kinds.js";
import type { ClassTarget, Target } from "../preprocess/target.js";
import { boundedTabular } from "./boundedTabular.js";
import { type Effect, effectOf } from "./columnEffect.js";
import type { TabularModel } from "./tabularModel.js";

/** How much one column of the user's table can change the output, at most; upper bounds for any two rows. */
export interface ColumnReport {
  readonly column: string;
  readonly kind: ShownKind;
  /** Of an ordered category the levels, from one of which to the next is its unit: it is reported like a number that is their ranks. */
  readonly levels: readonly string[] | null;
  /** No change in this column can change any output. */
  readonly irrelevant: boolean;
  /**
   * The largest change of any prediction, in the target's units (regression), as the factor by which it grows or shrinks (regression on a
   * log scale) or in logits, when this column alone changes by one standard deviation (numeric, and the days of a date, with which its month, weekday and hour change as they will), to its other value
   * (boolean), or to any other category, known or new. From a
   * value to another value: what a missing cell can do is `missing`.
   */
  readonly change: number;
  /** Numeric columns, and dates of which the days alone are inputs: the largest change of any output for one unit of the column, or a day. */
  readonly perUnit: number | null;
  /**
   * The largest change of any output, however far this column alone moves from one value to another: of bins the sum of what each of
   * them can do. Null where it has no end, since the number itself is an input and is not clipped.
   */
  readonly total: number | null;
  /** The same between two values no less than the least and no greater than the greatest of the table learned from, or any two levels; null where these are not known. */
  readonly withinRange: number | null;
  /** Where a number, or a date of which the days alone are inputs, is told by bins: `perUnit` bin by bin. */
  readonly bins: BinReport | null;
  /**
   * What being missing adds, 0 for a column that never was in training. A cell that becomes missing, or ceases to be,
   * changes an output by at most `missing` plus `change`, in a numeric column `missing` plus `perUnit` times its distance from the mean. Of factors, where
   * it is 1 for such a column, products and powers take the place of sums and multiples.
   */
  readonly missing: number;
  /**
   * What is proven of predictions (of two classes: of the second one's probability) when the column alone grows, wherever the other
   * columns stand, as a function of real numbers; null where bounds of the derivative prove nothing, and where it does not move at all.
   */
  readonly monotone: "non-decreasing" | "non-increasing" | null;
}

/** The largest change of any output for one unit of a column, or a day, within each bin and outside of all. */
export interface BinReport {
  /** Ascending; of dates days since 1970, of ordered categories places among the levels. */
  readonly edges: readonly number[];
  /** One between each two edges. */
  readonly perUnit: readonly number[];
  /** Below the first edge and above the last: 0 unless the number itself is an input as well. */
  readonly outside: number;
}

/** What every column can do at most, the largest bound first, by the sensitivity matrix of section 4 of the mathematics. */
export function columnReports(model: TabularModel): ColumnReport[] {
  const { schema, encoder } = model;
  const inputs = encodedInputs(encoder);
  const bounded = boundedTabular(model);
  const outputs = sensitivities(bounded, model.target);
  const directions = directionsOf(bounded, inputs);
  const reports = encoder.columns
    .filter((column) => !isPart(column))
    .map((column): ColumnReport => {
      // With a date go its month, weekday and hour.
      const parts = encoder.columns.filter((other) => isPart(other) && sourceOf(other) === sourceOf(column));
      const effects = outputs.map((row) => ({
        own: effectOf(column, inputs, row),
        parts: parts.map((part) => effectOf(part, inputs, row)),
      }));
      const within = (distance: number) =>
        Math.max(
          ...effects.map(({ own, parts }) =>
            [own, ...parts].map((effect) => effect.within(distance)).reduce(sumAbove),
          ),
        );
      const own = effects.map((effect) => effect.own);
      const steepest = column.kind === "numeric" && parts.length === 0 ? slopesOf(own) : null;
      const levels = (column.kind === "numeric" && column.levels) || null;
      const total = within(levels ? levels.length - 1 : Number.POSITIVE_INFINITY);
      const range = rangeOf(schema, column);
      const missing = Math.max(...own.map((effect) => effect.missing));
      return {
        column: column.name,
        kind: shownKind(column),
        levels,
        irrelevant: total === 0 && missing === 0,
        change: within(column.kind === "numeric" ? column.std : 0),
        perUnit: steepest && Math.max(steepest.outside, ...steepest.bins),
        total: Number.isFinite(total) ? total : null,
        withinRange: range === null ? null : within(range),
        bins:
          steepest && column.kind === "numeric" && column.bins
            ? { edges: column.bins.edges, perUnit: steepest.bins, outside: steepest.outside }
            : null,
        missing,
        monotone: parts.length > 0 ? null : monotoneIn(column, inputs, outputs[0], directions),
      };
    });
  return reports.sort((a, b) => b.change - a.change || b.missing - a.missing);
}

const isPart = ({ date }: EncodedColumn) => date !== undefined && date.part !== "elapsed";

const sumAbove = (a: number, b: number): number => (b === 0 ? a : above(a + b));

/** For one unit, whichever output moves most. */
const slopesOf = (effects: readonly Effect[]) => ({
  bins: effects[0].bins.map((_, t) => Math.max(...effects.map(({ bins }) => bins[t]))),
  outside: Math.max(...effects.map(({ outside }) => outside)),
});

/** How far a column moves at most between two values of the table learned from; of truths and categories that does not matter. */
function rangeOf(schema: Schema, column: EncodedColumn): number | null {
  if (column.kind !== "numeric") return 0;
  if (column.levels) return column.levels.length - 1;
  const source = columnsOf(schema, "feature").find(({ name }) => name === sourceOf(column));
  if (source?.kind !== "numeric" && source?.kind !== "date") return null;
  const range = above(source.max - source.min);
  return Number.isFinite(range) ? range : null;
}

/** The direction in which all inputs of the column's values that do anything move the one output, as the values grow. */
function monotoneIn(
  column: EncodedColumn,
  inputs: readonly EncodedInput[],
  s: Float64Array,
  directions: readonly Direction[],
): ColumnReport["monotone"] {
  const along = inputs.flatMap((input, j) => {
    const isOrdered = input.kind === "numeric" || input.kind === "bin" || input.kind === "boolean";
    return input.column === column.name && isOrdered && s[j] > 0 ? [directions[j]] : [];
  });
  if (along.length === 0 || along.some((direction) => direction !== along[0])) return null;
  return along[0] > 0 ? "non-decreasing" : along[0] < 0 ? "non-increasing" : null;
}

/** For each encoded input the direction in which the one output moves everywhere, where it is proven; else 0. */
function directionsOf(bounded: BoundedModel, inputs: readonly EncodedInput[]): Direction[] {
  if (bounded.outputs > 1) return inputs.map(() => 0);
  // A bin is never filled beyond its edges.
  const ends = inputs.map(({ kind }) =>
    kind === "bin" ? [0, 1] : [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  );
  const everywhere = boxBetween(
    Float64Array.from(ends, ([low]) => low),
    Float64Array.from(ends, ([, high]) => high),
    new Float64Array(inputs.length),
  );
  return directionsOver(analyse(bounded, everywhere, false));
}

/** For each output how far it moves at most for one unit of each encoded input, in the target's units, those of its logarithm, or logits. */
function sensitivities(bounded: BoundedModel, target: Target): Float64Array[] {
  return Array.from({ length: bounded.outputs }, (_, k) => {
    const unit = target.task === "regression" ? target.scales[k % target.scales.length] : logitUnit(target);
    return sensitivityOf(bounded, { plus: k, minus: null }).map((s) => (s === 0 ? 0 : above(unit * s)));
  });
}

/** Outputs are divided by the temperature before probabilities are made of them. */
const logitUnit = ({ temperature }: ClassTarget) => (temperature === undefined ? 1 : above(1 / temperature));

/** Of changes of a logarithm. */
export function inFactors(report: ColumnReport): ColumnReport {
  const factor = (change: number) => (change === 0 ? 1 : above(above(Math.exp(change))));
  const orNull = (change: number | null) => (change === null ? null : factor(change));
  const { change, perUnit, total, withinRange, bins, missing } = report;
  return {
    ...report,
    change: factor(change),
    perUnit: orNull(perUnit),
    total: orNull(total),
    withinRange: orNull(withinRange),
    bins: bins && { ...bins, perUnit: bins.perUnit.map(factor), outside: factor(bins.outside) },
    missing: factor(missing),
  };
}
