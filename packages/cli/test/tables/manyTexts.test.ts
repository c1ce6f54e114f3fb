import { expect, it } from "vitest";
import { cellsByName, frameReader } from "../support/frames.js";

const { readFile } = frameReader();

it("a text column of more than a million different texts is left out, and the others are read", async () => {
  // The estimate alone does not decide close to the limit.
  for (const texts of [1_000_001, 1_300_000]) {
    const rows = Array.from({ length: texts }, (_, i) => `u${i},${i % 2}\n`).join("");
    const frame = await readFile("ids.csv", `id,x\n${rows}`);
    expect(frame.columns[0]).toMatchObject({
      kind: "unread",
      reason: "it has more than 1,000,000 different texts",
    });
    expect(frame.columns[1]).toMatchObject({ kind: "numbers" });
    expect(frame.rowCount).toBe(texts);
  }
  expect(cellsByName(await readFile("few.csv", "id\nu1\n"))).toEqual([["id", ["u1"]]]);
});
