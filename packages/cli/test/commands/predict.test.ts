import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import {
  createBackend,
  frameFrom,
  InputError,
  predictTable,
  saveModel,
  type TabularModel,
  type TrainOptions,
  trainModel,
} from "psilon";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { run } from "../../src/main.js";
import { openOutput } from "../../src/output.js";
import { temporaryFolder } from "../support/folder.js";
import { bin, node, psilon } from "../support/psilon.js";
import { psilonHere } from "../support/psilonHere.js";
import { trainSmall } from "../support/smallModels.js";
import { smallCsv } from "../support/tables.js";

const folder = temporaryFolder();
const cwd = folder.path;
const path = (name: string) => join(folder.path, name);
const options: TrainOptions = { preset: "fast", lambda: 1e-3, epochs: 2, width: 4, depth: 1 };
const rows = Array.from({ length: 40 }, (_, i) => ({
  x: i / 7,
  later: 1.7e9 + 3 * i,
  tiny: 1e-12 * (i % 5),
}));

async function trained(
  data: Parameters<typeof frameFrom>[0],
  target: string | string[],
): Promise<TabularModel> {
  const model = await trainModel(frameFrom(data), target, options);
  writeFileSync(path("m.st"), saveModel(model));
  return model;
}

/** The cells of a CSV file in which none is quoted. */
const cellsOf = (csv: string) =>
  csv
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));

folder.write("data.csv", smallCsv());
folder.write("more.csv", smallCsv(15));

describe("psilon predict", () => {
  beforeAll(() => trainSmall(cwd, "y", "kind"));

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
      /^error: Row 3 of new\.csv has "middle" in column "c"[^\n]* With --unseen zeros [^\n]*\n$/,
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
      ["-c", `"${node}" "${bin}" predict y.safetensors many.csv | head -n 1`],
      { cwd, encoding: "utf8" },
    );
    expect({ stdout, stderr }).toEqual({ stdout: "y\n", stderr: "" });
  });
});

describe("a predicted number", () => {
  it("is, in CSV as in JSON, the very one that the library computes", async () => {
    for (const target of [["later"], ["later", "tiny"]]) {
      const inputs = rows.map(({ x }) => ({ x }));
      const features = rows.map(({ x, later, tiny }) => ({ x, later, ...(target.length > 1 && { tiny }) }));
      const predictions = predictTable(
        await createBackend(),
        await trained(features, target),
        frameFrom(inputs),
      );
      const values = predictions.task === "regression" ? Array.from(predictions.values) : [];
      expect(new Set(values).size).toBe(values.length);
      folder.write("x.json", JSON.stringify(inputs));
      const csv = await psilonHere(["predict", path("m.st"), path("x.json")]);
      const [header, ...lines] = cellsOf(csv.stdout);
      expect(header).toEqual(target);
      expect(lines.flat().map(Number)).toEqual(values);
      const json = await psilonHere(["predict", path("m.st"), path("x.json"), "--json"]);
      const printed = JSON.parse(json.stdout).predictions.flatMap((row: number | object) =>
        typeof row === "number" ? [row] : Object.values(row),
      );
      expect(printed).toEqual(values);
    }
  });

  it("that is a probability is so as well", async () => {
    const model = await trained(
      rows.map(({ x }, i) => ({ x, y: "abc"[i % 3] })),
      "y",
    );
    const predictions = predictTable(await createBackend(), model, frameFrom(rows));
    folder.write("x.json", JSON.stringify(rows));
    const { stdout } = await psilonHere(["predict", path("m.st"), path("x.json")]);
    const [, ...lines] = cellsOf(stdout);
    expect(lines.flatMap(([, ...shares]) => shares.map(Number))).toEqual(
      predictions.task === "classification" ? Array.from(predictions.probabilities) : [],
    );
  });
});

