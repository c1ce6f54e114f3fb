import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { psilon } from "../support/psilon.js";
import { psilonHere } from "../support/psilonHere.js";

const folder = temporaryFolder();
const cwd = folder.path;

/** One row in 25 is ill, of larger a and b than others as a rule, though not always; `w` weighs every second row twice. */
const lines = Array.from({ length: 500 }, (_, i) => {
  const ill = i % 25 === 0;
  const a = Math.sin(i) + (ill ? 1.2 : 0);
  const b = Math.cos(7 * i) + (ill ? 0.9 : 0);
  return [a.toFixed(3), b.toFixed(3), 1 + (i % 2), ill ? "yes" : "no"];
});
const csv = (rows: readonly (readonly unknown[])[]) =>
  ["a,b,w,ill", ...rows.map((row) => row.join(",")), ""].join("\n");
folder.write("ill.csv", csv(lines));

const quick = ["--width", "8", "--depth", "1", "--epochs", "40", "--lambda", "0.001", "--encode", "value"];
const asked = (out: string, ...more: string[]) => [
  ...["train", join(cwd, "ill.csv"), "--target", "ill", ...quick, "--threads", "1"],
  ...["--out", join(cwd, out), ...more],
];
const train = async (out: string, ...more: string[]) => {
  const { code, stdout, stderr } = await psilon(asked(out, "--json", ...more), { cwd });
  expect([code, stderr.includes("error")]).toEqual([0, false]);
  return { ...JSON.parse(stdout), stderr };
};

describe("A rare class", () => {
  it("is noticed by describe and train, which say what to do, until it was done", async () => {
    const note =
      'The class "yes" of "ill" has only 20 of the 500 rows, so that accuracy misleads: a model that never predicts it can be right in 96.0 %; ' +
      "weigh classes with --class-weights balanced or choose a threshold with --threshold f1, and look at recall and precision.";
    const described = await psilonHere(["describe", join(cwd, "ill.csv"), "--target", "ill", "--json"]);
    expect(JSON.parse(described.stdout).notes).toContain(note);
    const { stderr } = await train("plain.st", "--ignore", "w");
    expect(stderr).toContain(`note: ${note}\n`);
    expect((await train("weighted.st", "--ignore", "w", "--class-weights", "balanced")).stderr).not.toContain(
      "accuracy misleads",
    );
  });

  it("is told with what of it was found on test rows, without a threshold and with one", async () => {
    for (const more of [[], ["--threshold", "f1"]]) {
      const text = await psilonHere(asked("told.st", "--ignore", "w", ...more));
      const { test } = await train("told.st", "--ignore", "w", ...more);
      const { recall, precision, rows } = test.classes[1];
      const share = (value: number | null) => (value === null ? "–" : `${(100 * value).toFixed(1)} %`);
      expect(text.stdout.replace(/\s+/g, " ")).toContain(
        `on test recall ${share(recall)}, precision ${share(precision)} of "yes", the class of ${rows} of 100 rows`,
      );
    }
  });

  it("is found more often with weights, which the model remembers", async () => {
    const recall = async (model: string) => {
      const found = await psilonHere(["predict", join(cwd, model), join(cwd, "ill.csv"), "--json"]);
      const { predictions } = JSON.parse(found.stdout);
      return lines.filter(([, , , ill], i) => ill === "yes" && predictions[i] === "yes").length / 20;
    };
    await train("plain.st", "--ignore", "w");
    const { classWeights } = await train("named.st", "--ignore", "w", "--class-weights", "yes=24,no=1");
    expect(classWeights).toEqual({ yes: 24, no: 1 });
    expect(await recall("named.st")).toBeGreaterThan((await recall("plain.st")) + 0.2);
  });
});

