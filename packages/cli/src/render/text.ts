import { dateFromDays, readable, showDate, type Value } from "psilon";

/** Rows of cells in aligned columns, two spaces apart: the first column to the left, the others to the right. */
export function alignedTable(cells: readonly (readonly string[])[]): string {
  const rows = cells.map((row) => row.map((cell) => readable(cell)));
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => width(row[i]))));
  const pad = (cell: string, i: number) => " ".repeat(widths[i] - width(cell));
  return rows
    .map((row) => row.map((cell, i) => (i === 0 ? cell + pad(cell, i) : pad(cell, i) + cell)).join("  "))
    .map((line) => line.trimEnd())
    .join("\n");
}

/** Facts under one another, the names in a column of their own; a fact of several lines is indented. */
export function facts(entries: readonly (readonly [name: string, text: string])[]): string {
  const shown = entries.map((entry) => entry.map((text) => readable(text)));
  const indent = Math.max(...shown.map(([name]) => width(name))) + 2;
  return shown
    .map(
      ([name, text]) =>
        name + " ".repeat(indent - width(name)) + text.replaceAll("\n", `\n${" ".repeat(indent)}`),
    )
    .join("\n");
}

/** Digits that count. */
const DIGITS = 4;

/** So many where a promise is within `NEAR` of a number of `DIGITS` digits on the wrong side: 1.000001, not 1.001, for 1 and a rounding. */
const MORE_DIGITS = 7;
const NEAR = 1e-6;

/** A number as a person would write it: four digits that count. */
export function figure(value: number): string {
  return withDigits(value, DIGITS);
}

function withDigits(value: number, digits: number): string {
  if (!Number.isFinite(value)) return "–";
  if (isShort(value)) return String(Number(value.toPrecision(digits)));
  return value.toExponential(digits - 2).replace("e+", "e");
}

/** As `figure`, but never below the value: an upper bound is one as printed, also where it says nothing. */
export function figureAbove(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return "∞";
  const text = figure(value);
  if (Number(text) >= value) return text;
  const digits = digitsBeside(value, text);
  return withDigits(value + lastPlace(value, digits), digits);
}

/** As `figure`, but never above the value. */
export function figureBelow(value: number): string {
  const text = figure(value);
  if (!(Number(text) > value)) return text;
  const digits = digitsBeside(value, text);
  return withDigits(value - lastPlace(value, digits), digits);
}

/** Whether a number is written without an exponent. */
function isShort(value: number): boolean {
  const size = Math.abs(value);
  return size === 0 || (size >= 1e-3 && size < 1e6);
}

const digitsBeside = (value: number, text: string) =>
  Math.abs(Number(text) - value) < NEAR * Math.abs(value) ? MORE_DIGITS : DIGITS;

/** What one in the last of so many digits of the value's text is worth. */
function lastPlace(value: number, digits: number): number {
  return 10 ** (Math.floor(Math.log10(Math.abs(value))) - (isShort(value) ? digits - 1 : digits - 2));
}

/** From where to where numbers of a table go: whole ones in full, others with the digits that tell the ends apart, and some more. */
export function rangeEnds(min: number, max: number): [from: string, to: string] {
  const text = textWithin(min, max);
  return [text(min), text(max)];
}

/** How numbers between these two are written, so. */
export function textWithin(min: number, max: number): (value: number) => string {
  const size = Math.max(Math.abs(min), Math.abs(max));
  // More than 17 are none of float64's.
  const digits = Math.min(17, DIGITS + Math.max(0, Math.ceil(Math.log10(size / (max - min || 1)))));
  return (value) =>
    String(Number.isInteger(value) ? value : Number(value.toPrecision(digits))).replace("e+", "e");
}

/** A number as a person chose it, a λ, a tolerance or a radius: with every digit, and no more. */
export function shortFigure(value: number): string {
  return (value !== 0 && value < 1e-3 ? value.toExponential() : String(value)).replace("e+", "e");
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** As `percent`, but never above the share: 100 % are all. */
export function percentBelow(share: number): string {
  // Some tenths of a percent are no numbers of float64, and come out a little too small.
  return `${(Math.floor(1000 * share * (1 + 2 ** -50)) / 10).toFixed(1)} %`;
}

/** A whole number with its thousands set off. */
export function thousands(n: number): string {
  return n.toLocaleString("en-US");
}

export function count(n: number, noun: string, plural = `${noun}s`): string {
  return `${thousands(n)} ${n === 1 ? noun : plural}`;
}

export function duration(seconds: number): string {
  if (seconds < 120) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** A bar of at most `cells` characters for a share in [0, 1]. */
export function shareBar(share: number, cells = 24): string {
  return "█".repeat(Math.round(share * cells)) || (share > 0 ? "▏" : "");
}

const BLOCKS = "▁▂▃▄▅▆▇█";

/** A block as high as a share in [0, 1]; nothing is a space. */
export function blockOf(share: number): string {
  return share === 0 ? " " : BLOCKS[Math.min(7, Math.floor(8 * share))];
}

/** A value of a table as a person writes it. */
export function valueText(value: Value): string {
  return value === null ? "missing" : value instanceof Date ? showDate(value.getTime()) : String(value);
}

/** A day, counted from 1970, as a person writes it. */
export const dateText = (days: number): string => showDate(dateFromDays(days).getTime());

/** Levels from the least to the greatest. */
export const levelList = (levels: readonly string[]): string => levels.join(" < ");

/** A text as one word of a shell. */
export function quoted(text: string): string {
  return /^[\w./=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Letters as a person counts them; wide scripts are not measured. */
function width(text: string): number {
  return [...text].length;
}
