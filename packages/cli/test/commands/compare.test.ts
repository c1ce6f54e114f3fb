import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { psilon } from "../support/psilon.js";
import { smallCsv } from "../support/tables.js";

const folder = temporaryFolder();
const cwd = folder.path;

folder.write("data.csv", smallCsv());

describe("psilon compare", () => {
  const settings = ["--width", "8", "--depth", "1", "--epochs", "5", "--folds", "3", "--seed", "1"];

  it("prints a line for every combination and writes charts of its training", async () => {
    const { code, stdout, stderr } = await psilon(
      ["compare", "data.csv", "--target", "y", ...settings, "--over", "optimizer=adam,padam", "p=0.5,1"],
      { cwd },
    );
    expect([code, stderr]).toEqual([0, "Training\n"]);
    const lines = stdout.split("\n").filter((line) => /^(adam|padam) /.test(line));
    expect(lines.map((line) => line.split(/ +/).slice(0, 2))).toEqual([
      ["adam", "–"],
      ["padam", "0.5"],
      ["padam", "1"],
    ]);
    expect(lines[0]).toMatch(/^adam +– +[\d.]+ ± [\d.]+ /);
    const charts = JSON.parse(readFileSync(join(cwd, "comparison.vl.json"), "utf8"));
    expect(charts.$schema).toMatch(/vega-lite/);
    expect(
      charts.concat.map(({ encoding }: { encoding: { y: { field: string } } }) => encoding.y.field),
    ).toEqual(["loss", "validation", "bound", "sparsity", "condition"]);
    expect(charts.data.values).toHaveLength(3 * 5);
    expect(charts.data.values[0]).toMatchObject({ member: "optimizer adam", epoch: 1 });
  });

  it("takes a setting for all that some of the combinations do without", async () => {
    const { code, stdout, stderr } = await psilon(
      [
        ...["compare", "data.csv", "--target", "y", ...settings, "--json"],
        ...["--over", "optimizer=adam,padam", "--decay", "1e-3"],
      ],
      { cwd },
    );
    expect([code, stderr]).toEqual([0, "Training\n"]);
    expect(JSON.parse(stdout).entries.map(({ choices }: { choices: object }) => choices)).toEqual([
      { optimizer: "adam" },
      { optimizer: "padam" },
    ]);
  });

  it("prints one JSON object, and what was left out with its reason", async () => {
    const { code, stdout } = await psilon(
      [
        ...["compare", "data.csv", "--target", "kind", ...settings, "--prune", "0.5", "--json"],
        ...[
          "--over",
          "pruning=magnitude,l1-projection",
          "parametrization=l1-shared,l2-row",
          "--charts",
          "c.json",
        ],
      ],
      { cwd },
    );
    expect(code).toBe(0);
    const { entries, refused, task, folds, charts } = JSON.parse(stdout);
    expect({ task, folds, charts }).toEqual({ task: "classification", folds: 3, charts: "c.json" });
    expect(entries.map(({ choices }: { choices: object }) => choices)).toEqual([
      { pruning: "magnitude", parametrization: "l1-shared" },
      { pruning: "magnitude", parametrization: "l2-row" },
      { pruning: "l1-projection", parametrization: "l1-shared" },
    ]);
    expect(entries[0].scores.accuracy.perSplit).toHaveLength(3);
    for (const { sparsity } of entries) expect(sparsity.mean).toBeCloseTo(0.5, 1);
    expect(refused).toMatchObject([{ choices: { pruning: "l1-projection", parametrization: "l2-row" } }]);
  });

  it.each([
    [
      "parametrisation=l1-shared",
      'There is no setting to compare "parametrisation"; did you mean "parametrization"?',
    ],
    ["p=a", 'The option --over needs numbers for p, but "a" was given.'],
    ["parametrization=l3", /^The parametrization is one of l1-shared, .*, but "l3" was given\.$/],
  ])("refuses --over %s", async (over, sentence) => {
    const { code, stdout, stderr } = await psilon(
      ["compare", "data.csv", "--target", "y", ...settings, "--over", over],
      { cwd },
    );
    expect([code, stdout]).toEqual([2, ""]);
    const shown = stderr.replace(/^error: /, "").trimEnd();
    if (typeof sentence === "string") expect(shown).toBe(sentence);
    else expect(shown).toMatch(sentence);
  });
});
