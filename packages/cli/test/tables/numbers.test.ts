import { createRandom } from "psilon/engine";
import { expect, it } from "vitest";
import { cellsOf, frameReader } from "../support/frames.js";

const { readFile } = frameReader();

/** What the library takes for a number or nothing, as it does cell by cell. */
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const INFINITE = /^([+-]?)inf(?:inity)?$/i;
const MISSING = ["", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "null", "NULL", "?"];

function numberIn(text: string): number | null | undefined {
  const trimmed = text.trim();
  if (MISSING.includes(trimmed)) return null;
  if (DECIMAL.test(trimmed)) return Number(trimmed);
  const infinite = INFINITE.exec(trimmed);
  return infinite ? (infinite[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY) : undefined;
}

const PIECES = [
  "0",
  "1",
  "7",
  "12",
  "9007199254740993",
  ".",
  "e",
  "E",
  "+",
  "-",
  "_",
  " ",
  "\t",
  "inf",
  "INFINITY",
  "nan",
  "NaN",
  "NA",
  "x",
  ",",
  "\u00a0",
  "400",
  "٣",
  "\v",
  "0x",
];

/** A column of its own for each text, so that each is judged by itself; the plain numbers before it are all that the first look sees. */
it("text is a number over there exactly where it is one here, and the same to the bit", async () => {
  const random = createRandom(1);
  const texts = [
    "1e400",
    "-1e-400",
    "4.9e-324",
    "1.7976931348623157e308",
    "0.1e1",
    "+-5",
    "-+5",
    "1_0",
    "1e1_0",
    "-nan",
    "+inf",
    "--1",
    "1.e5",
    ".",
    "1.7976931348623159e308",
  ];
  while (texts.length < 600) {
    texts.push(
      Array.from(
        { length: 1 + Math.floor(random.next() * 5) },
        () => PIECES[Math.floor(random.next() * PIECES.length)],
      ).join(""),
    );
  }
  for (let i = 0; i < 150; i++)
    texts.push(String((random.next() - 0.5) * 10 ** Math.floor(random.next() * 60 - 30)));
  const quoted = texts.map((text) => `"${text}"`);
  const plain = `${texts.map(() => "5").join(",")}\n`;
  const { columns } = await readFile(
    "fuzz.csv",
    `${texts.map((_, i) => `c${i}`)}\n${plain.repeat(300)}${quoted}\n`,
  );
  columns.forEach((column, i) => {
    const cells = cellsOf(column);
    const number = numberIn(texts[i]);
    const last = cells[cells.length - 1];
    // In a style of which plain numbers are as well, such as ",400" with its decimal comma.
    if (column.kind === "numbers" && number === undefined)
      expect([texts[i], column.reading]).toEqual([texts[i], expect.any(String)]);
    else if (column.kind === "numbers") expect([texts[i], last]).toEqual([texts[i], number]);
    // Text is left for the library to judge; white space that only JavaScript trims may make it a number there.
    else if (!/\u00a0/.test(texts[i])) expect([texts[i], number]).toEqual([texts[i], undefined]);
    else expect([texts[i], last]).toEqual([texts[i], number === null ? null : texts[i].trim()]);
  });
  expect(columns.filter(({ kind }) => kind === "numbers").length).toBeGreaterThan(250);
});
