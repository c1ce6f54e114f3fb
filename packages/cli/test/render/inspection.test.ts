import { frameFrom, inspectModel, trainModel } from "psilon";
import { describe, expect, it } from "vitest";
import { inspectionText } from "../../src/render/inspection.js";
import { partialDependenceText } from "../../src/render/partialDependence.js";
import { figureAbove } from "../../src/render/text.js";

describe("an inspected model", () => {
  it("promises for a category what a missing cell can do as well, and for three classes a logit", async () => {
    const rows = Array.from({ length: 40 }, (_, i) => ({
      color: ["red", "green", null][i % 3],
      y: "abc"[i % 3],
    }));
    const options = { preset: "fast", lambda: 1e-3, epochs: 2, width: 4 } as const;
    const model = await trainModel(frameFrom(rows), "y", options);
    const report = inspectModel(model);
    const [{ change, missing }] = report.columns;
    expect(missing).toBeGreaterThan(0.01 * change);
    const text = inspectionText("m.safetensors", model, report, null);
    expect(text).toContain("in each class's logit:\n");
    expect(text).toMatch(/^color( +–){3} /m);
    expect(text).toContain(`${figureAbove(change + missing)}  █`);
  });

  it("shows columns by how much of the score they carry, with a bar for none that lower it when shuffled", async () => {
    const rows = Array.from({ length: 40 }, (_, i) => ({ a: i, b: (i * 7) % 40, y: 3 * i }));
    const model = await trainModel(frameFrom(rows), "y", {
      preset: "fast",
      lambda: 1e-3,
      epochs: 2,
      width: 4,
    });
    const report = inspectModel(model);
    const of = (column: string, mean: number) => {
      const interval = [mean - 0.25, mean + 0.25] as const;
      return { column, mean, std: 0.25, interval, perRepeat: [mean, mean] };
    };
    const about = { data: "d.csv", metric: "r2", score: 0.875, rows: 1000, repeats: 2 } as const;
    const dependences = ["a", "b"].map((column) => ({
      column,
      kind: "numeric" as const,
      outputs: ["y"],
      rows: 1000,
      points: [2, -1.5, 0].map((average, value) => ({ value, average: [average] })),
    }));
    const found = (columns: ReturnType<typeof of>[]) => ({
      importance: { ...about, columns },
      dependences,
      guarantee: null,
    });
    const text = (columns: ReturnType<typeof of>[]) => inspectionText("m.st", model, report, found(columns));
    const shown = text([of("b", 0.5), of("a", -0.125)]);
    expect(shown).toContain("On 1,000 rows of d.csv, R² is 0.875. Of each column:\n");
    expect(shown).toContain("falls when it is shuffled (mean ± its 95 % interval over 2 shuffles)\n");
    expect(shown).toContain("when all rows have one of its values (partial dependence)\n");
    const fewer = {
      ...found([of("b", 0.5)]),
      dependences: dependences.map((one) => ({ ...one, rows: 500 })),
    };
    expect(inspectionText("m.st", model, report, fewer)).toContain(" when 500 of these rows have one of its");
    expect(shown).toMatch(/^ +importance +mean prediction +sensitivity$/m);
    expect(shown).toMatch(
      /^b +0\.5 ± 0\.25 +-1\.5 … 2 +[\d.]+ +1 std {2}█{24}\na +-0\.125 ± 0\.25 +-1\.5 … 2 +[\d.]+ +1 std$/m,
    );
    expect(text([of("b", 0), of("a", -0.125)])).toMatch(/^b +0 ± 0\.25 +-1\.5 … 2 +[\d.]+ +1 std$/m);
    const [first, ...others] = report.columns;
    const irrelevant = { ...report, columns: [{ ...first, irrelevant: true }, ...others] };
    expect(inspectionText("m.st", model, irrelevant, found([of(first.column, 0)]))).toMatch(
      / {2}proved not to matter$/m,
    );
  });
});

describe("partial dependence", () => {
  it("shows each value as the table has it, and numbers so that they can be told apart", () => {
    const curve = (values: (number | boolean | string | Date | null)[]) => ({
      column: "x",
      kind: "numeric" as const,
      outputs: ["y"],
      rows: 3,
      points: values.map((value, i) => ({ value, average: [i / 3] })),
    });
    const text = partialDependenceText("d.csv", [
      curve([2003.25, 2003.5, null]),
      curve([new Date("2024-02-29"), new Date("2024-03-01T12:00Z")]),
      curve([false, true]),
    ]);
    expect(text).toBe(
      [
        "The mean prediction when all 3 rows of d.csv have one value of x:",
        "x             y",
        "2003.25       0",
        "2003.5   0.3333",
        "missing  0.6667",
        "",
        "The mean prediction when all 3 rows of d.csv have one value of x:",
        "x                      y",
        "2024-02-29             0",
        "2024-03-01 12:00  0.3333",
        "",
        "The mean prediction when all 3 rows of d.csv have one value of x:",
        "x           y",
        "false       0",
        "true   0.3333",
        "",
      ].join("\n"),
    );
  });
});
