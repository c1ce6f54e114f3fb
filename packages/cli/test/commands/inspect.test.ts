import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { psilon } from "../support/psilon.js";
import { trainSmall } from "../support/smallModels.js";
import { smallCsv } from "../support/tables.js";

const folder = temporaryFolder();
const cwd = folder.path;

folder.write("data.csv", smallCsv());
beforeAll(() => trainSmall(cwd, "y", "kind"));

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
