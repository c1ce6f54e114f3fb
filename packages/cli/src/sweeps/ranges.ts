import { InputError } from "psilon";
import { shortFigure } from "../render/text.js";

/** Values to choose from, or numbers from one to another, both included. */
export type Range = readonly (string | number)[] | NumberRange;

export interface NumberRange {
  readonly scale: Scale;
  readonly from: number;
  readonly to: number;
}

export type Scale = keyof typeof scales;

/** A number of float64 has more digits than anybody reads; what is printed is what was used. */
const DIGITS = 6;

const rounded = (value: number): number => Number(value.toPrecision(DIGITS));

const evenly = (from: number, to: number, share: number): number => from + share * (to - from);

const byFactor = (from: number, to: number, share: number): number =>
  Math.exp(evenly(Math.log(from), Math.log(to), share));

/**
 * How numbers are spread over a range: `draw` makes of a share in [0, 1), evenly distributed, a number, which may be an end or beyond it by
 * its rounding. `least`: what a range can begin with.
 */
const scales = {
  uniform: {
    isWhole: false,
    least: Number.NEGATIVE_INFINITY,
    draw: (from: number, to: number, share: number) => rounded(evenly(from, to, share)),
  },
  /** Every decade is as likely as any other. */
  log: {
    isWhole: false,
    least: Number.MIN_VALUE,
    draw: (from: number, to: number, share: number) => rounded(byFactor(from, to, share)),
  },
  int: {
    isWhole: true,
    least: Number.NEGATIVE_INFINITY,
    draw: (from: number, to: number, share: number) => Math.floor(evenly(from, to + 1, share)),
  },
  /** Each number stands for what is rounded to it. */
  logint: {
    isWhole: true,
    least: 1,
    draw: (from: number, to: number, share: number) => Math.round(byFactor(from - 0.5, to + 0.5, share)),
  },
} as const;

/** The scale of whole numbers that is like it. */
export const wholeScale = (scale: Scale): Scale => WHOLE[scale];
const WHOLE = { uniform: "int", log: "logint", int: "int", logint: "logint" } as const;

export const scaleNames = Object.keys(scales) as readonly Scale[];

/** A value of the range for a share in [0, 1). */
export function drawFrom(range: Range, share: number): string | number {
  if (!("scale" in range)) return range[Math.floor(share * range.length)];
  const { scale, from, to } = range;
  return Math.min(to, Math.max(from, scales[scale].draw(from, to, share)));
}

/** Between which all others lie, or all where there is no order. */
export const endsOf = (range: Range): readonly (string | number)[] =>
  "scale" in range ? [range.from, range.to] : range;

/** All values of the range, or null where there is no end of them. */
export function valuesOf(range: Range): readonly (string | number)[] | null {
  if (!("scale" in range)) return range;
  const { scale, from, to } = range;
  return scales[scale].isWhole ? Array.from({ length: to - from + 1 }, (_, i) => from + i) : null;
}

/** A range, and a value, as they are written on a command line. */
export const rangeText = (range: Range): string =>
  "scale" in range
    ? `${range.scale}(${endsOf(range).map(valueText).join(",")})`
    : range.map(valueText).join(",");

export const valueText = (value: string | number) => (typeof value === "number" ? shortFigure(value) : value);

/** Of two ends of a scale. Throws InputError where there is nothing between them; `of` is the setting. */
export function rangeOf(of: string, scale: Scale, from: number, to: number): Range {
  const { isWhole, least } = scales[scale];
  const refuse = (why: string, remedy?: string) =>
    new InputError({
      code: "out-of-range",
      found: `The range ${of}=${scale}(${from},${to}) ${why}`,
      value: `${scale}(${from},${to})`,
      remedy,
    });
  if (!(Number.isFinite(from) && Number.isFinite(to))) {
    throw refuse("has an end that is no finite number");
  }
  if (isWhole && !(Number.isSafeInteger(from) && Number.isSafeInteger(to))) {
    throw refuse("is of whole numbers, and an end of it is none");
  }
  if (!(from < to)) {
    throw refuse("is empty", "the first end is the smaller one; a single value stands by itself");
  }
  if (from < least) {
    throw refuse(
      isWhole ? "is by logarithms, and begins below 1" : "is by logarithms, which 0 and less have none of",
      `begin above, or use ${isWhole ? "int" : "uniform"}`,
    );
  }
  return { scale, from, to };
}
