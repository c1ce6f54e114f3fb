import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { psilon } from "../support/psilon.js";

const folder = temporaryFolder();
const cwd = folder.path;

const lines = (n: number, line: (i: number) => string) =>
  Array.from({ length: n }, (_, i) => line(i)).join("\n");

it.each([
  ["text.tsv", `a\tb\n${lines(100_000, (i) => `${i}\t${i} ${"lorem ipsum ".repeat(25)}`)}\n`],
  ["emoji.csv", `a,b\n${lines(60_000, (i) => `${i},${i} ${"lorem 😀 ".repeat(25)}`)}\n`],
])(
  "texts too large for the memory that Node gives, %s, are refused with how much is enough",
  async (name, contents) => {
    folder.write(name, contents);
    const before = readdirSync(cwd);
    // After reading it ends, since there is no such column.
    const argv = ["train", name, "--target", "none", "--out", "m.st"];
    const within = (megabytes: string) =>
      psilon(argv, { cwd, env: { NODE_OPTIONS: `--max-old-space-size=${megabytes}` } });
    const { code, stdout, stderr } = await within("40");
    const sentence =
      /^error: The different texts in \S+ would take about \d+ MB of memory, but Node gives only \d+ MB; allow more with NODE_OPTIONS=--max-old-space-size=(\d+), or leave columns of text out\.\n$/;
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(sentence),
    });
    const enough = sentence.exec(stderr)![1];
    expect(Number(enough)).toBeLessThan(150);
    expect(await within(enough)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no column "none"'),
    });
    expect(readdirSync(cwd)).toEqual(before);
  },
);
