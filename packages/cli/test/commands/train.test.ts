import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findBlas } from "psilon/engine";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { bin, node, psilon } from "../support/psilon.js";
import { quick } from "../support/smallModels.js";
import { smallCsv } from "../support/tables.js";
import { unrecorded } from "../support/unrecorded.js";

const folder = temporaryFolder();
const cwd = folder.path;
const { found } = await findBlas();
const kind = ["--target", "kind", "--preset", "fast", "--epochs", "3", "--threads", "1"];

folder.write("data.csv", smallCsv());
folder.write("more.csv", smallCsv(15));

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
        ...["--encode", "value", "--prune", "0.5"],
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
      /^ +validation +test\n +RMSE +MAE +R² +RMSE +MAE +R²$/m,
      /^PSiLON Net( +[\d.e-]+){6}$/m,
      /^ridge regression( +[\d.e-]+){6}$/m,
      /^constant( +[\d.e-]+){6}$/m,
      /^λ {9}0\.001$/m,
      /^proven {4}predictions stay within ±[\d.]+ \(y\) while .*,\n {10}for half of 12 test rows$/m,
      /^bound {5}1-path-norm [\d.]+\n {10}a prediction moves by at most [\d.]+ \(y\)\n/m,
      /^sparsity {2}(49|5\d)\.\d % of the weights are exactly 0 by l1-projection; \d+ of 49 parameters kept$/m,
      /^ {10}8 → \d hidden units, 0\.196 → 0\.\d+ kB(, 1,000 rows in \d+\.\d\d → \d+\.\d\d ms)?$/m,
      /^time {6}\d+\.\d s$/m,
      /^saved {5}a b\.safetensors$/m,
      /^next {6}psilon inspect 'a b\.safetensors'$/m,
    ]) {
      expect(stdout).toMatch(line);
    }
    expect(stderr).toBe("Training the model\nFitting a linear model to compare with\n");
  });

  it("trains for a promise about columns that move, and shows it beside plain training", async () => {
    const promise = ["--objective", "certified", "--radius", "0.1", "--move", "c=any,A=0.2"];
    const words = ["train", "data.csv", ...kind, "--ignore", "y", ...promise];
    const { code, stdout } = await psilon([...words, "--out", "promise.safetensors"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^training +right +right and certified\s*$/m);
    expect(stdout).toMatch(/^plain +\d+\.\d % +\d+\.\d % +λ = [\d.e-]+$/m);
    expect(stdout).toMatch(/^λ for certificates +\d+\.\d % +\d+\.\d % +λ = [\d.e-]+/m);
    expect(stdout).toContain(
      "on held-out rows, certified while every other number moves by 0.1 standard deviations, c takes any value, a moves by 0.2\n",
    );
    const { stdout: json } = await psilon([...words, "--json", "--out", "again.safetensors"], { cwd });
    const { training, objective, lambdaGrid } = JSON.parse(json);
    expect(objective).toEqual({ radius: 0.1, move: { c: "any", a: { by: 0.2 } } });
    expect(training[0]).toMatchObject({ name: "plain", scores: { accuracy: expect.any(Number) } });
    expect(lambdaGrid.filter((trial: { chosen?: true }) => trial.chosen)).toHaveLength(1);
    const best = Math.max(...lambdaGrid.map(({ certified }: { certified: number }) => certified));
    expect(training.at(-1).certified).toBeGreaterThanOrEqual(1 - 1.01 * (1 - best) - 1e-12);
    expect(readFileSync(join(cwd, "again.safetensors"))).toEqual(
      readFileSync(join(cwd, "promise.safetensors")),
    );
  });

  it("prints one JSON object and nothing else under --json", async () => {
    const { code, stdout, stderr } = await psilon(
      ["train", "data.csv", "--target", "kind", ...quick, "--lambda", "auto", "--preset", "fast", "--json"],
      { cwd },
    );
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr:
        'note: Column "y" alone predicts "kind", as a copy of it would; unless it is known before the target is, leave it out with --ignore y.\n' +
        "Searching λ\nTraining the model\nFitting a linear model to compare with\n",
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
      guarantee: {
        norm: "inf",
        units: "standard deviations",
        arithmetic: "float32",
        rows: 12,
        classes: { middleRadius: expect.any(Number), certifiedAndRight: expect.any(Number) },
      },
      out: "model.safetensors",
    });
    const { model, linear, constant, classes, confusion } = result.test;
    for (const metrics of [linear, constant]) expect(Object.keys(metrics)).toEqual(Object.keys(model));
    expect(model).toMatchObject({ balancedAccuracy: expect.any(Number), auc: expect.any(Number) });
    expect(classes.map(({ name }: { name: string }) => name)).toEqual(["high", "low"]);
    expect(confusion.flat().reduce((sum: number, rows: number) => sum + rows)).toBe(12);
    expect(result.constant).toHaveLength(2);
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

  it("trains networks that share their hidden layers, of which one file has each matrix once", async () => {
    const sizes: number[] = [];
    for (const members of ["1", "4"]) {
      const out = `shared${members}.safetensors`;
      const given = ["--target", "y", ...quick, "--encode", "value", "--members", members, "--out", out];
      const { code, stdout } = await psilon(["train", "data.csv", ...given], { cwd });
      expect(code).toBe(0);
      if (members === "4")
        expect(stdout).toContain("the mean of 4, which share their hidden layers: PSiLON Net");
      sizes.push(readFileSync(join(cwd, out)).length);
      const { stdout: predicted } = await psilon(["predict", out, "more.csv"], { cwd });
      expect(predicted.trim().split("\n")).toHaveLength(16);
      const { code: certified } = await psilon(
        ["certify", out, "more.csv", "--radius", "0.01", "--tolerance", "1"],
        { cwd },
      );
      expect(certified).toBe(0);
    }
    expect(sizes[1]).toBeLessThan(2 * sizes[0]);
    const { code, stderr } = await psilon(
      [
        "train",
        "data.csv",
        "--target",
        "y",
        ...quick,
        "--depth",
        "0",
        "--members",
        "4",
        "--out",
        "no.safetensors",
      ],
      { cwd },
    );
    expect(code).toBe(2);
    expect(stderr).toContain(
      "The members of a shared ensemble share hidden layers, and an MLP of depth 0 has none",
    );
    const pruned = await psilon(
      ["prune", "shared4.safetensors", "data.csv", "--sparsity", "0.5", "--out", "p.safetensors"],
      { cwd },
    );
    expect(pruned.code).toBe(0);
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
      guarantee: null,
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
    const child = spawn(node, [bin, ...unrecorded(["train", "data.csv", ...kind, "--out", "unwatched.st"])], {
      cwd,
    });
    child.stderr.destroy();
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(0);
    expect(existsSync(join(cwd, "unwatched.st"))).toBe(true);
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

  it("reads standard input once", async () => {
    expect(await psilon(["train", "-", "--test", "-", "--target", "y"], { cwd, stdin: smallCsv() })).toEqual({
      code: 2,
      stdout: "",
      stderr: "error: Standard input (-) can be read only once; name a file for the data or for --test.\n",
    });
  });
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
