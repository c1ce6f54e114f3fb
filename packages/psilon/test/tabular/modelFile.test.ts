import { beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../src/backend/backend.ts";
import { decodeNetworks, encodeNetworks } from "../../src/formats/networkFile.ts";
import { loadModel, saveModel } from "../../src/tabular/modelFile.ts";
import { predictTable } from "../../src/tabular/predictTable.ts";
import type { TabularModel } from "../../src/tabular/tabularModel.ts";
import { trainModel } from "../../src/tabular/trainModel.ts";
import { mixedTable, quick, refusal } from "./synthetic.ts";

const table = mixedTable(80, ["value", "other", "kind", "sign"]);
const ignore = (...names: string[]) => Object.fromEntries(names.map((name) => [name, "ignore" as const]));
const options = { ...quick, width: 8, epochs: 8 };
const models: Record<string, TabularModel> = {};
let backend: Backend;

beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
  models.regression = await trainModel(table, ["value", "other"], {
    ...options,
    columns: ignore("kind", "sign"),
  });
  models.classes = await trainModel(table, "kind", {
    ...options,
    network: "resnet",
    columns: ignore("value", "other", "sign"),
  });
  models["two classes"] = await trainModel(table, "sign", {
    ...options,
    network: "standard",
    columns: ignore("value", "other", "kind"),
  });
  models.ensemble = await trainModel(table, "value", {
    ...options,
    preset: "best",
    columns: ignore("other", "kind", "sign"),
  });
  models.pruned = await trainModel(table, "value", {
    ...options,
    prune: 0.7,
    columns: ignore("other", "kind", "sign"),
  });
});

describe.each(["regression", "classes", "two classes", "ensemble", "pruned"])(
  "a saved model (%s)",
  (name) => {
    test("predicts the same bits after loading", () => {
      const loaded = loadModel(saveModel(models[name]), "a.safetensors");
      expect(predictTable(backend, loaded, table)).toEqual(predictTable(backend, models[name], table));
    });

    test("is the same after loading, but for the seconds it took, and saves to the same bytes", () => {
      const bytes = saveModel(models[name]);
      const loaded = loadModel(bytes, "a.safetensors");
      const { seconds, ...record } = models[name].record;
      expect(seconds).toBeGreaterThan(0);
      expect(loaded).toEqual({ ...models[name], record: { ...record, seconds: 0 } });
      expect(saveModel(loaded)).toEqual(bytes);
    });
  },
);

test("a file cut off anywhere is refused in a sentence", async () => {
  const bytes = saveModel(models.regression);
  for (const share of [0, 0.01, 0.2, 0.5, 0.9, 0.999]) {
    const cut = bytes.slice(0, Math.floor(share * bytes.length));
    expect(await refusal(() => loadModel(cut, "cut.safetensors"))).toMatch("cut.safetensors");
  }
});

/** The model's file with a payload that `change` has been at. */
function tampered(model: TabularModel, change: (payload: Record<string, never>) => unknown): Uint8Array {
  const { members, payload } = decodeNetworks(saveModel(model), "good");
  const copy = structuredClone(payload) as Record<string, never>;
  const result = change(copy);
  return encodeNetworks({ members, payload: result === undefined ? copy : result });
}

/** Every path to a value in plain data, lists by their first entry. */
function paths(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== "object" || value === null) return [path];
  const entries = Array.isArray(value) ? Object.entries(value).slice(0, 1) : Object.entries(value);
  return [
    ...(path.length > 0 ? [path] : []),
    ...entries.flatMap(([key, part]) => paths(part, [...path, key])),
  ];
}

function setAt(payload: unknown, path: readonly (string | number)[], value: unknown): void {
  let part = payload as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) part = part[key] as typeof part;
  const last = path[path.length - 1];
  if (value === undefined) delete part[last];
  else part[last] = value;
}

/** What nothing reads, or may be absent. */
const optional = [
  /^schema\.task/,
  /^schema\.columns\.0\.(reason|min|max|mean|std|distinct|categories|counts)/,
  /^record\.(validation|lambdaGrid\.0)\.?(model|constant|linear|scores)?\.(rmse|mae|r2|accuracy|logLoss)$/,
  /^record\.bounds\.0\.(kind|inputNorm|outputNorm|arithmetic)$/,
];

describe("a payload that was tampered with is refused in a sentence", () => {
  test.each(["regression", "classes", "pruned"])("any field removed (%s)", async (name) => {
    const { payload } = decodeNetworks(saveModel(models[name]), "good");
    const all = paths(payload).filter(
      (path) => !optional.some((pattern) => pattern.test(path.join("."))) && path.at(-1) !== "0",
    );
    expect(all.length).toBeGreaterThan(50);
    for (const path of all) {
      const bytes = tampered(models[name], (copy) => setAt(copy, path, undefined));
      expect(await refusal(() => loadModel(bytes, "bad.safetensors")), path.join(".")).toMatch(
        "bad.safetensors is damaged",
      );
    }
  });

  test.each(["regression", "classes", "pruned"])("any field of another type (%s)", async (name) => {
    const { payload } = decodeNetworks(saveModel(models[name]), "good");
    for (const path of paths(payload)) {
      if (optional.some((pattern) => pattern.test(path.join(".")))) continue;
      const bytes = tampered(models[name], (copy) => setAt(copy, path, { unexpected: true }));
      expect(await refusal(() => loadModel(bytes, "bad.safetensors")), path.join(".")).toMatch(
        "bad.safetensors is damaged",
      );
    }
  });

  test("no object at all", async () => {
    for (const payload of [null, 5, "text", [], {}]) {
      await refusal(() =>
        loadModel(
          tampered(models.regression, () => payload),
          "bad",
        ),
      );
    }
  });

  test.each<[string, readonly (string | number)[], unknown, RegExp]>([
    [
      "too few inputs",
      ["encoder", "columns", 2],
      { name: "colour", kind: "boolean", varies: false, missing: true },
      /takes input/,
    ],
    ["another network", ["record", "network"], "resnet", /speaks of "resnet"/],
    ["a preset unknown", ["record", "preset"], "toString", /its record/],
    [
      "fewer targets",
      ["target"],
      { task: "regression", names: ["y"], centers: [0], scales: [1] },
      /needs 1 outputs/,
    ],
    ["more names than scales", ["target", "names"], ["a", "b", "c"], /its target/],
    ["a scale of 0", ["target", "scales", 0], 0, /its target/],
    ["lengths of no member", ["lengths"], [], /lengths of 0 networks/],
    ["lengths of fewer layers", ["lengths", 0], [[1], [1]], /lengths of 2 layers/],
    ["a deviation of 0", ["encoder", "columns", 0, "std"], 0, /its encoder/],
    ["a width of a half", ["record", "width"], 0.5, /its record/],
    ["no bounds", ["record", "bounds"], [], /its record/],
    [
      "a bound that its weights do not have",
      ["record", "bounds", 0, "value"],
      1e-3,
      /it gives the bound "path-norm" as 0\.001, but its weights have \d/,
    ],
    ["a column twice", ["encoder", "columns", 0, "name"], "colour", /its encoder/],
    ["a target twice", ["target", "names"], ["y", "y"], /its target/],
  ])("%s", async (_, path, value, sentence) => {
    const bytes = tampered(models.regression, (copy) => setAt(copy, path, value));
    expect(await refusal(() => loadModel(bytes, "bad"))).toMatch(sentence);
  });
});
