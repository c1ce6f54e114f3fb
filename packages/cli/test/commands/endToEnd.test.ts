import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findBlas } from "psilon/engine";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { bin, psilon } from "../support/psilon.js";
import { quick, trainSmall } from "../support/smallModels.js";
import { smallCsv } from "../support/tables.js";

const folder = temporaryFolder();
const { found } = await findBlas();
const cwd = folder.path;
const kind = ["--target", "kind", "--preset", "fast", "--epochs", "3", "--threads", "1"];

folder.write("data.csv", smallCsv());
folder.write("more.csv", smallCsv(15));

/** One network that predicts numbers and one that predicts classes, which the other commands use. */
beforeAll(() => trainSmall(cwd, "y", "kind"));

describe("psilon train", () => {
  it("trains, tests and saves, and says what a person wants to know", async () => {
    const { code, stdout, stderr } = await psilon(
      [
        "train",
        "data.csv",
        "--target",
        "Y",
        "--column",
        "kind=ignore",
        ...quick,
        "--prune",
        "0.5",
        "--out",
        "a b.safetensors",
      ],
      { cwd },
    );
    expect(code).toBe(0);
    expect(existsSync(join(cwd, "a b.safetensors"))).toBe(true);
    for (const line of [
      /^data {6}y from 3 columns of data\.csv\n {10}60 rows: 48 to learn from, 12 to test on$/m,
      /^columns {3}numbers: a -\d\.\d+ … 0\.\d+, b -\d\.\d+ … 0\.\d+\n {10}categories: c \(2\)$/m,
      /^target {4}y, a number from -\d\.\d+ to \d\.\d+$/m,
      /^left out {2}column "kind": it was asked to be ignored$/m,
      /^ +validation RMSE +validation MAE +validation R² +test RMSE +test MAE +test R²$/m,
      /^PSiLON Net( +[\d.e-]+){6}$/m,
      /^ridge regression( +[\d.e-]+){6}$/m,
      /^constant( +[\d.e-]+){6}$/m,
      /^λ {9}0\.001$/m,
      /^bound {5}1-path-norm [\d.]+\n {10}a prediction moves by at most [\d.]+ \(y\)\n/m,
      /^sparsity {2}(49|5\d)\.\d % of the weights are exactly 0 by l1-projection; \d+ of 49 parameters kept$/m,
      /^ {10}8 → \d hidden units, 0\.196 → 0\.\d+ kB, 1,000 rows in \d+\.\d\d → \d+\.\d\d ms$/m,
      /^time {6}\d+\.\d s$/m,
      /^saved {5}a b\.safetensors$/m,
      /^next {6}psilon inspect 'a b\.safetensors'$/m,
    ]) {
      expect(stdout).toMatch(line);
    }
    expect(stderr).toBe("Training the model\nFitting a linear model to compare with\n");
  });

  it("prints one JSON object and nothing else under --json", async () => {
    const { code, stdout, stderr } = await psilon(
      ["train", "data.csv", "--target", "kind", ...quick, "--lambda", "auto", "--preset", "fast", "--json"],
      { cwd },
    );
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: "Searching λ\nTraining the model\nFitting a linear model to compare with\n",
    });
    expect(stdout.trimEnd()).not.toContain("\n");
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({
      task: "classification",
      target: ["kind"],
      classes: ["high", "low"],
      rows: { read: 60, used: 60, train: 48, test: 12 },
      validation: { model: { accuracy: expect.any(Number) }, constant: { logLoss: expect.any(Number) } },
      test: { rows: 12, model: { accuracy: expect.any(Number) }, linear: { accuracy: expect.any(Number) } },
      bounds: [{ name: "path-norm", value: expect.any(Number) }],
      out: "model.safetensors",
    });
    expect(result.lambdaGrid.length).toBeGreaterThan(1);
    expect(existsSync(join(cwd, "model.safetensors"))).toBe(true);
  });

  it("learns the same from the same seed, however many threads", async () => {
    const files = [];
    for (const threads of ["1", "2"]) {
      const out = `threads-${threads}.safetensors`;
      await psilon(
        [
          "train",
          "data.csv",
          "--target",
          "y",
          ...quick,
          "--preset",
          "fast",
          "--lambda",
          "auto",
          "--threads",
          threads,
          "--out",
          out,
          "--json",
        ],
        { cwd },
      );
      const { stdout } = await psilon(["predict", out, "more.csv"], { cwd });
      files.push(stdout);
    }
    expect(files[0]).toBe(files[1]);
    expect(files[0].split("\n")).toHaveLength(17);
  });

  it("tests on another table", async () => {
    const { code, stdout } = await psilon(
      [
        "train",
        "data.csv",
        "--target",
        "y",
        "--test",
        "more.csv",
        ...quick,
        "--json",
        "--out",
        "t.safetensors",
      ],
      { cwd },
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ rows: { train: 60, test: 15 }, test: { rows: 15 } });
  });

  it("learns from every row when none is held out", async () => {
    const { stdout } = await psilon(
      ["train", "-", "--target", "y", "--holdout", "0", ...quick, "--json", "--out", "t.safetensors"],
      { cwd, stdin: smallCsv() },
    );
    expect(JSON.parse(stdout)).toMatchObject({
      data: "standard input",
      rows: { train: 60, test: 0 },
      test: null,
    });
  });

  it("refuses a test table that cannot be scored, before it trains", async () => {
    folder.write("lacking.csv", "a,b,y\n1,2,3\n");
    const { code, stdout, stderr } = await psilon(
      [
        "train",
        "data.csv",
        "--target",
        "y",
        "--column",
        "kind=ignore",
        "--test",
        "lacking.csv",
        "--out",
        "no.safetensors",
      ],
      { cwd },
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^error: .*column "c".*\.?\n$/);
    expect(existsSync(join(cwd, "no.safetensors"))).toBe(false);
  });

  it("refuses an unwritable output before it reads", async () => {
    const result = await psilon(["train", "none.csv", "--target", "y", "--out", "no/model.safetensors"], {
      cwd,
    });
    expect(result).toEqual({
      code: 2,
      stdout: "",
      stderr: 'error: The file "no/model.safetensors" cannot be written: there is no folder "no".\n',
    });
  });

  it("names rows without a target as left out", async () => {
    folder.write("gaps.csv", smallCsv().replace(/(high|low)\n$/, "\n"));
    const { code, stdout } = await psilon(["train", "gaps.csv", ...kind, "--out", "gaps.st"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ +59 rows: 47 to learn from, 12 to test on$/m);
    expect(stdout).toMatch(/^left out {2}1 row without a value to predict$/m);
  });

  it("computes with WebAssembly where that is asked for", async () => {
    const argv = ["train", "data.csv", ...kind, "--backend", "wasm", "--json", "--out", "wasm.st"];
    const { code, stdout } = await psilon(argv, { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).backend).toMatch(/^WebAssembly/);
  });

  it.skipIf(found.length === 0)("computes with a system BLAS where that is asked for", async () => {
    const argv = ["train", "data.csv", ...kind, "--backend", "blas", "--json", "--out", "blas.st"];
    const { code, stdout } = await psilon(argv, { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).backend).toContain("BLAS");
  });

  it.skipIf(found.length > 0)("says what to install where a system BLAS is asked for in vain", async () => {
    const argv = ["train", "data.csv", ...kind, "--backend", "blas", "--out", "blas.st"];
    const { code, stdout, stderr } = await psilon(argv, { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^error: [^\n]*(install|Install)[^\n]*\n$/);
  });

  it("goes on, and saves, when nobody reads its progress any more", async () => {
    const child = spawn(process.execPath, [bin, "train", "data.csv", ...kind, "--out", "unwatched.st"], {
      cwd,
    });
    child.stderr.destroy();
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(0);
    expect(existsSync(join(cwd, "unwatched.st"))).toBe(true);
  });

  it("saves the best network it had when it is interrupted", async () => {
    const { code, stdout } = await psilon(
      [
        "train",
        "data.csv",
        "--target",
        "y",
        "--epochs",
        "100000",
        "--lambda",
        "0.001",
        "--out",
        "cut.safetensors",
      ],
      { cwd, interrupt: /Training/ },
    );
    expect(code).toBe(130);
    expect(stdout).toContain("saved     cut.safetensors (interrupted: the best network so far)");
    expect((await psilon(["predict", "cut.safetensors", "more.csv"], { cwd })).code).toBe(0);
    expect(readdirSync(cwd).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});

it.each(["SIGTERM", "SIGHUP"] as const)("saves what there is on %s as well", async (signal) => {
  const { code, stdout } = await psilon(
    [
      ...["train", "data.csv", "--target", "y", "--epochs", "100000", "--preset", "fast"],
      ...["--lambda", "0.001", "--out", `${signal}.safetensors`],
    ],
    { cwd, interrupt: /Training/, signal },
  );
  expect([code, stdout]).toEqual([130, expect.stringContaining("(interrupted: the best network so far)")]);
  expect(readdirSync(cwd).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

it("says what the test rows have that training had not, and what could not be met", async () => {
  folder.write("strange.csv", "a,b,c,y\n0,0,blue,1\n0.5,0.5,left,1.5\n");
  const { code, stdout, stderr } = await psilon(
    [
      ...["train", "data.csv", "--target", "y", "--column", "kind=ignore", "--test", "strange.csv"],
      ...[...quick, "--prune", "0.999", "--out", "t.safetensors"],
    ],
    { cwd },
  );
  expect(code).toBe(0);
  expect(stderr).toContain(
    'note: Column "c" has 1 value that no training row had; each counts as none of the known categories.\n',
  );
  expect(stdout).toMatch(/by l1-projection, of 99\.9 % asked for: every row keeps an entry; /);
});

it("leaves nothing behind even where it is killed", async () => {
  const before = readdirSync(cwd);
  const argv = [
    "train",
    "data.csv",
    "--target",
    "y",
    "--epochs",
    "100000",
    "--preset",
    "fast",
    "--out",
    "killed.st",
  ];
  const { code } = await psilon(argv, { cwd, interrupt: /Searching/, signal: "SIGKILL" });
  expect(code).toBe(null);
  expect(readdirSync(cwd)).toEqual(before);
});

it.each(["train", "predict"])(
  "refuses in %s what may be thousands or decimals, and says what to write",
  async (command) => {
    const line = (i: number) => `${i}\t${1 + (i % 9)},${100 + 7 * i}\t${(i * i) % 17}`;
    folder.write("income.tsv", `a\tincome\ty\n${Array.from({ length: 60 }, (_, i) => line(i)).join("\n")}\n`);
    folder.write("plain.tsv", readFileSync(join(cwd, "income.tsv"), "utf8").replaceAll(",", ""));
    const model = ["train", "plain.tsv", "--target", "y", ...quick, "--holdout", "0", "--out", "income.st"];
    const argv = command === "train" ? model.with(1, "income.tsv") : ["predict", "income.st", "income.tsv"];
    expect((await psilon(model, { cwd })).stdout).toMatch(
      /^columns +numbers: a 0 … 59, income 1100 … 9471$/m,
    );
    const { code, stdout, stderr } = await psilon(argv, { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(
      /^error: Column "income" of income\.tsv [^;]*, but row 2 has "1,100", whose comma may set off thousands or decimals; write 1100 or 1\.100[^\n]*\.\n$/,
    );
    // It need not be read.
    if (command === "train")
      expect((await psilon([...argv, "--column", "income=ignore"], { cwd })).code).toBe(0);
  },
);

it("reads standard input once", async () => {
  expect(await psilon(["train", "-", "--test", "-", "--target", "y"], { cwd, stdin: smallCsv() })).toEqual({
    code: 2,
    stdout: "",
    stderr: "error: Standard input (-) can be read only once; name a file for the data or for --test.\n",
  });
});

it("does not call a λ the best where its search was interrupted", async () => {
  const { code, stdout } = await psilon(
    [
      ...["train", "data.csv", "--target", "y", "--epochs", "100000", "--preset", "fast"],
      ...["--out", "search.safetensors"],
    ],
    { cwd, interrupt: /Searching/ },
  );
  expect(code).toBe(130);
  expect(stdout).toMatch(/^λ {9}[\d.e-]+; the search among 1e-4, 0\.001, 0\.01 was interrupted$/m);
});

describe("psilon predict", () => {
  it("prints numbers as CSV", async () => {
    const { code, stdout, stderr } = await psilon(["predict", "y.safetensors", "more.csv"], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [header, ...rows] = stdout.trimEnd().split("\n");
    expect(header).toBe("y");
    expect(rows).toHaveLength(15);
    const truth = smallCsv(15)
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => Number(line.split(",")[3]));
    const error = Math.sqrt(rows.reduce((sum, row, i) => sum + (Number(row) - truth[i]) ** 2, 0) / 15);
    expect(error).toBeLessThan(0.5);
  });

  it("writes classes with probabilities that sum to 1", async () => {
    const { code, stdout } = await psilon(["predict", "kind.safetensors", "-", "--out", "p.csv"], {
      cwd,
      stdin: smallCsv(15),
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "Wrote 15 predictions to p.csv.\n" });
    const [header, ...rows] = readFileSync(join(cwd, "p.csv"), "utf8").trimEnd().split("\n");
    expect(header).toBe("kind,probability_high,probability_low");
    for (const row of rows) {
      const [label, high, low] = row.split(",");
      expect(Number(high) + Number(low)).toBeCloseTo(1, 5);
      expect(label).toBe(Number(high) > Number(low) ? "high" : "low");
    }
  });

  it("prints one JSON object", async () => {
    const classes = JSON.parse(
      (await psilon(["predict", "kind.safetensors", "more.csv", "--json"], { cwd })).stdout,
    );
    expect(classes).toMatchObject({
      task: "classification",
      target: "kind",
      classes: ["high", "low"],
      notes: [],
    });
    expect(classes.predictions).toHaveLength(15);
    expect(classes.probabilities[0][0] + classes.probabilities[0][1]).toBeCloseTo(1, 6);
    const numbers = JSON.parse(
      (await psilon(["predict", "y.safetensors", "more.csv", "--json"], { cwd })).stdout,
    );
    expect(numbers).toMatchObject({ task: "regression", target: "y" });
    expect(numbers.predictions).toHaveLength(15);
  });

  it("refuses a table that lacks a column", async () => {
    folder.write("lacking.csv", "a,c\n1,left\n");
    const result = await psilon(["predict", "y.safetensors", "lacking.csv", "--out", "no.csv"], { cwd });
    expect(result).toMatchObject({ code: 2, stdout: "" });
    expect(result.stderr).toMatch(/^error: [^\n]*"b"[^\n]*\n$/);
    expect(existsSync(join(cwd, "no.csv"))).toBe(false);
  });

  it("refuses a new category unless it is told to take it for none of the known", async () => {
    folder.write("new.csv", "a,b,c\n0,0,left\n0,0,middle\n");
    const refused = await psilon(["predict", "y.safetensors", "new.csv", "--out", "no.csv"], { cwd });
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toMatch(
      /^error: Row 3 of new\.csv has "middle" in column "c"[^\n]* With --unseen zeros, [^\n]*\n$/,
    );
    expect(existsSync(join(cwd, "no.csv"))).toBe(false);
    const told = await psilon(["predict", "y.safetensors", "new.csv", "--unseen", "zeros"], { cwd });
    expect(told.code).toBe(0);
    expect(told.stdout.split("\n")).toHaveLength(4);
    expect(told.stderr).toMatch(/^note: Column "c" has 1 value that no training row had/);
  });

  it("keeps quiet when its reader has seen enough", async () => {
    folder.write("many.csv", smallCsv(20_000));

    const { stdout, stderr } = spawnSync(
      "sh",
      ["-c", `"${process.execPath}" "${bin}" predict y.safetensors many.csv | head -n 1`],
      { cwd, encoding: "utf8" },
    );
    expect({ stdout, stderr }).toEqual({ stdout: "y\n", stderr: "" });
  });
});

describe("psilon inspect", () => {
  it("shows layers, lengths, bounds, sparsity and what every column can do", async () => {
    const { code, stdout } = await psilon(["inspect", "y.safetensors"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^predicts {2}y$/m);
    expect(stdout).toMatch(/^bound {5}1-path-norm [\d.]+$/m);
    expect(stdout).toMatch(/^1 dense +8 × \d +[\d.]+ +[\d.]+ % +[\d.]+ % +[\d.]+ +[\d.]+$/m);
    expect(stdout).toMatch(/^a +1 std +[\d.]+ {2}█+$/m);
    expect(stdout).toMatch(/^c +any change +[\d.]+ {2}█+$/m);
  });

  it("prints one JSON object", async () => {
    const { stdout } = await psilon(["inspect", "kind.safetensors", "--json"], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({
      target: { task: "classification", classes: ["high", "low"] },
      members: [{ layers: [{ kind: "dense" }, { kind: "dense" }] }],
      bounds: [{ name: "path-norm" }],
      columns: [{ change: expect.any(Number) }, {}, {}],
    });
  });
});

describe("psilon prune", () => {
  it("makes a smaller file of nearly the same worth", async () => {
    const { code, stdout } = await psilon(
      ["prune", "y.safetensors", "data.csv", "--sparsity", "0.5", "--out", "small.safetensors", "--json"],
      { cwd },
    );
    expect(code).toBe(0);
    const { before, after, sparsity } = JSON.parse(stdout);
    expect(sparsity).toBeGreaterThan(0.48);
    expect(after.parameters).toBeLessThanOrEqual(before.parameters);
    for (const name of ["inputs", "units", "bytes"]) expect(after[name]).toBeLessThanOrEqual(before[name]);
    for (const { milliseconds } of [before, after]) expect(milliseconds).toBeGreaterThan(0);
    expect(after.scores.rmse).toBeLessThan(before.scores.rmse + 0.3);
    const { stdout: predictions } = await psilon(["predict", "small.safetensors", "more.csv"], { cwd });
    expect(predictions.split("\n")).toHaveLength(17);
  });

  it("prunes by the rule and the scope that are named", async () => {
    const { code, stdout } = await psilon(
      [
        ...[
          "prune",
          "y.safetensors",
          "data.csv",
          "--sparsity",
          "0.5",
          "--out",
          "paths.safetensors",
          "--json",
        ],
        ...["--pruning", "path-magnitude", "--scope", "layer"],
      ],
      { cwd },
    );
    expect(code).toBe(0);
    const { sparsity, pruning } = JSON.parse(stdout);
    expect(Math.abs(sparsity - 0.5)).toBeLessThan(0.02);
    expect(pruning).toMatchObject({ rule: "path-magnitude", target: 0.5, scope: "layer" });
  });
});

describe("psilon evaluate", () => {
  it("reports mean, standard error and every split, beside the baselines", async () => {
    folder.write(
      "splits.json",
      '{"test": [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [50, 51, 52, 53, 54, 55, 56, 57, 58, 59]]}',
    );
    const { code, stdout } = await psilon(
      ["evaluate", "data.csv", "--target", "y", "--splits", "splits.json", ...quick, "--json"],
      { cwd },
    );
    expect(code).toBe(0);
    const { task, metrics, baselines, seconds } = JSON.parse(stdout);
    expect({ task, splits: metrics.rmse.perSplit.length }).toEqual({ task: "regression", splits: 2 });
    const [first, second] = metrics.rmse.perSplit;
    expect(metrics.rmse.mean).toBeCloseTo((first + second) / 2, 12);
    expect(metrics.rmse.stderr).toBeCloseTo(Math.abs(first - second) / 2, 12);
    expect(metrics.rmse.mean).toBeLessThan(baselines.constant.rmse.mean);
    expect(seconds).toBeGreaterThan(0);
  });

  it("cuts the rows into folds itself", async () => {
    const { code, stdout, stderr } = await psilon(
      ["evaluate", "data.csv", "--target", "kind", "--folds", "3", ...quick],
      { cwd },
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^PSiLON Net +[\d.]+ ± [\d.e-]+ +[\d.]+ ± [\d.e-]+$/m);
    expect(stdout.match(/^[123] +[\d.]+ +[\d.]+ +0\.001 +[\d.]+$/gm)).toHaveLength(3);
    expect(stderr).toBe("Split 1 of 3\nSplit 2 of 3\nSplit 3 of 3\n");
  });

  it.each([
    [
      "that is missing",
      "none.json",
      "",
      'There is no file of splits "none.json"; check its name and its folder.',
    ],
    [
      "that is no JSON",
      "s.json",
      "[",
      'The file of splits "s.json" is not JSON; it should look like {"test": [[0, 7], [3, 4]]}.',
    ],
    [
      "without test rows",
      "s.json",
      "[[1]]",
      'The file of splits "s.json" has no list named "test"; it should look like {"test": [[0, 7], [3, 4]]}.',
    ],
    [
      "with rows that are not there",
      "s.json",
      '{"test": [[60]]}',
      "Split 1 names the test row 60, but the rows are numbered from 0 to 59.",
    ],
  ])("refuses a file of splits %s", async (_, name, contents, sentence) => {
    if (contents !== "") folder.write(name, contents);
    const result = await psilon(["evaluate", "data.csv", "--target", "y", "--splits", name], { cwd });
    expect(result).toEqual({ code: 2, stdout: "", stderr: `error: ${sentence}\n` });
  });

  it("refuses a split that tests a class it does not train on, before anything is trained", async () => {
    folder.write("classes.csv", "x,y\n1,a\n2,a\n3,a\n4,b\n5,b\n6,rare\n7,rare\n");
    folder.write("s.json", '{"test": [[0], [5, 6]]}');
    const result = await psilon(["evaluate", "classes.csv", "--target", "y", "--splits", "s.json"], { cwd });
    expect(result).toEqual({
      code: 2,
      stdout: "",
      stderr:
        'error: Split 2 tests row 5, of the class "rare", but trains on no row of that class. Leave one in its train part.\n',
    });
  });
});

describe("a class with few rows", () => {
  it("is refused before any split is trained", async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i},${i < 2 ? "rare" : "ab"[i % 2]}`);
    folder.write("rare.csv", `x,y\n${rows.join("\n")}\n`);
    const args = ["evaluate", "rare.csv", "--target", "y", "--epochs", "2", "--preset", "fast"];
    const result = await psilon([...args, "--folds", "5"], { cwd });
    expect(result).toEqual({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(
        /^error: Fold \d of 5 trains on one row of the class "rare", and a class needs at least two; merge it with another, or leave its rows out\.\n$/,
      ),
    });
    folder.write("rare.json", '{"test": [[5], [0]]}');
    const { code, stderr } = await psilon([...args, "--splits", "rare.json"], { cwd });
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^error: Split 2 trains on one row of the class "rare"/),
    ]);
  });
});

describe("psilon compare", () => {
  const settings = ["--width", "8", "--depth", "1", "--epochs", "5", "--folds", "3", "--seed", "1"];

  it("prints a line for every combination and writes charts of its training", async () => {
    const { code, stdout, stderr } = await psilon(
      ["compare", "data.csv", "--target", "y", ...settings, "--over", "optimizer=adam,padam", "p=0.5,1"],
      { cwd },
    );
    expect([code, stderr]).toEqual([0, "Training\n"]);
    const lines = stdout.split("\n").filter((line) => /^(adam|padam) /.test(line));
    expect(lines.map((line) => line.split(/ +/).slice(0, 2))).toEqual([
      ["adam", "–"],
      ["padam", "0.5"],
      ["padam", "1"],
    ]);
    expect(lines[0]).toMatch(/^adam +– +[\d.]+ ± [\d.]+ /);
    const charts = JSON.parse(readFileSync(join(cwd, "comparison.vl.json"), "utf8"));
    expect(charts.$schema).toMatch(/vega-lite/);
    expect(
      charts.concat.map(({ encoding }: { encoding: { y: { field: string } } }) => encoding.y.field),
    ).toEqual(["loss", "validation", "bound", "sparsity", "condition"]);
    expect(charts.data.values).toHaveLength(3 * 5);
    expect(charts.data.values[0]).toMatchObject({ member: "optimizer adam", epoch: 1 });
  });

  it("prints one JSON object, and what was left out with its reason", async () => {
    const { code, stdout } = await psilon(
      [
        ...["compare", "data.csv", "--target", "kind", ...settings, "--prune", "0.5", "--json"],
        ...[
          "--over",
          "pruning=magnitude,l1-projection",
          "parametrization=l1-shared,l2-row",
          "--charts",
          "c.json",
        ],
      ],
      { cwd },
    );
    expect(code).toBe(0);
    const { entries, refused, task, folds, charts } = JSON.parse(stdout);
    expect({ task, folds, charts }).toEqual({ task: "classification", folds: 3, charts: "c.json" });
    expect(entries.map(({ choices }: { choices: object }) => choices)).toEqual([
      { pruning: "magnitude", parametrization: "l1-shared" },
      { pruning: "magnitude", parametrization: "l2-row" },
      { pruning: "l1-projection", parametrization: "l1-shared" },
    ]);
    expect(entries[0].scores.accuracy.perSplit).toHaveLength(3);
    for (const { sparsity } of entries) expect(sparsity.mean).toBeCloseTo(0.5, 1);
    expect(refused).toMatchObject([{ choices: { pruning: "l1-projection", parametrization: "l2-row" } }]);
  });

  it.each([
    [
      "parametrisation=l1-shared",
      'There is no setting to compare "parametrisation"; did you mean "parametrization"?',
    ],
    ["p=a", 'The option --over needs numbers for p, but "a" was given.'],
    ["parametrization=l3", /^The parametrization is one of l1-shared, .*, but "l3" was given\.$/],
  ])("refuses --over %s", async (over, sentence) => {
    const { code, stdout, stderr } = await psilon(
      ["compare", "data.csv", "--target", "y", ...settings, "--over", over],
      { cwd },
    );
    expect([code, stdout]).toEqual([2, ""]);
    const shown = stderr.replace(/^error: /, "").trimEnd();
    if (typeof sentence === "string") expect(shown).toBe(sentence);
    else expect(shown).toMatch(sentence);
  });
});

describe("a model file", () => {
  const bytes = () => readFileSync(join(cwd, "y.safetensors"));
  it.each([
    [
      "that is missing",
      () => null,
      /^There is no model file "m\.safetensors"; check its name and its folder\.$/,
    ],
    ["that is truncated", () => bytes().subarray(0, -1), /^m\.safetensors is truncated/],
    ["whose header is truncated", () => bytes().subarray(0, 100), /^m\.safetensors is truncated/],
    ["that is empty", () => bytes().subarray(0, 0), /^m\.safetensors /],
    ["that is a table", () => Buffer.from(smallCsv()), /^m\.safetensors is not a safetensors file/],
    [
      "of another version",
      () =>
        Buffer.from(bytes().toString("latin1").replace('{\\"version\\":1,', '{\\"version\\":9,'), "latin1"),
      /^m\.safetensors is of version 9 of the model format/,
    ],
  ])("%s is refused in one sentence by every command that reads one", async (_, contents, sentence) => {
    const made = contents();
    const name = "m.safetensors";
    if (made) folder.write(name, Uint8Array.from(made));
    for (const argv of [
      ["inspect", name],
      ["predict", name, "more.csv", "--out", "no.csv"],
      ["prune", name, "data.csv", "--sparsity", "0.5", "--out", "no.csv"],
    ]) {
      const { code, stdout, stderr } = await psilon(argv, { cwd });
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(/^error: [^\n]+\n$/);
      expect(stderr.slice("error: ".length, -1)).toMatch(sentence);
    }
    expect(existsSync(join(cwd, "no.csv"))).toBe(false);
  });
});

describe("psilon doctor", () => {
  it("measures every provider", async () => {
    const { code, stdout } = await psilon(["doctor", "--json"], { cwd });
    expect(code).toBe(0);
    const { processor, providers, advice } = JSON.parse(stdout);
    expect(processor).not.toBe("");
    expect(providers[0]).toMatchObject({ name: "wasm", gigaflops: expect.any(Number) });
    for (const { gigaflops } of providers) expect(gigaflops).toBeGreaterThan(0.1);
    expect(advice).toBeInstanceOf(Array);
  });
});
