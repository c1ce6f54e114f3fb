import { expect, it, vi } from "vitest";
import { frameReader } from "../support/frames.js";

vi.mock("node:os", async (original) => ({
  ...(await original<typeof import("node:os")>()),
  freemem: () => 1_000_000,
  totalmem: () => 1_000_000,
}));

const { readFile, refusal } = frameReader();

const table = (rows: number) =>
  `x,t\n${Array.from({ length: rows }, (_, i) => `${i},some text ${i}\n`).join("")}`;

it("a table that would not fit in memory is refused before it is read, and a sample as large as is said fits", async () => {
  const sentence = await refusal(readFile("large.csv", table(20_000)));
  expect(sentence).toMatch(
    /^The table in large\.csv has 20,000 rows and would take about [23] MB of memory, but this machine has only 1 MB left; read some of its rows with --sample \d+, leave columns out with --ignore, or free some memory\.$/,
  );
  const rows = Number(/--sample (\d+)/.exec(sentence)![1]);
  expect(rows).toBeGreaterThan(1000);
  expect(await readFile("large.csv", table(20_000), { sample: { rows, seed: 0 } })).toMatchObject({
    rowCount: rows,
  });
  expect(await readFile("large.csv", table(20_000), { only: ["x"] })).toMatchObject({ rowCount: 20_000 });
});

it("what is to be learned from has to leave room for several times its columns, and the more the more networks learn at a time", async () => {
  const needed = async (rows: number, learners: number) => {
    const numbers = `x,y\n${Array.from({ length: rows }, (_, i) => `${i},${i % 7}\n`).join("")}`;
    const sentence = await refusal(readFile("numbers.csv", numbers, { learners }));
    expect(sentence).toMatch(/ MB of memory to learn from, but this machine has only 1 MB left; read some /);
    return Number(/about (\d+) MB/.exec(sentence)![1]);
  };
  // Its columns alone take 16 bytes a row.
  expect(await needed(20_000, 1)).toBe(5);
  expect(await needed(20_000, 100)).toBe(21);
});
