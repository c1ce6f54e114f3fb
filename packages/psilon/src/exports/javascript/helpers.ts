import type { ExportPlan } from "../plan.js";

/** The functions that read cells, by their names, as `preprocess/encode` and `tables/texts` do; each may call those before it. */
const helpers = ({ unseen, missing }: ExportPlan): readonly (readonly [name: string, code: string])[] => [
  [
    "numberOf",
    String.raw`/** The number that a cell is, of a date its days since 1970; NaN where it is missing. */
function numberOf(cell, name) {
  let number = cell;
  if (typeof cell !== "number") {
    if (cell === null) return Number.NaN;
    if (typeof cell === "string") {
      const text = cell.trim();
      if (missingTexts.has(text)) return Number.NaN;
      if (!/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) refuse(cell, name, "which holds numbers");
      number = Number(text);
    } else if (cell instanceof Date) number = cell.getTime() / 86_400_000;
    else if (typeof cell === "bigint") number = Number(cell);
    else refuse(cell, name, "which holds numbers");
  }
${missing.numbers.length > 0 ? "  if (missingNumbers.has(number)) return Number.NaN;\n" : ""}  if (Math.abs(number) === Number.POSITIVE_INFINITY) refuse(cell, name, "which holds finite numbers");
  return number;
}`,
  ],
  [
    "textOf",
    String.raw`/** The text that a cell is, of anything else how it is shown; null where it is missing. A whole number is the same text however it was written. */
function textOf(cell, name) {
  if (typeof cell === "string") {
    const text = cell.trim();
    return missingTexts.has(text) ? null : text.replace(/^(-?\d+)\.0+$/, "$1");
  }
  if (cell === null) return null;
  if (typeof cell === "boolean") return String(cell);
  if (typeof cell === "number" || typeof cell === "bigint") {
    const number = Number(cell);
    return Number.isNaN(number)${missing.numbers.length > 0 ? " || missingNumbers.has(number)" : ""} ? null : String(number);
  }
  if (!(cell instanceof Date)) refuse(cell, name, "which holds texts");
  if (Number.isNaN(cell.getTime())) return null;
  const text = cell.toISOString();
  return cell.getTime() % 86_400_000 === 0
    ? text.slice(0, 10)
    : text.replace(/:00\.000Z$|\.000Z$|Z$/, "").replace("T", " ");
}`,
  ],
  [
    "truthOf",
    `/** 1 for true, −1 for false, 0 where a cell is missing. */
function truthOf(cell, name) {
  if (typeof cell === "boolean") return cell ? 1 : -1;
  const text = textOf(cell, name);
  if (text === null) return 0;
  if (/^(?:true|t|yes|y|1)$/i.test(text)) return 1;
  if (!/^(?:false|f|no|n|0)$/i.test(text)) refuse(cell, name, "which holds true or false");
  return -1;
}`,
  ],
  [
    "daysIn",
    String.raw`const isoDate =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:T|,?\s+)(\d{1,2})(?::(\d{2})(?::(\d{2})(?:[.,](\d+))?)?)?(?:\s*(?:Z|UTC|GMT|([+-])(0\d|1[0-4])(?::?([0-5]\d))?))?)?$/i;

/** The days since 1970 that an ISO text says; without a time zone it is as it stands. Undefined for any other text. */
function daysIn(text) {
  const found = isoDate.exec(text);
  if (found === null) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part) => Number(part ?? 0));
  const [fraction = "", sign = "+", hoursAhead = "0", minutesAhead = "0"] = found.slice(7);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const time = ((hour * 60 + minute) * 60 + second) * 1000 + Number(fraction.slice(0, 3).padEnd(3, "0"));
  const isDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!isDay || minute > 59 || second > 60 || (hour > 23 && time !== 86_400_000)) return undefined;
  const ahead = (sign === "-" ? -1 : 1) * (60 * Number(hoursAhead) + Number(minutesAhead));
  return (date.getTime() + time - ahead * 60_000) / 86_400_000;
}`,
  ],
  [
    "daysOf",
    `/** The days since 1970 of a date; NaN where it is missing. */
function daysOf(cell, name) {
  if (cell instanceof Date) return cell.getTime() / 86_400_000;
  if (cell === null || Number.isNaN(cell)) return Number.NaN;
  const text = typeof cell === "string" ? cell.trim() : undefined;
  if (missingTexts.has(text)) return Number.NaN;
  const days = text === undefined ? undefined : daysIn(text);
  if (days === undefined) refuse(cell, name, "which holds dates, each a Date or an ISO text such as 2024-12-31T23:59Z");
  return days;
}`,
  ],
  ["monthOf", "const monthOf = (days) => new Date(Math.floor(days) * 86_400_000).getUTCMonth();"],
  ["mod", "const mod = (a, n) => ((a % n) + n) % n;"],
  [
    "weekdayOf",
    "/** From Monday on; 1970 began with a Thursday. */\nconst weekdayOf = (days) => mod(Math.floor(days) + 3, 7);",
  ],
  ["hourOf", "const hourOf = (days) => mod(Math.floor((days + 1e-9) / (1 / 24)), 24);"],
  [
    "rankOf",
    `/** The place of a cell's text among the levels; NaN where it is missing${unseen === "error" ? "" : " or none of them"}. */
function rankOf(levels, cell, name) {
  const text = textOf(cell, name);
  if (text === null) return Number.NaN;
${unseen === "error" ? '  if (!levels.has(text)) refuse(cell, name, "of whose levels it is none");\n  return levels.get(text);' : "  return levels.get(text) ?? Number.NaN;"}
}`,
  ],
  [
    "placeOf",
    `/** The input of a cell's text; null where it is missing, undefined where the text is none that the model knows. */
function placeOf(places, cell, name) {
  const place = places.get(cell);
  if (place !== undefined) return place;
  const text = textOf(cell, name);
  return text === null ? null : places.get(text);
}`,
  ],
  [
    "standardized",
    `/** (number − mean)/std as the network reads it, no farther than \`clip\` from 0; 0 where it is missing. */
function standardized(number, mean, std, clip, name) {
  if (Number.isNaN(number)) return 0;
  const value = Math.fround((0.5 * number - 0.5 * mean) / (0.5 * std));
  const clipped = Math.min(Math.max(value, -clip), clip);
  if (!Number.isFinite(clipped)) refuse(number, name, "too far from what the model was trained on to be computed with");
  return clipped;
}`,
  ],
  [
    "position",
    `/** Where among the edges a number lies: 0 at the first, 1 at the second and so on; a missing one lies where the mean does. */
function position(edges, number, mean) {
  const value = Number.isNaN(number) ? mean : number;
  const last = edges.length - 1;
  if (value <= edges[0]) return 0;
  if (value >= edges[last]) return last;
  let bin = 0;
  while (value >= edges[bin + 1]) bin++;
  const from = 0.5 * edges[bin];
  return Math.fround(bin + (0.5 * value - from) / (0.5 * edges[bin + 1] - from));
}`,
  ],
  [
    "fill",
    `/** How much of each bin is passed. */
function fill(places, passed) {
  for (let t = 0; t < places.length; t++) {
    if (places[t] >= 0) x[places[t]] = Math.min(Math.max(passed - t, 0), 1);
  }
}`,
  ],
  [
    "mark",
    unseen === "error"
      ? `/** Puts 1 at a place, at \`missing\` where that is null, at \`other\` where it is undefined; −1 is none. With a name, undefined is refused. */
function mark(place, missing, other, cell, name) {
  if (place === undefined && name !== undefined) refuse(cell, name, "where the model knows no such category");
  const at = place === null ? missing : place === undefined ? other : place;
  if (at >= 0) x[at] = 1;
}`
      : `/** Puts 1 at a place, at \`missing\` where that is null, at \`other\` where it is undefined; −1 is none. */
function mark(place, missing, other) {
  const at = place === null ? missing : place === undefined ? other : place;
  if (at >= 0) x[at] = 1;
}`,
  ],
];

/** Those that the code calls, and those that these call. */
export function helpersFor(plan: ExportPlan, code: string): string {
  let all = code;
  for (const [name, own] of helpers(plan).toReversed()) {
    if (all.includes(`${name}(`)) all = `${own}\n\n${all}`;
  }
  return all;
}
