import { dateFromDays, readable, showDate, type Value } from "psilon";

/** Columns that every line keeps within. */
const WIDTH = 120;

/** Letters of a name that are shown where there is not room for all: names that begin alike often end otherwise. */
const NAME = { first: 30, last: 17 };

/** Room that is left beside a table for what is short. */
const BESIDE = 26;

/**
 * Rows of cells in aligned columns, two spaces apart: the first column to the left, the others to the right. Where all would be too wide, names
 * (the first row and the `keys` first columns) are cut, and columns for which there is no room follow below, beside the first ones again. What is
 * given for each row in `beside` stands behind it, or below where it is longer.
 */
export function alignedTable(
  cells: readonly (readonly string[])[],
  { beside = [], keys = 1 }: { readonly beside?: readonly string[]; readonly keys?: number } = {},
): string {
  const whole = cells.map((row) => row.map((cell) => readable(cell)));
  const room = WIDTH - Math.min(BESIDE, 2 + Math.max(-2, ...beside.map(width)));
  const isWide = sum(columnWidths(whole).map((columns) => columns + 2)) - 2 > room;
  const rows = isWide
    ? whole.map((row, r) => row.map((cell, i) => (r === 0 || i < keys ? shortName(cell) : cell)))
    : whole;
  const widths = columnWidths(rows);
  const pad = (cell: string, i: number) => " ".repeat(widths[i] - width(cell));
  const blocks = blocksOf(widths, keys, room).map((columns) =>
    rows.map((row) =>
      columns.map((i) => (i === 0 ? row[i] + pad(row[i], i) : pad(row[i], i) + row[i])).join("  "),
    ),
  );
  const last = blocks[blocks.length - 1];
  last.forEach((line, r) => {
    if (!beside[r]) return;
    const isShort = width(line) + 2 + width(beside[r]) <= WIDTH;
    last[r] = isShort ? `${line}  ${beside[r]}` : `${line}\n    ${hanging(beside[r], 4)}`;
  });
  return blocks.map((lines) => lines.map((line) => line.trimEnd()).join("\n")).join("\n\n");
}

/** The places of the columns that stand beside one another, each time with the first ones. */
function blocksOf(widths: readonly number[], keys: number, room: number): number[][] {
  const first = Array.from({ length: Math.min(keys, widths.length) }, (_, i) => i);
  const blocks = [[...first]];
  const widthOf = (columns: readonly number[]) => sum(columns.map((i) => widths[i] + 2)) - 2;
  for (let i = keys; i < widths.length; i++) {
    const block = blocks[blocks.length - 1];
    if (block.length === keys || widthOf([...block, i]) <= room) block.push(i);
    else blocks.push([...first, i]);
  }
  return blocks;
}

const columnWidths = (rows: readonly (readonly string[])[]): number[] =>
  rows[0].map((_, i) => Math.max(...rows.map((row) => width(row[i]))));

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** A name without its middle where that would leave no room for what is said of it. */
export function shortName(name: string, { first, last } = NAME): string {
  const letters = [...name];
  return letters.length <= first + 1 + last
    ? name
    : `${letters.slice(0, first).join("")}…${letters.slice(-last).join("")}`;
}

/** Facts under one another, the names in a column of their own; a fact of several lines is indented. */
export function facts(entries: readonly (readonly [name: string, text: string])[]): string {
  const shown = entries.map(([name, text]) => [shortName(readable(name)), readable(text)]);
  const indent = Math.max(...shown.map(([name]) => width(name))) + 2;
  return shown
    .map(([name, text]) => name + " ".repeat(indent - width(name)) + hanging(text, indent))
    .join("\n");
}

/** What a command prints: its sections, a line free between two of them. */
export const page = (sections: readonly string[]): string => `${hanging(sections.join("\n\n"), 0)}\n`;

/** A text that begins behind so many columns, which its other lines leave free. */
export function hanging(text: string, indent: number): string {
  const lines = text.split("\n").flatMap((line) => wrapped(line, WIDTH - indent));
  return lines.join(`\n${" ".repeat(indent)}`).replace(/ +$/gm, "");
}

/** The line's beginning and what follows on lines of their own, a little indented; words and commands stay whole, since they may be copied. */
function wrapped(line: string, room: number): string[] {
  if (line.startsWith("psilon ")) return [line];
  const indent = line.search(/[^ ]|$/) + 2;
  const lines: string[] = [];
  let rest = [...line];
  while (rest.length > room) {
    const start = lines.length > 0 ? indent : indent - 2;
    const before = rest.lastIndexOf(" ", room);
    const end = before > start ? before : rest.indexOf(" ", Math.max(room, start));
    if (end < 0) break;
    lines.push(rest.slice(0, end).join("").trimEnd());
    rest = [...(" ".repeat(indent) + rest.slice(end).join("").trimStart())];
  }
  return [...lines, rest.join("")];
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

/** With three digits, where many stand side by side. */
export function figureBriefly(value: number): string {
  return withDigits(value, 3);
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
