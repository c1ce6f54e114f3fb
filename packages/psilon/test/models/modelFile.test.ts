import { beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import { InputError } from "../../src/errors.ts";
import type { FoldedDense, FoldedNetwork } from "../../src/folded/folded.ts";
import { decodeNetworks, encodeNetworks } from "../../src/formats/networkFile.ts";
import { assemble } from "../../src/models/assemble.ts";
import { inspectModel } from "../../src/models/inspectModel.ts";
import { loadModel, saveModel } from "../../src/models/modelFile.ts";
import { predictTable } from "../../src/models/predictTable.ts";
import type { TabularModel } from "../../src/models/tabularModel.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import { exactSensitivities, isAtMost, sumOf } from "../support/dyadic.ts";
import { mixedTable, quick, refusal } from "../support/synthetic.ts";

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
  /^record\.encode$/,
  /^record\.constant$/,
  /^schema\.columns\.0\.(reason|min|max|mean|std|distinct|categories|counts)/,
  /^record\.encode/,
  /^target\.heldOut$/,
  /^record\.history$/,
  /^record\.(validation|lambdaGrid\.0)\.?(model|constant|linear|scores)?\.(rmse|mae|r2|accuracy|logLoss)$/,
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
    ["a transform of no name", ["record", "optimizer", 0, "kind"], "__defineGetter__", /its record/],
    [
      "a bound that its weights do not have",
      ["record", "bounds", 0, "value"],
      1e-3,
      /it gives the bound "path-norm" as 0\.001, but its weights have \d/,
    ],
    ["a constant for one of two targets", ["record", "constant"], [1], /has 1 constants for 2 predictions/],
    ["a column twice", ["encoder", "columns", 0, "name"], "colour", /its encoder/],
    ["a target twice", ["target", "names"], ["y", "y"], /its target/],
  ])("%s", async (_, path, value, sentence) => {
    const bytes = tampered(models.regression, (copy) => setAt(copy, path, value));
    expect(await refusal(() => loadModel(bytes, "bad"))).toMatch(sentence);
  });
});

