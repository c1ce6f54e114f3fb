import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { beforeAll, describe, expect, it } from "vitest";
import { readModel } from "../../src/data/modelFile.js";
import { exitCodes } from "../../src/exitCodes.js";
import { ioOf } from "../../src/io.js";
import { createProgram } from "../../src/main.js";
import { trainingCommand } from "../../src/report/trainingCommand.js";
import { temporaryFolder } from "../support/folder.js";
import { psilon } from "../support/psilon.js";

const folder = temporaryFolder();
const cwd = folder.path;
const rows = Array.from({ length: 120 }, (_, i) => {
  const [a, size] = [((i * 37) % 60) / 30 - 1, ["S", "M", "L"][i % 3]];
  const y = 2 * a + (i % 3) + 0.1 * Math.sin(i);
  return [a, size, i % 7, y, y > 1 ? "high" : "low", 1 + Math.round(Math.exp(y / 2)), `who ${i % 20}`].join(
    ",",
  );
});
folder.write("data.csv", `${["a,size,b,y,kind,visits,it's", ...rows].join("\n")}\n`);

/** Words of a shell's line. */
const wordsOf = (line: string): string[] =>
  (line.match(/(?:'[^']*'|\\'|[^\s'])+/g) ?? []).map((word) =>
    word.replaceAll(/\\'|'([^']*)'/g, (quote, text) => (quote === "\\'" ? "'" : text)),
  );

/** What the program takes the words of `psilon train` for. */
async function optionsOf(words: readonly string[]): Promise<Record<string, unknown>> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const streams = { stdin: Readable.from([]), stdout: silent, stderr: silent };
  const io = ioOf({ ...streams, signal: new AbortController().signal });
  const program = createProgram(io, { code: exitCodes.ok });
  for (const each of program.commands) each.action(() => {});
  await program.parseAsync([...words], { from: "user" });
  return program.commands.find((each) => each.name() === "train")?.opts() ?? {};
}

const always = ["--preset", "fast", "--epochs", "3"];
const column = (...names: readonly string[]) => names.flatMap((name) => ["--column", `${name}=ignore`]);
const numbers = ["--target", "y", ...column("kind", "visits", "it's")];
const classes = ["--target", "kind", ...column("y", "visits", "it's")];

async function train(out: string, options: readonly string[]) {
  const { code, stderr } = await psilon(["train", "data.csv", ...options, "--out", out], { cwd });
  expect([code, stderr.match(/^error.*/m)]).toEqual([0, null]);
  return readModel(join(cwd, out));
}

describe("The line that trains a model again", () => {
  it.each<[string, readonly string[]]>([
    [
      "numbers on a log scale, with intervals",
      ["--target", "visits", ...column("y", "kind", "it's"), "--target-scale", "log", "--interval", "0.8"],
    ],
    ["counts", ["--target", "visits", ...column("y", "kind", "it's"), "--loss", "poisson", "--seed", "7"]],
    ["quantiles", [...numbers, "--quantile", "0.1,0.5,0.9", "--lambda", "0.001", "--holdout", "0.4"]],
    [
      "directions, orders and encodings",
      [...numbers, "--ordered", "size=S<M<L", "--monotone", "a=+,size=-", "--encode", "a=bins,b=both"],
    ],
    [
      "a resnet of members, whose weights decay",
      [
        ...numbers,
        "--network",
        "resnet",
        "--members",
        "2",
        "--width",
        "8",
        "--depth",
        "1",
        "--batch-size",
        "16",
        "--learning-rate",
        "0.004",
        "--optimizer",
        "padam",
        "--p",
        "1",
        "--decay",
        "0.02",
        "--lambda",
        "0.01",
        "--holdout",
        "0",
      ],
    ],
    [
      "weights of another kind, pruned in each layer",
      [
        ...numbers,
        "--parametrization",
        "l2-row",
        "--lambda",
        "0.001",
        "--prune",
        "0.5",
        "--pruning",
        "magnitude",
        "--scope",
        "layer",
      ],
    ],
    [
      "rare classes and a threshold",
      [
        ...classes,
        "--class-weights",
        "high=2,low=1",
        "--threshold",
        "cost=1:20",
        "--positive",
        "high",
        "--label-smoothing",
        "0.05",
      ],
    ],
    [
      "classes held out by groups",
      [
        "--target",
        "kind",
        ...column("y", "visits"),
        "--groups",
        "it's",
        "--class-weights",
        "balanced",
        "--threshold",
        "recall=0.9",
        "--patience",
        "2",
        "--missing",
        "?",
      ],
    ],
    ["what is certified", [...classes, "--objective", "certified", "--radius", "0.1", "--move", "b=1"]],
  ])("holds what was said of %s", async (_, given) => {
    const { lines, unknown } = trainingCommand(await train("model.st", [...given, ...always]));
    expect(lines).toHaveLength(1);
    const again = await optionsOf(wordsOf(lines[0]).slice(1));
    const { threads: __, out: ___, ...said } = await optionsOf(["train", "<data>", ...given, ...always]);
    expect(again).toMatchObject(said);
    expect(unknown.join()).toContain("neither its name nor its hash");
  });

  it.each([
    ["numbers", [...numbers, "--encode", "both", "--holdout", "0.5"]],
    ["classes", [...classes, "--class-weights", "balanced", "--ordered", "size=S<M<L", "--prune", "0.5"]],
  ])("gives the same bytes of %s", async (_, given) => {
    const { lines } = trainingCommand(await train("first.st", [...given, ...always]));
    await train("again.st", wordsOf(lines[0]).slice(3));
    expect(
      readFileSync(join(cwd, "again.st")).equals(new Uint8Array(readFileSync(join(cwd, "first.st")))),
    ).toBe(true);
  });

  describe("of a model that was pruned after training", () => {
    beforeAll(async () => {
      await train("whole.st", [...classes, ...always, "--threshold", "f1"]);
      await psilon(["prune", "whole.st", "data.csv", "--sparsity", "0.6", "--out", "pruned.st"], { cwd });
    });

    it("is followed by that of pruning, and says what neither knows", async () => {
      const { lines, unknown } = trainingCommand(await readModel(join(cwd, "pruned.st")));
      expect(lines).toHaveLength(2);
      expect(lines[0]).toMatch(/^psilon train <data> --target kind /);
      expect(lines[0]).not.toMatch(/--prune|--pruning|--threshold/);
      expect(lines[1]).toBe(
        "psilon prune model.safetensors <data> --sparsity 0.6 --pruning l1-projection --scope global",
      );
      expect(unknown.join()).toMatch(
        /by what a threshold was chosen.*the seed, the epochs and the weights that pruning was given/,
      );
    });
  });

  it("says of rows that may have had weights, of a limit on the time and of a training that was stopped that no line tells them", async () => {
    const model = await train("model.st", [...numbers, ...always]);
    const control = { timeLimit: { seconds: 5, search: 0, networks: 0 } };
    const record = { ...model.record, interrupted: true, control };
    const { lines, unknown } = trainingCommand({ ...model, record });
    expect(lines[0]).toContain("--time-limit 5");
    expect(unknown.join()).toMatch(/--sample-weights.*how fast the machine was.*when training was stopped/);
  });
});
