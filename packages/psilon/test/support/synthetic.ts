import { expect } from "vitest";
import { normal } from "../../src/engine/random/normal.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import { InputError } from "../../src/errors.ts";
import type { FitOptions } from "../../src/fit/options.ts";
import type { Value } from "../../src/tables/column.ts";
import { allRows, type Frame } from "../../src/tables/frame.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { valueAt } from "../../src/tables/values.ts";

/** Small, quick and the same bits everywhere. */
export const quick = {
  preset: "fast",
  width: 16,
  depth: 2,
  epochs: 40,
  lambda: 1e-4,
  encode: "value",
  backend: "wasm",
  relaxedSimd: false,
} as const satisfies FitOptions;

/** Columns of every kind, some of their cells missing, of which `value`, `kind` and `sign` can be learned. */
export function mixedRows(count: number, seed: number) {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => {
    const length = 20 + 4 * normal(random);
    const weight = random.next() < 0.1 ? null : 300 + 50 * normal(random);
    const colour = ["red", "green", "blue"][Math.floor(3 * random.next())];
    const wet = random.next() < 0.5;
    const signal =
      (length - 20) / 4 +
      (weight === null ? 2 : (weight - 300) / 100) +
      (colour === "red" ? 1.5 : 0) -
      (wet ? 1 : 0);
    return {
      length,
      weight,
      colour: random.next() < 0.05 ? null : colour,
      wet,
      value: 1000 + 10 * signal + normal(random),
      other: -3 * signal + 0.1 * normal(random),
      kind: signal < -0.7 ? "low" : signal < 1 ? "middle" : "high",
      sign: signal < 0.2 ? "minus" : "plus",
    };
  });
}

type MixedColumn = keyof ReturnType<typeof mixedRows>[number];

/** The mixed rows with the features and the given targets. */
export function mixedTable(count: number, targets: readonly MixedColumn[], seed = 1): Frame {
  const names: MixedColumn[] = ["length", "weight", "colour", "wet", ...targets];
  return frameFrom(
    mixedRows(count, seed).map((row) => Object.fromEntries(names.map((name) => [name, row[name]]))),
  );
}

/** The table with other values: `replace` is asked value by value. Columns without another one stay what they are. */
export function withCells(
  frame: Frame,
  replace: (value: Value, row: number, name: string) => unknown,
): Frame {
  const columns = frame.columns.map((column) => {
    const own = Array.from(allRows(frame), (row) => valueAt(column, row));
    const values = own.map((value, row) => replace(value, row, column.name));
    if (values.every((value, row) => value === own[row])) return column;
    const [replaced] = frameFrom(Object.fromEntries([[column.name, values]])).columns;
    return { ...replaced, origin: frame.origin };
  });
  return { ...frame, columns };
}

/** The frame's row as a program would hand it over. */
export function rowOf({ columns }: Frame, row: number): Record<string, Value> {
  return Object.fromEntries(columns.map((column) => [column.name, valueAt(column, row)]));
}

/** The frame with its columns called otherwise. */
export function renamed(frame: Frame, names: readonly string[]): Frame {
  return { ...frame, columns: frame.columns.map((column, j) => ({ ...column, name: names[j] })) };
}

/** The frame as if it came from a file whose first row is that one. */
export function numberedFrom(firstRow: number, frame: Frame): Frame {
  const origin = { ...frame.origin, firstRow };
  return { ...frame, origin, columns: frame.columns.map((column) => ({ ...column, origin })) };
}

/** The sentence with which a run is refused. */
export async function refusal(run: () => unknown): Promise<string> {
  try {
    await run();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toMatch(/^[A-Zλa-z].*[.?]$/s);
    return (error as Error).message;
  }
  throw new Error("Nothing was refused.");
}