describe("A threshold", () => {
  it("is told with what it came to, and decides every label", async () => {
    const { validation } = await train("t.st", "--ignore", "w", "--threshold", "recall=0.9");
    const { at, positive, recall, positives } = validation.threshold;
    expect([positive, positives, recall >= 0.9]).toEqual(["yes", 16, true]);
    const text =
      /threshold +"yes" where its probability is at least 0\.\d+, chosen for a recall of 90[.0]* %\n +on held-out rows, 16 rows of "yes": recall [\d.]+ %, precision [\d.]+ %, F1 [\d.]+ %; a little better/;
    expect((await psilonHere(["inspect", join(cwd, "t.st")])).stdout).toMatch(text);
    const printed = await psilonHere(["predict", join(cwd, "t.st"), join(cwd, "ill.csv")]);
    const [header, ...rows] = printed.stdout.trimEnd().split("\n");
    expect(header).toBe("ill,probability_no,probability_yes");
    const told = rows.map((row) => row.split(","));
    expect(told.map(([label]) => label)).toEqual(told.map(([, , p]) => (Number(p) >= at ? "yes" : "no")));
    expect(new Set(told.filter(([, , p]) => Number(p) < 0.5).map(([label]) => label))).toEqual(
      new Set(["yes", "no"]),
    );
    await psilon(["certify", "t.st", "ill.csv", "--radius", "0.05", "--out", "v.csv"], { cwd });
    const verdicts = readFileSync(join(cwd, "v.csv"), "utf8").trimEnd().split("\n").slice(1);
    expect(verdicts.map((line) => line.split(",")[1])).toEqual(told.map(([label]) => label));
    for (const line of verdicts
      .map((one) => one.split(","))
      .filter(([, , verdict]) => verdict === "refuted")) {
      expect(line).toContain(line[1] === "yes" ? "no" : "yes");
    }
  });

  it("is about the class that --positive names, and by the costs of a false alarm and of a miss", async () => {
    const { validation } = await train(
      "c.st",
      "--ignore",
      "w",
      "--threshold",
      "cost=3:1",
      "--positive",
      "no",
    );
    expect(validation.threshold).toMatchObject({ rule: { cost: [3, 1] }, positive: "no" });
    const { stdout } = await psilonHere(["inspect", join(cwd, "c.st")]);
    expect(stdout.replace(/\n +/g, " ")).toMatch(
      /"no" where its .* the least cost, 3 for a false alarm and 1 for a miss on held-out rows, .* cost 0\.\d+ a row/,
    );
  });

  it("is chosen by evaluate on the train part of every split", async () => {
    const more = ["--ignore", "w", "--threshold", "f1", "--folds", "2", "--per-class", "--json"];
    const { code, stdout } = await psilon(
      ["evaluate", join(cwd, "ill.csv"), "--target", "ill", ...quick, "--threads", "1", ...more],
      { cwd },
    );
    expect(code).toBe(0);
    const { perClass } = JSON.parse(stdout);
    expect(perClass.classes.find(({ name }: { name: string }) => name === "yes").recall).toBeGreaterThan(0.2);
  });
});

describe("Sample weights", () => {
  it("are a column that nothing is predicted from, and change the model", async () => {
    const { columns } = await train("w.st", "--sample-weights", "W");
    const reason = "it says how much rows count";
    expect(columns.find(({ name }: { name: string }) => name === "w")).toMatchObject({
      role: "ignored",
      reason,
    });
    const { stdout } = await psilonHere(asked("w.st", "--sample-weights", "W"));
    expect(stdout).toMatch(/^left out +column "w": it says how much rows count$/m);
    await train("without.st", "--ignore", "w");
    const predicted = await Promise.all(
      ["w.st", "without.st"].map((model) => psilonHere(["predict", join(cwd, model), join(cwd, "ill.csv")])),
    );
    expect(predicted[0].stderr).toBe("");
    expect(predicted[0].stdout).not.toBe(predicted[1].stdout);
  });

  it("and class weights are given to prune as well", async () => {
    await train("p.st", "--sample-weights", "w", "--class-weights", "balanced");
    const prune = async (...more: string[]) => {
      const out = `p${more.length}.st`;
      const { code } = await psilon(
        ["prune", "p.st", "ill.csv", "--sparsity", "0.5", "--threads", "1", "--out", out, ...more],
        { cwd },
      );
      expect(code).toBe(0);
      return readFileSync(join(cwd, out));
    };
    const as = await prune();
    expect(await prune("--sample-weights", "w")).not.toEqual(as);
    expect(await prune("--class-weights", "yes=1", "--json")).not.toEqual(as);
  });
});

