import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { psilon } from "../support/psilon.js";

const folder = temporaryFolder();
const cwd = folder.path;

const lines = (n: number, line: (i: number) => string, between = "\n") =>
  Array.from({ length: n }, (_, i) => line(i)).join(between);

/** Tables of about 50 megabytes in memory, whose files are of 4 to 30. */
const tables: readonly (readonly [name: string, contents: string])[] = [
  ["numbers.csv", `a,b,c,d\n${lines(300_000, (i) => `${i},0.25,${i % 97}.5,12`)}\n`],
  ["empty.csv", `${lines(500, (i) => `c${i}`, ",")}\n${lines(8000, () => ",".repeat(499))}\n`],
  ["text.tsv", `a\tb\n${lines(100_000, (i) => `${i}\t${"lorem ipsum ".repeat(25)}`)}\n`],
  ["emoji.csv", `a,b\n${lines(60_000, (i) => `${i},${"lorem 😀 ".repeat(25)}`)}\n`],
  ["numbers.json", `[${lines(200_000, (i) => `{"a": ${i}.5, "b": "${i}", "c": null, "d": true}`, ",\n")}]`],
];

it.each(tables)(
  "a table too large for the memory, %s, is refused with how much is enough",
  async (name, contents) => {
    folder.write(name, contents);
    const before = readdirSync(cwd);
    // After reading it ends, since there is no such column.
    const argv = ["train", name, "--target", "none", "--out", "m.st"];
    const within = (megabytes: string) =>
      psilon(argv, { cwd, env: { NODE_OPTIONS: `--max-old-space-size=${megabytes}` } });
    const { code, stdout, stderr } = await within("40");
    const sentence =
      /^error: The table in \S+ would take about \d+ MB of memory, but Node gives only \d+ MB; allow more with NODE_OPTIONS=--max-old-space-size=(\d+), or leave rows or columns out of the file\.\n$/;
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(sentence),
    });
    const enough = sentence.exec(stderr)![1];
    expect(Number(enough)).toBeLessThan(400);
    expect(await within(enough)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no column "none"'),
    });
    expect(readdirSync(cwd)).toEqual(before);
  },
);

it("rows of JSON with no names in common, which make a table of all names, are refused before it fills the memory", async () => {
  folder.write("names.json", `[${lines(100_000, (i) => `{"n${i}": 1}`)}]`.replaceAll("\n", ","));
  const env = { NODE_OPTIONS: "--max-old-space-size=150" };
  expect(await psilon(["train", "names.json", "--target", "n1"], { cwd, env })).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /^error: The table in names\.json would take about [\d,]+ MB of memory, but /,
    ),
  });
});
