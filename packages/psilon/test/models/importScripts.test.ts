import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import {
  inspectModel,
  loadModel,
  predictTable,
  saveModel,
  type TabularModel,
} from "../../src/models/index.ts";
import { frameFrom } from "../../src/tables/index.ts";

const has = (module: string) => spawnSync("python3", ["-c", `import ${module}`]).status === 0;

const page = readFileSync(new URL("../../../../docs/import.md", import.meta.url), "utf8");
const [, script] = /```python\n([\s\S]*?)```/.exec(page)!;

/** Runs Python after the page's script; it leaves models in `folder` and says in `result` what they should predict for the rows of `X`. */
function run(code: string): {
  readonly models: TabularModel[];
  readonly rows: number[][];
  readonly wanted: number[][];
} {
  const folder = mkdtempSync(join(tmpdir(), "psilon-"));
  try {
    const whole = `import sys\nfolder = sys.argv[1]\n${script}\nX = np.random.default_rng(3).normal(size=(1000, 4)) * [1, 10, 0.1, 100] + [0, 50, 0, 1000]
${code}
print(json.dumps({"rows": X.tolist(), "wanted": [np.asarray(r, float).ravel().tolist() for r in result]}))`;
    const { stdout, stderr, status } = spawnSync("python3", ["-W", "ignore", "-c", whole, folder], {
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    });
    expect([status, stderr]).toEqual([0, ""]);
    const { rows, wanted } = JSON.parse(stdout) as { rows: number[][]; wanted: number[][] };
    const models = wanted.map((_, i) =>
      loadModel(Uint8Array.from(readFileSync(join(folder, `${i}.safetensors`)))),
    );
    return { models, rows, wanted };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
});

const columns = ["a", "b", "c", "d"];

/** How far predictions are from what they should be at most, as a share of the largest of them. */
function worst(model: TabularModel, rows: readonly (readonly number[])[], wanted: readonly number[]): number {
  const frame = frameFrom(Object.fromEntries(columns.map((name, j) => [name, rows.map((row) => row[j])])));
  const predicted = predictTable(backend, model, frame);
  const found = predicted.task === "regression" ? predicted.values : predicted.probabilities;
  expect(found).toHaveLength(wanted.length);
  const scale = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - found[i]) / scale), 0);
}

describe("The script on the page about imports", () => {
  test.runIf(has("sklearn"))(
    "writes scikit-learn's networks as models that predict what they do",
    { timeout: 60_000 },
    () => {
      const { models, rows, wanted } = run(`
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
names = ["a", "b", "c", "d"]
Z = (X - X.mean(0)) / X.std(0)
y = Z[:, 0] * Z[:, 1] + np.abs(Z[:, 2]) + 3
kinds = np.array(["low", "middle", "high"])[np.digitize(Z[:, 3] + Z[:, 0], [-0.5, 0.5])]
options = {"hidden_layer_sizes": (20, 10), "random_state": 0, "max_iter": 30}
models = [
  make_pipeline(StandardScaler(), MLPRegressor(**options)).fit(X, y),
  MLPRegressor(**options).fit(X, np.c_[y, -y]),
  make_pipeline(StandardScaler(), MLPClassifier(**options)).fit(X, kinds),
  make_pipeline(StandardScaler(), MLPClassifier(**options)).fit(X, y > 4),
]
for i, (model, target) in enumerate(zip(models, ["y", ["y", "minus y"], "kind", "large"])):
    save_sklearn(model, f"{folder}/{i}.safetensors", names, target)
result = [model.predict_proba(X) if hasattr(model, "predict_proba") else model.predict(X) for model in models]`);
      models.forEach((model, i) => {
        expect(worst(model, rows, wanted[i])).toBeLessThan(1e-5);
        expect(model.record.imported).toEqual({ producer: "scikit-learn" });
        expect(
          inspectModel(model)
            .columns.map(({ column }) => column)
            .sort(),
        ).toEqual(columns);
        expect(loadModel(saveModel(model))).toEqual(model);
      });
      expect(
        models.map(({ target }) => (target.task === "classification" ? target.classes : target.names)),
      ).toEqual([["y"], ["y", "minus y"], ["high", "low", "middle"], ["False", "True"]]);
    },
  );

  test.runIf(has("torch"))(
    "writes PyTorch's Sequential as models that predict what it does",
    { timeout: 60_000 },
    () => {
      const { models, rows, wanted } = run(`
import torch
from torch.nn import Dropout, Linear, ReLU, Sequential
torch.manual_seed(0)
names = ["a", "b", "c", "d"]
net = lambda outputs: Sequential(Linear(4, 32), ReLU(), Dropout(0.1), Linear(32, 16), ReLU(), Linear(16, outputs)).eval()
nets = [net(1), net(2), net(3), net(1), Sequential(Linear(4, 2, bias=False))]
endings = [None, ["no", "yes"], ["a", "b", "c"], ["no", "yes"], None]
for i, (model, classes) in enumerate(zip(nets, endings)):
    save_torch(model, f"{folder}/{i}.safetensors", names, ["u", "v"] if i == 4 else "y", classes)
with torch.no_grad():
    out = [model.double()(torch.tensor(X)) for model in nets]
p = torch.sigmoid(out[3])
result = [out[0], torch.softmax(out[1], 1), torch.softmax(out[2], 1), torch.cat([1 - p, p], 1), out[4]]`);
      models.forEach((model, i) => {
        expect(worst(model, rows, wanted[i])).toBeLessThan(1e-5);
        expect(model.record.imported).toEqual({ producer: "PyTorch" });
      });
    },
  );
});

describe("A model that a program wrote itself", () => {
  test("is refused where it leaves out what only a training here could fill in", () => {
    const bytes = (record: object) => {
      const payload = {
        encoder: {
          unseen: "error",
          columns: [
            { name: "a", kind: "numeric", mean: 0, std: 1, varies: true, missing: false, integer: false },
          ],
        },
        target: { task: "regression", names: ["y"], centers: [0], scales: [1] },
        record,
      };
      const member = { architecture: "mlp", layers: ["dense"], inputs: [0] };
      const header = JSON.stringify({
        __metadata__: { psilon: JSON.stringify({ version: 1, members: [member], payload }) },
        "layers.0.weight": { dtype: "F32", shape: [1, 1], data_offsets: [0, 4] },
        "layers.0.bias": { dtype: "F32", shape: [1], data_offsets: [4, 8] },
      });
      const text = new TextEncoder().encode(header);
      const file = new Uint8Array(8 + text.length + 8);
      new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
      file.set(text, 8);
      return file;
    };
    expect(loadModel(bytes({ imported: { producer: "me" } })).record).toMatchObject({
      imported: { producer: "me" },
    });
    expect(() => loadModel(bytes({}), "m")).toThrow('m is damaged: its description has no "schema".');
    expect(() => loadModel(bytes({ imported: { producer: 3 } }), "m")).toThrow(
      "m is damaged: its record cannot be read.",
    );
    expect(() => loadModel(bytes({ imported: 3 }), "m")).toThrow("m is damaged: its record cannot be read.");
  });
});
