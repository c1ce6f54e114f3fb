import { expect, test } from "vitest";
import type { Encoding } from "../../src/preprocess/bins.ts";
import { writtenOut } from "../../src/preprocess/inputs.ts";
import { narrow } from "../../src/preprocess/narrow.ts";
import { prepare } from "../../src/preprocess/prepare.ts";
import { fitPreprocessing } from "../../src/preprocess/preprocessing.ts";
import { inferSchema } from "../../src/preprocess/schema.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";

const numbers = Array.from({ length: 40 }, (_, i) => ((i * 17) % 40) + 0.25 * (i % 3));
const days = numbers.map((_, i) => `2024-0${1 + (i % 9)}-1${i % 7}`);
const table = (kinds: Readonly<Record<string, readonly unknown[]>>) =>
  frameFrom({
    ...kinds,
    age: numbers.map((number, i) => (i % 11 === 5 ? null : number)),
    pair: numbers.map((_, i) => i % 2),
    when: days,
    y: numbers,
  } as never);

test.each([
  ["", {}],
  [", with categories", { c: numbers.map((_, i) => "pqr"[i % 3]) }],
])("What is left of both encodings is what one alone would have been%s", (_, kinds) => {
  const frame = table(kinds);
  const rows = Int32Array.from(numbers, (_, i) => i);
  const schema = inferSchema(frame, { target: "y" });
  const by = (encodingOf: (column: string) => Encoding) =>
    prepare(fitPreprocessing(frame, rows, schema, { encodingOf }), frame, rows);
  const both = by(() => "both");
  const asked: readonly ((column: string) => Encoding)[] = [
    () => "value",
    () => "bins",
    () => "both",
    (column) => (column === "age" ? "bins" : "value"),
  ];
  for (const encodingOf of asked) {
    const narrowed = narrow(both, encodingOf);
    const alone = by(encodingOf);
    expect(narrowed.encoder).toEqual(alone.encoder);
    expect(narrowed.inputCount).toBe(alone.inputCount);
    expect(writtenOut(narrowed.inputs)).toEqual(writtenOut(alone.inputs));
  }
});