describe("CSV for a spreadsheet", () => {
  const formulas = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "-5", "plain"];

  it("has no formulas, and the same numbers", async () => {
    // The library trims categories.
    const classes = formulas.map((text) => text.trim());
    await trained(
      Array.from({ length: 80 }, (_, i) => ({ x: i % 8, "=y": formulas[i % 8] })),
      "=y",
    );
    folder.write("x.csv", `x\n${Array.from({ length: 80 }, (_, i) => i % 8).join("\n")}\n`);
    const plain = await psilonHere(["predict", path("m.st"), path("x.csv")]);
    const marked = await psilonHere(["predict", path("m.st"), path("x.csv"), "--spreadsheet"]);
    const written = await psilonHere([
      ...["predict", path("m.st"), path("x.csv"), "--spreadsheet"],
      ...["--out", path("p.csv"), "--json"],
    ]);
    expect([plain.code, marked.code, written.code]).toEqual([0, 0, 0]);
    expect(readFileSync(path("p.csv"), "utf8")).toBe(marked.stdout);
    const [header, ...lines] = cellsOf(marked.stdout);
    expect(header[0]).toBe("'=y");
    for (const [label, ...shares] of lines) {
      expect(label === "-5" || !/^[=+\-@]/.test(label)).toBe(true);
      expect(shares.every((share) => String(Number(share)) === share)).toBe(true);
    }
    expect(classes).toContain(lines[0][0].replace(/^'/, ""));
    expect(marked.stdout.replaceAll(/(^|[\n,])'/g, "$1")).toBe(plain.stdout);
  });

  it("is written by certify as well", async () => {
    await trained(
      Array.from({ length: 20 }, (_, i) => ({ x: i % 2, "@y": ["=1", "+b"][i % 2] })),
      "@y",
    );
    folder.write("x.csv", "x\n0\n1\n");
    const argv = ["certify", path("m.st"), path("x.csv"), "--radius", "0.01", "--out", path("c.csv")];
    const heads = [];
    for (const more of [[], ["--spreadsheet"]]) {
      await psilonHere([...argv, ...more]);
      const [header, ...lines] = cellsOf(readFileSync(path("c.csv"), "utf8"));
      heads.push([header[1], ...new Set(lines.map(([, label]) => label[0]))]);
    }
    const [plain, marked] = heads;
    expect(plain[0]).toBe("@y");
    expect(plain.slice(1).every((first) => "=+".includes(first))).toBe(true);
    expect(marked).toEqual(["'@y", "'"]);
  });

  it("is refused where no CSV is written", async () => {
    for (const argv of [
      ["predict", "m.st", "x.csv", "--spreadsheet", "--json"],
      ["certify", "m.st", "x.csv", "--spreadsheet"],
    ]) {
      expect(await psilonHere(argv)).toMatchObject({
        code: 2,
        stdout: "",
        stderr: expect.stringMatching(/^error: The option --spreadsheet is about [^\n]*--out[^\n]*\.\n$/),
      });
    }
  });
});

describe("more predictions than one string holds", () => {
  it("are printed and written piece by piece, each a part of what is read back as a whole", async () => {
    await trained(
      rows.map(({ x, later }) => ({ x, later })),
      "later",
    );
    const many = Array.from({ length: 20_000 }, (_, i) => `${i / 997}\n`);
    folder.write("many.csv", `x\n${many.join("")}`);
    const pieces: string[] = [];
    const stdout = new Writable({
      decodeStrings: false,
      write(chunk, _encoding, done) {
        pieces.push(chunk);
        // As slow as a pipe, for which memory need not hold the rest.
        setImmediate(done);
      },
      highWaterMark: 1,
    });
    const [stdin, { signal }] = [Readable.from([]), new AbortController()];
    const argv = ["predict", path("m.st"), path("many.csv")];
    expect(await run(argv, { stdin, stdout, stderr: stdout, signal })).toBe(0);
    const whole = pieces.join("");
    expect(whole.trimEnd().split("\n")).toHaveLength(20_001);
    for (const piece of pieces) expect(piece.length).toBeLessThan(whole.length / 3);
    await psilonHere([...argv, "--out", path("out.csv")]);
    expect(readFileSync(path("out.csv"), "utf8")).toBe(whole);
  });

  it("leave a file that was there as it was when they cannot all be made", async () => {
    const output = await openOutput("--out", folder.write("old.csv", "old"), []);
    const failing = function* () {
      yield "new";
      throw new InputError({ code: "stopped", found: "no more" });
    };
    await expect(output.write(failing())).rejects.toThrow("no more");
    expect(readFileSync(path("old.csv"), "utf8")).toBe("old");
    await output.write(["new", "er"]);
    expect(readFileSync(path("old.csv"), "utf8")).toBe("newer");
  });

  it("are refused as JSON in a sentence", async () => {
    await trained(
      rows.map(({ x, later }) => ({ x, later })),
      "later",
    );
    folder.write("x.csv", "x\n1\n2\n");
    const { stringify: written } = JSON;
    const stringify = vi.spyOn(JSON, "stringify").mockImplementation((value) => {
      if (typeof value !== "object" || !("predictions" in value)) return written(value);
      throw new RangeError("Invalid string length");
    });
    const { code, stdout, stderr } = await psilonHere(["predict", path("m.st"), path("x.csv"), "--json"]);
    stringify.mockRestore();
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(
      /^error: The predictions of the 2 rows of .*x\.csv are too long for one JSON text; .*\n$/,
    );
  });
});
