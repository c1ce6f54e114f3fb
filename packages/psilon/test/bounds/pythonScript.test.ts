import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { boundedModel } from "../../src/bounds/boundedModel.ts";
import { globalBounds } from "../../src/bounds/globalBounds.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import type { FoldedNetwork } from "../../src/folded/folded.ts";
import { encodeNetworks } from "../../src/formats/networkFile.ts";
import { inspectModel } from "../../src/models/inspectModel.ts";
import { saveModel } from "../../src/models/modelFile.ts";
import { type TrainOptions, trainModel } from "../../src/models/trainModel.ts";
import { mlp, normals, resnet } from "../support/foldedNetworks.ts";
import { hasNumpy } from "../support/pythonReader.ts";
import { mixedTable, quick } from "../support/synthetic.ts";

/** What the script on the page docs/certificates.md prints for a file with these bytes. */
function runScript(bytes: Uint8Array): Record<string, number[]> {
  const page = readFileSync(new URL("../../../../docs/certificates.md", import.meta.url), "utf8");
  const script = /```python\n([\s\S]*?)```/.exec(page)![1];
  const folder = mkdtempSync(join(tmpdir(), "psilon-"));
  try {
    const path = join(folder, "m.safetensors");
    writeFileSync(path, bytes);
    const { stdout, stderr } = spawnSync("python3", ["-c", script, path], { encoding: "utf8" });
    expect(stderr).toBe("");
    const lines = stdout.trim().split("\n");
    return Object.fromEntries(
      lines.map((line) => line.split(" ")).map(([name, ...values]) => [name, values.map(Number)]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.skipIf(!hasNumpy)("The script in docs/certificates.md (needs python3 with numpy)", () => {
  const draw = normals(createRandom(1), 0.5);
  const network = (architecture: string): FoldedNetwork =>
    architecture === "monotone mlp"
      ? { ...mlp([4, 6, 1], draw, draw), slopes: Float32Array.of(0.5, 0, -1.25, 0) }
      : architecture === "mlp"
        ? mlp([4, 6, 5, 3], draw, draw)
        : resnet({ inputs: 4, width: 5, depth: 3, outputs: 3 }, draw, draw);

  test("knows what members share", () => {
    const [first, second] = [network("mlp"), network("mlp")];
    const other = { ...first, layers: [second.layers[0], first.layers[1], second.layers[2]] };
    const members = [first, other].map((one) => ({ network: one, inputs: Int32Array.of(0, 1, 2, 3) }));
    const [recomputed] = runScript(encodeNetworks({ members, payload: {} }))["path-norm"];
    expect(globalBounds(boundedModel(members))[0].atMost / recomputed).toBeCloseTo(1, 10);
  });

  test.each([
    ["mlp", 1, ["path-norm"]],
    ["mlp", 3, ["path-norm"]],
    ["monotone mlp", 1, ["path-norm"]],
    ["monotone mlp", 2, ["path-norm"]],
    ["resnet", 1, ["column", "tight", "improved"]],
    ["resnet", 3, ["column", "tight", "improved"]],
  ] as const)("recomputes the global bounds of an %s, of %i members", (architecture, count, names) => {
    const members = Array.from({ length: count }, () => ({
      network: network(architecture),
      inputs: Int32Array.of(0, 1, 2, 3),
    }));
    const recomputed = runScript(encodeNetworks({ members, payload: {} }));
    expect(Object.keys(recomputed)).toEqual(names);
    const bounds = globalBounds(boundedModel(members));
    for (const name of names) {
      const { atMost } = bounds.find(({ method, outputNorm }) => method === name && outputNorm === "1")!;
      expect(atMost).toBeGreaterThanOrEqual(recomputed[name][0] * (1 - 1e-14));
      expect(atMost).toBeLessThan(recomputed[name][0] * (1 + 1e-11));
    }
  });

  const ordered = { colour: { ordered: ["red", "green", "blue"] } };
  test.each<[string, number, TrainOptions]>([
    ["by bins", 2, { encode: "bins" }],
    ["by value and bins", 2, { encode: "both", network: "resnet" }],
    ["some of them by bins, pruned", 1, { encode: { length: "value", weight: "bins" }, prune: 0.7 }],
    ["an ordered category by bins", 3, { encode: "bins", columns: ordered }],
    ["an ordered category by value and bins", 3, { encode: "both", columns: ordered }],
  ])("recomputes what columns can do as inspection says it: %s", async (_, count, options) => {
    const model = await trainModel(mixedTable(120, ["value"]), "value", { ...quick, epochs: 10, ...options });
    const recomputed = runScript(saveModel(model));
    const said = inspectModel(model).columns.filter(({ bins }) => bins !== null);
    expect(said.length).toBe(count);
    for (const { column, perUnit, total } of said) {
      const [slope, any] = recomputed[`"${column}"`];
      expect(perUnit).toBeGreaterThanOrEqual(slope * (1 - 1e-14));
      expect(perUnit).toBeLessThan(slope * (1 + 1e-11));
      expect((total ?? Number.POSITIVE_INFINITY) / any || 1).toBeCloseTo(1, 11);
    }
  });
});
