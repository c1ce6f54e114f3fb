import type { DecodedArray } from "hyparquet";
import type { Column, Origin } from "../column.js";
import { showDate } from "../dates.js";
import { textBuilder } from "../textColumn.js";
import { INEXACT, numbersIn } from "../texts.js";
import { type GatherOptions, typedTexts } from "./cells.js";
import type { ParquetPlan } from "./parquetType.js";

/** Takes the values of a column, row group by row group. */
export interface ParquetGatherer {
  take(values: DecodedArray): void;
  column(): Column;
}

/** Up to here every whole number is a 64-bit float. */
const WHOLE = 2n ** 53n;

export function parquetGatherer(
  name: string,
  origin: Origin,
  rowCount: number,
  plan: Exclude<ParquetPlan, { kind: "unread" }>,
  options: GatherOptions,
): ParquetGatherer {
  const named = { name, origin };
  switch (plan.kind) {
    case "booleans": {
      const values = new Int8Array(rowCount);
      let count = 0;
      return {
        take(given) {
          for (const value of given) values[count++] = value == null ? -1 : Number(value);
        },
        column: () => ({ ...named, kind: "booleans", values }),
      };
    }
    case "numbers":
    case "dates":
      return options.asText
        ? textGatherer(
            named,
            rowCount,
            options,
            plan.kind === "dates" ? showDate : textOfNumber(plan.scale ?? 0),
          )
        : numberGatherer(named, rowCount, plan, options);
    case "texts":
      return textGatherer(named, rowCount, options, String);
    case "words":
      return textGatherer(named, rowCount, { ...options, asText: true }, String);
    case "times":
      return textGatherer(named, rowCount, { ...options, asText: true }, (value) =>
        time(value, plan.perSecond),
      );
  }
}

type Named = Pick<Column, "name" | "origin">;

function numberGatherer(
  named: Named,
  rowCount: number,
  plan: Extract<ParquetPlan, { kind: "numbers" | "dates" }>,
  { missing }: GatherOptions,
): ParquetGatherer {
  const values = new Float64Array(rowCount);
  const isNumber = plan.kind === "numbers";
  const scale = isNumber ? (plan.scale ?? 0) : 0;
  const marks = isNumber ? numbersIn(missing) : new Set<number>();
  let isExact = true;
  let count = 0;
  const numberOf = (value: unknown): number => {
    if (value == null) return Number.NaN;
    const whole = value instanceof Uint8Array ? wholeIn(value) : value;
    if (typeof whole !== "bigint" || (whole <= WHOLE && whole >= -WHOLE)) return Number(whole) / 10 ** scale;
    const number = Number(`${whole}e-${scale}`);
    isExact &&= isSame(number, whole, scale);
    return number;
  };
  return {
    take(given) {
      for (const value of given) {
        const number = numberOf(value);
        values[count++] = marks.has(number) ? Number.NaN : number;
      }
    },
    column: () => ({ ...named, kind: plan.kind, values, ...(!isExact && { reading: INEXACT }) }),
  };
}

/** Whether the number's digits are those of the decimal. */
function isSame(number: number, whole: bigint, scale: number): boolean {
  return Math.abs(number) < 1e21
    ? BigInt(number.toFixed(Math.min(scale, 100)).replace(".", "")) === whole
    : scale === 0 && BigInt(number) === whole;
}

/** A whole number as Parquet stores long ones: the highest byte first, negative ones as what is left to a power of 2. */
function wholeIn(bytes: Uint8Array): bigint {
  let whole = 0n;
  for (const byte of bytes) whole = whole * 256n + BigInt(byte);
  return BigInt.asIntN(8 * bytes.length, whole);
}

function textGatherer(
  { name, origin }: Named,
  rowCount: number,
  options: GatherOptions,
  // biome-ignore lint/suspicious/noExplicitAny: what a value is follows from the column's type in the file
  textOf: (value: any) => string,
): ParquetGatherer {
  const builder = textBuilder(rowCount, options.missing);
  return {
    take(given) {
      for (const value of given) builder.push(value == null ? null : textOf(value));
    },
    column: () => typedTexts(builder.column(name, origin), options),
  };
}

/** A number's text, digits of a decimal with a point. */
const textOfNumber = (scale: number) => (value: number | bigint | Uint8Array) => {
  const whole = value instanceof Uint8Array ? wholeIn(value) : value;
  if (scale === 0) return String(whole);
  const digits = String(whole)
    .replace("-", "")
    .padStart(scale + 1, "0");
  return `${whole < 0 ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
};

/** A time of day, 14:30:00 or 14:30:00.25. */
function time(value: number | bigint, perSecond: number): string {
  const seconds = Math.floor(Number(value) / perSecond);
  const clock = new Date(1000 * seconds).toISOString().slice(11, 19);
  const digits = Math.log10(perSecond);
  const rest = String(Number(value) % perSecond)
    .padStart(digits, "0")
    .slice(0, 6)
    .replace(/0+$/, "");
  return rest === "" ? clock : `${clock}.${rest}`;
}