/** The figures of a record, or lengths, that are none of the weights' own. */
const falseClaims: [string, string, readonly (string | number)[], (value: number) => unknown, RegExp][] = [
  [
    "a bound lower than rounding explains",
    "regression",
    ["record", "bounds", 0, "value"],
    (v) => v * (1 - 1e-11),
    /it gives the bound/,
  ],
  [
    "a bound higher than rounding explains",
    "regression",
    ["record", "bounds", 0, "value"],
    (v) => v * (1 + 1e-11),
    /it gives the bound/,
  ],
  [
    "a finite bound as infinite",
    "regression",
    ["record", "bounds", 0, "value"],
    () => null,
    /it gives the bound "path-norm" as null, but its weights have \d/,
  ],
  [
    "a ResNet's second bound",
    "classes",
    ["record", "bounds", 1, "value"],
    (v) => v * 0.9,
    /it gives the bound/,
  ],
  [
    "a bound of an MLP's for a ResNet",
    "classes",
    ["record", "bounds", 0, "name"],
    () => "path-norm",
    /no such bound/,
  ],
  [
    "a bound of another kind",
    "regression",
    ["record", "bounds", 0, "kind"],
    () => "lower bound",
    /its record/,
  ],
  ["a bound for other inputs", "regression", ["record", "bounds", 0, "inputNorm"], () => "2", /its record/],
  [
    "a bound for other outputs",
    "regression",
    ["record", "bounds", 0, "outputNorm"],
    () => "inf",
    /its record/,
  ],
  [
    "other parameters",
    "regression",
    ["record", "parameters"],
    (v) => v - 1,
    /it speaks of \d+ parameters, but its tensors hold/,
  ],
  [
    "zeros that are none",
    "regression",
    ["record", "sparsity"],
    () => 0.5,
    /it gives the sparsity as 0.5, but its weights have 0\.$/,
  ],
  [
    "another near-sparsity",
    "ensemble",
    ["record", "nearSparsity"],
    (v) => v + 1e-3,
    /it gives the near-sparsity/,
  ],
  [
    "more zeros than pruning left room for",
    "pruned",
    ["record", "sparsity"],
    (v) => v + 0.2,
    /it gives the sparsity/,
  ],
  ["less than no zeros", "pruned", ["record", "sparsity"], () => -0.1, /it gives the sparsity/],
  ["a near-sparsity above 1", "pruned", ["record", "nearSparsity"], () => 1.5, /it gives the near-sparsity/],
  [
    "more parameters before pruning",
    "pruned",
    ["record", "pruning", "removed", 0, "parameters", "before"],
    (v) => v + 1,
    /what it says was removed/,
  ],
  [
    "other parameters after pruning",
    "pruned",
    ["record", "pruning", "removed", 0, "parameters", "after"],
    (v) => v + 1,
    /what it says was removed/,
  ],
  [
    "other inputs after pruning",
    "pruned",
    ["record", "pruning", "removed", 0, "inputs", "after"],
    (v) => v + 1,
    /what it says was removed/,
  ],
  [
    "other units after pruning",
    "pruned",
    ["record", "pruning", "removed", 0, "units", "after", 0],
    (v) => v + 1,
    /what it says was removed/,
  ],
  [
    "fewer inputs before pruning than after",
    "pruned",
    ["record", "pruning", "removed", 0, "inputs"],
    () => ({ before: 0, after: models.pruned.members[0].inputs.length }),
    /what it says was removed/,
  ],
  [
    "a removal from a network too many",
    "pruned",
    ["record", "pruning", "removed", 1],
    () => ({
      inputs: { before: 1, after: 1 },
      units: { before: [], after: [] },
      parameters: { before: 1, after: 1 },
    }),
    /removed from 2 networks, but has 1/,
  ],
  ["another width", "regression", ["record", "width"], (v) => v + 1, /speaks of depth 2 and width 9/],
  ["another depth", "classes", ["record", "depth"], (v) => v + 1, /speaks of depth 3 and width 8/],
  [
    "a width that pruning could not have led from",
    "pruned",
    ["record", "width"],
    (v) => v - 1,
    /speaks of depth/,
  ],
  [
    "another length",
    "regression",
    ["lengths", 0, 0, 0],
    (v) => v * 1.001,
    /it gives row 0 of layer 0 a length/,
  ],
  [
    "a smaller length of an output",
    "classes",
    ["lengths", 0, 3, 1],
    (v) => v * 0.999,
    /it gives row 1 of layer 3 a length/,
  ],
  [
    "a smaller length than a pruned row",
    "pruned",
    ["lengths", 0, 0, 0],
    (v) => v * 0.1,
    /it gives row \d of layer 0 a length/,
  ],
  [
    "a length too many",
    "regression",
    ["lengths", 0, 0, 1],
    () => 1,
    /it gives layer 0 2 lengths, but 1 belong there/,
  ],
  [
    "lengths of another parametrization",
    "two classes",
    ["record", "parametrization", "hidden"],
    () => "plain",
    /it gives layer 0 8 lengths, but 0 belong there/,
  ],
];

const valueAt = (payload: unknown, path: readonly (string | number)[]) =>
  path.reduce((part, key) => (part as Record<string | number, unknown>)[key], payload);

describe("what a file says of its weights", () => {
  test.each(falseClaims)(
    "is refused where it is not theirs: %s (%s)",
    async (_, name, path, claim, sentence) => {
      const bytes = tampered(models[name], (copy) => setAt(copy, path, claim(valueAt(copy, path) as number)));
      expect(await refusal(() => loadModel(bytes, "bad"))).toMatch(sentence);
    },
  );

  test("is theirs where another program rounded a bound otherwise, and the model then has our own", () => {
    for (const name of Object.keys(models)) {
      const { bounds } = models[name].record;
      for (const factor of [1 - 2e-15, 1 + 2e-15]) {
        const bytes = tampered(models[name], (copy) => {
          for (const b of bounds.keys())
            setAt(copy, ["record", "bounds", b, "value"], bounds[b].value * factor);
        });
        expect(loadModel(bytes, "a.safetensors").record.bounds).toEqual(bounds);
      }
    }
  });

  test("is never below the weights' own bound in exact arithmetic", () => {
    const { members, record } = loadModel(saveModel(models.regression), "a.safetensors");
    const exact = sumOf(exactSensitivities(members[0].network, "path-norm", [1, 1]));
    expect(isAtMost(exact, record.bounds[0].value)).toBe(true);
  });
});

