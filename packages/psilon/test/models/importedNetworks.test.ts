import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import { readOnnx } from "../../src/formats/onnx/readOnnx.ts";
import { importOnnx, loadModel, predictTable, saveModel } from "../../src/models/index.ts";
import { frameFrom } from "../../src/tables/index.ts";
import { interpret } from "../support/onnxInterpreter.ts";
import { onnxRuntime } from "../support/onnxRuntime.ts";

const shared = fileURLToPath(new URL("../../../../../shared/data/vnncomp/", import.meta.url));
const fixtures = fileURLToPath(new URL("../fixtures/onnx/", import.meta.url));

/** The networks of the verifiers' competition, where they lie beside the repository. */
const competition = !existsSync(shared)
  ? []
  : readdirSync(shared, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".onnx.gz"))
      .map((path) => join(shared, path));

const exported = readdirSync(fixtures).map((name) => join(fixtures, name));

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
});

const bytesOf = (path: string): Uint8Array => {
  const bytes = readFileSync(path);
  return new Uint8Array(path.endsWith(".gz") ? gunzipSync(new Uint8Array(bytes)) : bytes);
};

const ROWS = 1000;

/**
 * How far the imported model's predictions are at most from those of onnxruntime where it is, and from float64 on a few rows, as a share of the
 * largest on those rows: each between −0.5 and 0.5, as all the competition's inputs are about.
 */
async function differences(
  bytes: Uint8Array,
): Promise<{ readonly runtime: number | null; readonly float64: number }> {
  const model = loadModel(saveModel(importOnnx(bytes)));
  const onnx = readOnnx(bytes, "net.onnx");
  const columns = model.encoder.columns.map(({ name }) => name);
  const random = createRandom(11);
  const rows = Array.from({ length: ROWS }, () => columns.map(() => Math.fround(random.next() - 0.5)));
  const table = Object.fromEntries(columns.map((name, j) => [name, rows.map((row) => row[j])]));
  const predicted = predictTable(backend, model, frameFrom(table));
  const found = predicted.task === "regression" ? predicted.values : predicted.probabilities;
  const each = found.length / ROWS;
  const off = (wanted: readonly (readonly number[])[]) => {
    const all = wanted.map((row) => (row.length < each ? [1 - row[0], row[0]] : row));
    const most = all.flat().reduce((a, b) => Math.max(a, Math.abs(b)), 1);
    return all.reduce(
      (worst, row, i) =>
        row.reduce((a, v, k) => Math.max(a, Math.abs(v - found[i * each + k]) / most), worst),
      0,
    );
  };
  const float64 = off(rows.slice(0, 20).map((row) => interpret(onnx, row)));
  if (!onnxRuntime) return { runtime: null, float64 };
  const session = await onnxRuntime.InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const constants = new Set(onnx.graph.initializers.map(({ name }) => name));
  const inputs = onnx.graph.inputs.filter(({ name }) => !constants.has(name));
  const wanted: number[][] = [];
  for (const row of rows) {
    let first = 0;
    const feeds = inputs.map(({ name, shape }) => {
      const dims = (shape ?? []).map((size) => (typeof size === "number" && size > 0 ? size : 1));
      const count = dims.reduce((product, size) => product * size, 1);
      const part = Float32Array.from(row.slice(first, first + count));
      first += count;
      return [name, new onnxRuntime!.Tensor("float32", part, dims)];
    });
    const answer = await session.run(Object.fromEntries(feeds));
    wanted.push(Array.from(answer[onnx.graph.outputs[0].name].data, Number));
  }
  return { runtime: off(wanted), float64 };
}

describe(`An imported network predicts ${ROWS} random rows as ${onnxRuntime ? "onnxruntime" : "float64"} does`, () => {
  test.for([...exported, ...competition].map((path) => [basename(path), path]))(
    "%s",
    { timeout: 60_000 },
    async ([, path]) => {
      const { runtime, float64 } = await differences(bytesOf(path));
      expect(float64).toBeLessThan(1e-5);
      if (runtime !== null) expect(runtime).toBeLessThan(1e-5);
    },
  );

  const hasTorch = spawnSync("python3", ["-c", "import torch"]).status === 0;

  test.runIf(hasTorch)("those that PyTorch's own exporter writes", { timeout: 120_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "psilon-"));
    try {
      const script = readFileSync(new URL("../support/exportTorch.py", import.meta.url), "utf8");
      // What it logs is not looked at: newer versions warn of much.
      const { stderr, status } = spawnSync("python3", ["-W", "ignore", "-c", script, folder], {
        encoding: "utf8",
      });
      expect(status, stderr).toBe(0);
      const names = readdirSync(folder);
      expect(names.length).toBeGreaterThan(5);
      for (const name of names) {
        const { runtime, float64 } = await differences(bytesOf(join(folder, name)));
        expect([name, float64 < 1e-5, (runtime ?? 0) < 1e-5]).toEqual([name, true, true]);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
