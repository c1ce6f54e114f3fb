import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { psilon } from "../support/psilon.js";
import { trainSmall } from "../support/smallModels.js";
import { smallCsv } from "../support/tables.js";

const folder = temporaryFolder();
const cwd = folder.path;

folder.write("data.csv", smallCsv());
folder.write("more.csv", smallCsv(15));
beforeAll(() => trainSmall(cwd, "y"));

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

  it("takes whole units, and refuses to where rows keep their norms", async () => {
    const units = ["--prune", "0.5", "--pruning", "filter-l2", "--scope", "layer", "--json"];
    const train = (network: string, out: string) =>
      psilon(
        [
          "train",
          "data.csv",
          "--target",
          "y",
          "--preset",
          "fast",
          "--network",
          network,
          "--out",
          out,
          ...units,
        ],
        { cwd },
      );
    const { code, stdout } = await train("mlp", "units.safetensors");
    expect(code).toBe(0);
    const { before, after } = JSON.parse(stdout).pruning.removed[0].units;
    before.forEach((units: number, l: number) => {
      expect(after[l]).toBeLessThanOrEqual(units / 2);
    });
    const refused = await train("net", "none.safetensors");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(
      /^error: The rule "filter-l2" makes whole rows 0, and "l1-shared" weights keep the norms of their rows/,
    );
  });
});
