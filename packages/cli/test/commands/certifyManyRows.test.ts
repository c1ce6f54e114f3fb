import { join } from "node:path";
import { Readable } from "node:stream";
import { beforeAll, describe, expect, it } from "vitest";
import { certifyInChunks } from "../../dist/certifyInChunks.js";
import { readModel } from "../../src/data/modelFile.js";
import { readFrame } from "../../src/tables/readFrame.js";
import { temporaryFolder } from "../support/folder.js";
import { psilon } from "../support/psilon.js";

const folder = temporaryFolder();
const cwd = folder.path;
const names = ["c1", "c2", "c3", "c4", "c5", "c6", "c7"];
const any = names.map((name) => `${name}=any`);

/** 4,096 cases for every row, which take a second or so. */
const slow = ["--radius", "0.05", "--move", any.slice(0, 6).join(",")];

/** 40 rows of a number and seven columns of four categories each, of which `sparse` rows have the first alone. */
function categories(sparse: number): string {
  const lines = Array.from({ length: 40 }, (_, i) => {
    const cells = names.map((_, k) =>
      i < sparse && k > 0 ? "" : "abcd"[(i * (2 * k + 1) + (i >> 2) * k) % 4],
    );
    return [((i * 37) % 60) / 30, ...cells, i % 7].join(",");
  });
  return `${["x", ...names, "y"].join(",")}\n${lines.join("\n")}\n`;
}

folder.write("full.csv", categories(0));
folder.write("sparse.csv", categories(20));
folder.write(
  "without-highs.mjs",
  `import { register } from "node:module";
const hooks = \`export const resolve = (name, context, next) =>
  name === "highs" ? Promise.reject(new Error("not installed")) : next(name, context);\`;
register("data:text/javascript," + encodeURIComponent(hooks));
`,
);

const certify = (table: string, words: readonly string[], more: Parameters<typeof psilon>[1] = {}) =>
  psilon(["certify", "y.safetensors", table, "--tolerance", "2", "--threads", "1", ...words], {
    cwd,
    ...more,
  });

describe("psilon certify, of more rows than one thread takes at a time", () => {
  beforeAll(async () => {
    const quick = ["--width", "8", "--depth", "1", "--epochs", "3", "--lambda", "0.001", "--threads", "1"];
    await psilon(
      ["train", "full.csv", "--target", "y", "--holdout", "0", ...quick, "--out", "y.safetensors"],
      {
        cwd,
      },
    );
  });

  it("refuses in a sentence where the solver is not installed, before any row needs it", async () => {
    const env = { NODE_OPTIONS: "--import=./without-highs.mjs" };
    const { code, stdout, stderr } = await certify("full.csv", ["--radius", "0", "--exact"], { env });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^error: Exact bounds need the solver HiGHS, which is not installed/m);
  });

  it("refuses too many combinations of categories in a sentence that names the row by its own number", async () => {
    const { code, stdout, stderr } = await certify("sparse.csv", ["--move", any.join(",")]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^error: .* combined in 16,384 ways from row 22, and at most 4,096/m);
    const some = await certify("sparse.csv", ["--move", any.join(","), "--rows", "30,2,29"]);
    expect(some.stderr).toMatch(/ways from row 30,/);
  });

  it.each([
    ["more rows than one thread takes at a time", slow],
    ["few rows", [...slow, "--rows", "2-10"]],
    ["few rows and a solver", [...slow, "--rows", "2-10", "--exact"]],
    ["radii", ["--alone"]],
  ])("ends on Ctrl-C within a chunk, and prints what was certified before: %s", async (_, words) => {
    const { code, stdout, stderr } = await certify("full.csv", [...words, "--json"], {
      interrupt: /Certifying/,
    });
    expect({ code, stderr }).toEqual({ code: 130, stderr: "Certifying\n" });
    const { rows, verdicts, radii } = JSON.parse(stdout);
    expect(verdicts.length + radii.length).toBeLessThan(Math.min(rows, 16));
  });

  it("says after how many rows it was stopped", async () => {
    const { code, stdout } = await certify("full.csv", slow, { interrupt: /Certifying/ });
    expect(code).toBe(130);
    const [, done] = /^stopped +after (\d+) of 40 rows$/m.exec(stdout) ?? expect.fail(stdout);
    const [, ...told] = /^rows +(\d+) certified, (\d+) refuted, (\d+) unknown/m.exec(stdout) ?? [];
    expect(told.reduce((sum, count) => sum + Number(count), 0)).toBe(Number(done));
    expect(Number(done)).toBeLessThan(16);
  });

  it("hands out each row once, however the rows are scattered", async () => {
    const model = await readModel(join(cwd, "y.safetensors"));
    const io = { stdin: Readable.from([]), signal: new AbortController().signal };
    const frame = await readFrame(join(cwd, "full.csv"), io);
    let cells = 0;
    // A part of a column is a copy, which is sent to a thread.
    const counted = <A extends { slice(from?: number, to?: number): A }>(values: A): A =>
      Object.assign(values.slice(), {
        slice: (from: number, to: number) => {
          cells += to - from;
          return values.slice(from, to);
        },
      });
    const columns = frame.columns.map((column) =>
      column.kind === "numbers"
        ? { ...column, values: counted(column.values) }
        : column.kind === "categories"
          ? { ...column, codes: counted(column.codes) }
          : expect.fail(`has a column of ${column.kind}`),
    );
    const rows = Int32Array.from({ length: frame.rowCount }, (_, i) => (i * 23) % frame.rowCount);
    const { radii } = await certifyInChunks(
      { model, radii: { tolerance: 2 } },
      { ...frame, columns },
      rows,
      2,
      { signal: io.signal, onProgress: () => {} },
    );
    expect(radii.map(({ row }) => row)).toEqual([...rows].map((row) => row + 2));
    expect(cells).toBe(columns.length * rows.length);
  });

  it("keeps the rows that were done before the signal, in their order", async () => {
    const controller = new AbortController();
    const model = await readModel(join(cwd, "y.safetensors"));
    const frame = await readFrame(join(cwd, "sparse.csv"), {
      stdin: Readable.from([]),
      signal: controller.signal,
    });
    const move = Object.fromEntries(names.slice(0, 6).map((name) => [name, "any" as const]));
    const rows = Int32Array.from({ length: frame.rowCount }, (_, row) => row);
    // The first 20 rows are quick, the others take a second each.
    const { verdicts } = await certifyInChunks(
      { model, verdicts: { moves: { radius: 0.05, move }, tolerance: 2 } },
      frame,
      rows,
      1,
      { signal: controller.signal, onProgress: (done) => done >= 20 && controller.abort() },
    );
    // Those of the first chunk and of the one in progress, as far as it came.
    expect(verdicts.length).toBeGreaterThanOrEqual(20);
    expect(verdicts.length).toBeLessThanOrEqual(32);
    expect(verdicts.map(({ row }) => row)).toEqual(
      [...rows.subarray(0, verdicts.length)].map((row) => row + 2),
    );
  });
});
