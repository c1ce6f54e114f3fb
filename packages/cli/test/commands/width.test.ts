import { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { ioOf } from "../../src/io.js";
import { createProgram } from "../../src/main.js";
import { temporaryFolder } from "../support/folder.js";
import { psilon } from "../support/psilon.js";

const folder = temporaryFolder();
const cwd = folder.path;
const network = new URL("../../../psilon/test/fixtures/onnx/pytorch-softmax.onnx", import.meta.url);

const measured = (k: number) => `the_average_of_everything_that_was_measured_on_day_${k}_of_the_week`;
const NAMES = [...Array.from({ length: 9 }, (_, k) => measured(k)), "where exactly it was measured", "since"];
const NUMBERS = ["what it came to in euros, with all taxes", "what it came to in hours of work by hand", "x"];
const CLASS = "what in the end became of whoever was asked";

/** 150 rows of columns with long names and values; three numbers to predict, and one of 13 classes. */
function longTable(): string {
  const lines = [[...NAMES, ...NUMBERS, CLASS].map((name) => `"${name}"`).join(",")];
  for (let i = 0; i < 150; i++) {
    const numbers = Array.from({ length: 9 }, (_, k) => ((i * (37 + 2 * k)) % 61) / 30 - 1 + 1e-4 * k);
    const place = `"in a town by the sea, house number ${i % 12}, on the left"`;
    const date = `20${10 + (i % 12)}-03-0${1 + (i % 9)}`;
    const [a, b] = numbers;
    const kind = `"moved to the town with the number ${Math.floor(6 * (a + 1.05))} and stayed there"`;
    const cells = [...numbers.map((x) => x.toFixed(4)), place, date, 12345.678 * a - b, b * b, a * b, kind];
    lines.push(cells.join(","));
  }
  return lines.join("\n");
}

const quick = ["--preset", "fast", "--epochs", "12", "--width", "6", "--threads", "1"];
const rows = ["--rows", "2-9"];
const classes = ["--target", CLASS];
const numbers = NUMBERS.slice(0, 2).flatMap((name) => ["--target", name]);

const runs = ["--runs", "runs.duckdb"];

const saved = [
  [
    "train",
    "d.csv",
    ...classes,
    ...quick,
    "--encode",
    "bins",
    "--class-weights",
    "balanced",
    "--out",
    "c.st",
  ],
  ["train", "d.csv", ...numbers, ...quick, "--encode", "both", "--interval", "0.9", "--out", "n.st"],
  [
    ...[
      "train",
      "d.csv",
      "--target",
      "x",
      "--ignore",
      CLASS,
      ...quick,
      "--lambda",
      "0.001",
      "--prune",
      "0.5",
    ],
    ...["--monotone", `${measured(0)}=+`, "--out", "m.st"],
  ],
];

const comparison = [
  "compare",
  "d.csv",
  ...classes,
  "--epochs",
  "2",
  "--folds",
  "2",
  "--threads",
  "1",
  "--over",
  "optimizer=adam,padam",
];

/** Runs that are recorded, by letters that stand for their ids in the lines below. */
const ids: Record<string, string> = {};

const others = [
  ["describe", "d.csv", "--target", CLASS],
  [
    "evaluate",
    "d.csv",
    ...classes,
    ...quick,
    "--lambda",
    "0.001",
    "--folds",
    "2",
    "--per-class",
    "--calibration",
  ],
  [
    ...["evaluate", "d.csv", "--target", NUMBERS[0], ...quick, "--lambda", "0.001", "--folds", "2"],
    ...["--calibration", "--interval", "0.9"],
  ],
  [
    "evaluate",
    "d.csv",
    "--target",
    NUMBERS[0],
    ...quick,
    "--lambda",
    "0.001",
    "--folds",
    "2",
    "--quantile",
    "0.1,0.9",
  ],
  comparison,
  [
    ...["sweep", "d.csv", "--target", "x", ...quick, "--folds", "2", "--trials", "3"],
    ...["--metric", "medianAbsoluteError,spearman", "--space"],
    "lambda=log(1e-5,1) network=standard,resnet encode=value,both",
  ],
  ["test", "c.st", "d.csv"],
  ["test", "n.st", "d.csv"],
  ["predict", "c.st", "d.csv", "--out", "p.csv"],
  ["inspect", "c.st"],
  ["inspect", "n.st"],
  ["inspect", "m.st"],
  ["inspect", "c.st", "--data", "d.csv", "--repeats", "2"],
  ["inspect", "n.st", "--data", "d.csv", "--repeats", "2"],
  ["inspect", "c.st", "--data", "d.csv", "--partial", "since"],
  ["certify", "c.st", "d.csv", ...rows],
  ["certify", "m.st", "d.csv", "--tolerance", "1000", "--alone", ...rows],
  ["certify", "c.st", "d.csv", "--radius", "1", "--move", "where exactly it was measured=any", ...rows],
  ["certify", "n.st", "d.csv", "--tolerance", "1", "--radius", "1", ...rows],
  ["certify", "m.st", "--monotone", `${measured(0)}=+,${measured(1)}=-`],
  ["prune", "c.st", "d.csv", "--sparsity", "0.5", "--threads", "1", "--out", "less.st"],
  ["export", "c.st", "--to", "onnx", "--out", "c.onnx"],
  ["export", "n.st", "--to", "sql", "--out", "n.sql"],
  ["report", "m.st", "--data", "d.csv", "--out", "m.html"],
  ["import", fileURLToPath(network), "--out", "i.st"],
  ["runs", "list", ...runs],
  ["runs", "list", ...runs, "--of", "C"],
  ["runs", "show", "B", ...runs],
  ["runs", "show", "C", ...runs],
  ["runs", "compare", "A", "B", "C.0", "C.1", ...runs],
  ["runs", "plot", "A", "B", ...runs, "--out", "r.svg"],
  ["runs", "export", ...runs, "--out", "r.csv"],
  ["runs", "rm", "C", ...runs],
  ["doctor"],
];

/** But for command lines, which are to be copied. */
const tooWide = (text: string) =>
  text.split("\n").filter((line) => [...line].length > 120 && !line.startsWith("psilon "));

beforeAll(async () => {
  folder.write("d.csv", longTable());
  for (const argv of saved) {
    const { stdout, stderr } = await psilon(argv, { cwd });
    expect(stdout, stderr).toContain("\nsaved ");
    expect(tooWide(stdout)).toEqual([]);
  }
  const recorded = { A: saved[0], B: others.find(([name]) => name === "evaluate"), C: comparison };
  for (const [letter, argv = []] of Object.entries(recorded))
    ids[letter] = JSON.parse((await psilon([...argv, "--json", ...runs], { cwd })).stdout).run;
}, 300_000);

describe("no line of what is printed is wider than 120 columns", () => {
  it.each(others.map((argv) => [argv.join(" "), argv] as const))("%s", async (_, argv) => {
    const named = argv.map((word) => word.replace(/^[ABC](?=$|\.\d$)/, (letter) => ids[letter]));
    const { code, stdout, stderr } = await psilon(named, { cwd });
    expect([0, 3, 4], stderr).toContain(code);
    expect(stdout).toMatch(/\n$/);
    expect(tooWide(stdout)).toEqual([]);
  });

  it("by any command, nor of its help", async () => {
    const nowhere = new Writable();
    const { signal } = new AbortController();
    const io = ioOf({ stdin: process.stdin, stdout: nowhere, stderr: nowhere, signal });
    const commands = createProgram(io, { code: 0 }).commands.flatMap((command) =>
      command.commands.length > 0
        ? command.commands.map((own) => [command.name(), own.name()])
        : [[command.name()]],
    );
    // A worker ends only when it is told to; its own tests look at its lines.
    const seen = [...saved, ...others, ["worker"]];
    const isSeen = (words: readonly string[]) =>
      seen.some((argv) => words.every((word, i) => argv[i] === word));
    expect(commands.filter((words) => !isSeen(words))).toEqual([]);
    for (const argv of [["--help"], ["runs", "--help"], ...commands.map((words) => [...words, "--help"])]) {
      expect(tooWide((await psilon(argv)).stdout)).toEqual([]);
    }
  });
});