describe("What weights and thresholds cannot be is refused in a sentence", () => {
  const refused = async (file: string, ...more: string[]) => {
    const { code, stderr } = await psilonHere([
      ...["train", join(cwd, file), "--target", "ill", ...quick, "--threads", "1"],
      ...["--out", join(cwd, "no.st"), ...more],
    ]);
    expect(code).toBe(2);
    return stderr
      .split("\n")
      .filter((line) => line.startsWith("error: "))
      .join("\n");
  };

  it.each([
    [
      "--class-weights",
      "heavy",
      'takes "balanced", or classes with a number each, as in "yes=20,no=1", but "heavy" was given',
    ],
    ["--class-weights", "yes=,no=1", 'but "yes=" was given'],
    ["--class-weights", "yes=2,yes=3", 'names the class "yes" twice; give it one weight'],
    [
      "--class-weights",
      "yes=-2",
      'The weight of the class "yes" is -2, but a weight is a finite number of at least 0',
    ],
    [
      "--class-weights",
      "Yes=2",
      'A weight is given for the class "Yes", which does not exist; did you mean "yes"?',
    ],
    [
      "--threshold",
      "best",
      'takes f1, recall=0.9 or cost=1:20 (of a false alarm : of a miss), but "best" was given',
    ],
    ["--threshold", "recall=1:2", 'but "recall=1:2" was given'],
    ["--threshold", "cost=20", 'but "cost=20" was given'],
    ["--threshold", "recall=2", 'but {"recall":2} was given'],
    ["--positive", "yes", 'The class "yes" was named as the positive one'],
    ["--sample-weights", "weight", 'There is no column "weight" in'],
    [
      "--sample-weights",
      "ill",
      'The option --sample-weights names the target "ill"; name a column of weights',
    ],
  ])("%s %s", async (option, text, sentence) => {
    expect(await refused("ill.csv", option, text)).toContain(sentence);
  });

  it("a weight that is missing, negative or no number, by its row", async () => {
    const cell = (row: number, text: unknown) =>
      csv(lines.map((line, i) => (i === row ? [line[0], line[1], text, line[3]] : line)));
    folder.write("missing.csv", cell(5, ""));
    folder.write("negative.csv", cell(6, -1));
    folder.write("text.csv", cell(7, "heavy"));
    expect(await refused("missing.csv", "--sample-weights", "w")).toMatch(
      /Row 7 of .*missing\.csv has nothing in the column "w", but a weight is a finite number of at least 0; correct it, or write 0/,
    );
    expect(await refused("negative.csv", "--sample-weights", "w")).toMatch(
      /Row 8 of .* has "-1" in the column "w"/,
    );
    expect(await refused("text.csv", "--sample-weights", "w")).toMatch(
      /[Rr]ow 9 of .*"w".*heavy|[Rr]ow 9 of .*heavy.*"w"|heavy.*row 9/,
    );
  });

  it("a column that is said to be something else too, and classes' weights for numbers", async () => {
    expect(await refused("ill.csv", "--sample-weights", "w", "--ignore", "w")).toContain(
      'The option --ignore or --sample-weights names the column "w" twice; say once what it is',
    );
    const numbers = ["train", join(cwd, "ill.csv"), "--target", "a", ...quick, "--class-weights", "balanced"];
    const { code, stderr } = await psilonHere([...numbers, "--out", join(cwd, "no.st")]);
    expect(code).toBe(2);
    expect(stderr).toContain(
      "error: Class weights were given, but the target is a number; use sample weights instead.",
    );
  });
});