test("a network whose bound is beyond float64 is saved, loaded and inspected, and its bound is Infinity", () => {
  const [member] = models.regression.members;
  const layers = member.network.layers.map((layer) => ({
    ...layer,
    weight: new Float32Array(layer.rows * layer.columns).fill(3e38),
  }));
  // Deep enough that the product of its weights overflows.
  const hidden = layers[1] as FoldedDense;
  const network: FoldedNetwork = {
    architecture: "mlp",
    layers: [layers[0], ...Array(8).fill(hidden), layers[2]] as FoldedDense[],
  };
  const trained = { networks: [network], lengths: [network.layers.map(() => [])], inputs: member.inputs };
  const { members, figures } = assemble([trained], null);
  expect(figures.bounds).toMatchObject([{ name: "path-norm", value: Number.POSITIVE_INFINITY }]);
  const model: TabularModel = {
    ...models.regression,
    members,
    record: {
      ...models.regression.record,
      ...figures,
      depth: 9,
      network: "mlp",
      parametrization: { hidden: "plain", output: "plain" },
      seconds: 0,
    },
  };
  const loaded = loadModel(saveModel(model), "a.safetensors");
  expect(loaded).toEqual(model);
  expect(inspectModel(loaded).bounds[0].value).toBe(Number.POSITIVE_INFINITY);
  for (const value of [1e308, 0, 5]) {
    const bytes = tampered(model, (copy) => setAt(copy, ["record", "bounds", 0, "value"], value));
    expect(() => loadModel(bytes, "bad")).toThrow(
      `it gives the bound "path-norm" as ${value}, but its weights have Infinity.`,
    );
  }
});

test("an unpruned network's zeros are counted, whatever its file says", () => {
  const [member] = models.regression.members;
  const layers = member.network.layers.map((layer) => ({
    ...(layer as FoldedDense),
    weight: (layer as FoldedDense).weight.map((w, k) => (k % 4 === 0 ? 0 : w)),
  }));
  const lengths = layers.map(() => []);
  const { members, figures } = assemble(
    [{ ...member, networks: [{ architecture: "mlp", layers }], lengths: [lengths] }],
    null,
  );
  expect(figures.sparsity).toBeGreaterThan(0.2);
  const record = {
    ...models.regression.record,
    ...figures,
    network: "mlp",
    parametrization: { hidden: "plain", output: "plain" },
  } as const;
  const model: TabularModel = { ...models.regression, members, record };
  expect(loadModel(saveModel(model), "a.safetensors").record.sparsity).toBe(figures.sparsity);
  for (const value of [0, 0.9]) {
    const bytes = tampered(model, (copy) => setAt(copy, ["record", "sparsity"], value));
    expect(() => loadModel(bytes, "bad")).toThrow(
      `it gives the sparsity as ${value}, but its weights have 0.2`,
    );
  }
});

test("whatever bits of a file are flipped and wherever it is cut, it is a model or refused in a sentence", async () => {
  const random = createRandom(5);
  const files = Object.values(models).map(saveModel);
  let refused = 0;
  for (let trial = 0; trial < 4_000; trial++) {
    const original = files[trial % files.length];
    const start = 8 + Number(new DataView(original.buffer).getBigUint64(0, true));
    const end = trial % 7 === 0 ? Math.floor(random.next() * original.length) : original.length;
    const bytes = original.slice(0, end);
    // Nearly all that can go wrong is in the header.
    const reach = trial % 3 === 0 ? end : Math.min(end, start);
    for (let flips = 0; flips <= trial % 3 && reach > 0; flips++) {
      bytes[Math.floor(random.next() * reach)] ^= 1 << Math.floor(random.next() * 8);
    }
    try {
      const model = loadModel(bytes, "m.safetensors");
      saveModel(model);
      inspectModel(model);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      expect(error.message).toMatch(/^m\.safetensors [\s\S]*\.$/);
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(2_000);
  expect(refused).toBeLessThan(4_000);
});
