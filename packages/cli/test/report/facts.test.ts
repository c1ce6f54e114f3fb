import { frameFrom, type TabularModel, trainModel } from "psilon";
import { beforeAll, describe, expect, it } from "vitest";
import { accuracyCurve } from "../../src/accuracyCurve.js";
import { guaranteeIn } from "../../src/report/facts/certified.js";
import { gatherFacts, type ReportFacts } from "../../src/report/facts/facts.js";
import { likenessOf } from "../../src/report/facts/likeness.js";
import { reliabilityOf } from "../../src/report/facts/reliability.js";
import { weightGrids } from "../../src/report/facts/weightGrids.js";
import { reportPage } from "../../src/report/page.js";
import { columns } from "../../src/report/sections/columns.js";
import { temporaryFolder } from "../support/folder.js";
import { markupFaults } from "../support/wellFormed.js";

const folder = temporaryFolder();
const rows = Array.from({ length: 120 }, (_, i) => ({
  a: i / 40 - 1,
  c: ["left", "right", "up"][i % 3],
  y: i / 40 + (i % 3 === 1 ? 2 : 0),
}));
const frame = frameFrom(rows);
const small = { preset: "fast", width: 8, depth: 1, epochs: 20, lambda: 1e-3 } as const;

let model: TabularModel;
beforeAll(async () => {
  model = await trainModel(frame, "y", small);
});

describe("how rows compare with those learned from", () => {
  it("tells what is missing and new in each column, and what the target is on average", () => {
    const later = frameFrom([
      { a: 5, c: "down", y: 1 },
      { a: 0, c: null, y: 2 },
      { a: null, c: "left", y: 3 },
      { a: -9, c: "up", y: 4 },
    ]);
    const { columns, targets } = likenessOf(model, later, Float64Array.of(1, 2, 3, 4));
    expect(columns).toEqual([
      { column: "a", missingLearned: 0, missingHere: 0.25, newValues: 0.5 },
      { column: "c", missingLearned: 0, missingHere: 0.25, newValues: 0.25 },
    ]);
    expect(targets).toEqual([{ name: "y", learned: model.record.constant?.[0], here: 2.5 }]);
  });

  it("knows nothing of a model that keeps nothing of its rows", () => {
    const { constant: _, ...record } = model.record;
    const schema = { ...model.schema, rows: { read: 0, used: 0 } };
    const { columns, targets } = likenessOf({ ...model, schema, record }, frame, Float64Array.of(1));
    expect(columns[0]).toEqual({ column: "a", missingLearned: null, missingHere: 0, newValues: null });
    expect(targets).toEqual([{ name: "y", learned: null, here: 1 }]);
  });
});

describe("whether predictions can be taken at their word", () => {
  it("draws some residuals, spread evenly, of each target", () => {
    const truth = Float64Array.from({ length: 1000 }, (_, i) => i);
    const values = truth.map((y) => y - 1);
    const found = reliabilityOf(model, truth, { task: "regression", targets: ["y"], values });
    if (found.of !== "numbers") expect.fail();
    const [{ target, points }] = found.residuals;
    expect(target).toBe("y");
    expect(points.length).toBe(334);
    expect(points.slice(0, 2)).toEqual([
      { predicted: -1, residual: 1 },
      { predicted: 2, residual: 1 },
    ]);
  });

  it("counts the rows at or below each quantile", async () => {
    const quantiles = await trainModel(frame, "y", { ...small, quantile: [0.1, 0.9] });
    const values = Float64Array.of(0, 2, 0, 2, 0, 2, 0, 2);
    const found = reliabilityOf(quantiles, Float64Array.of(0, 1, 2, 3), {
      task: "regression",
      targets: ["y_0.1", "y_0.9"],
      values,
    });
    expect(found).toEqual({
      of: "quantiles",
      levels: [
        { name: "y_0.1", level: 0.1, below: 0.25 },
        { name: "y_0.9", level: 0.9, below: 0.75 },
      ],
    });
  });
});

describe("where weights are that are not 0", () => {
  it("is told weight by weight, of a pair where either is, and of large matrices part by part", () => {
    const weight = (length: number, at: readonly number[]) =>
      Float32Array.from({ length }, (_, i) => (at.includes(i) ? 1 : 0));
    const dense = {
      kind: "dense",
      rows: 1,
      columns: 3,
      weight: weight(3, [1]),
      bias: weight(1, []),
    } as const;
    const pair = {
      ...({ kind: "pair", residual: false, rows: 2, columns: 2, bias: weight(2, []) } as const),
      ...{ positive: weight(4, [0]), negative: weight(4, [0, 3]) },
    };
    const large = {
      kind: "dense",
      rows: 1,
      columns: 65,
      weight: weight(65, [0, 64]),
      bias: weight(1, []),
    } as const;
    const network = { architecture: "mlp", layers: [dense, pair, large] } as const;
    const grids = weightGrids({ ...model, members: [{ ...model.members[0], network }] });
    expect(grids.slice(0, 2)).toEqual([
      { side: 1, shares: [[0, 1, 0]] },
      {
        side: 1,
        shares: [
          [1, 0],
          [0, 1],
        ],
      },
    ]);
    expect(grids[2]).toEqual({ side: 2, shares: [[0.5, ...new Array(31).fill(0), 1]] });
  });
});

describe("certified accuracy", () => {
  it("is told at every radius at which it changes, ascending, and not at radii without end", () => {
    const radii = [0.3, null, 0.1, Number.POSITIVE_INFINITY, 0.3].map((together, row) => ({
      row,
      together,
      alone: {},
    }));
    const right = new Map(radii.map(({ row }) => [row, row !== 2]));
    expect(accuracyCurve(radii, right)).toEqual([
      { radius: 0, certified: 0.8, certifiedAndRight: 0.6 },
      { radius: 0.1, certified: 0.8, certifiedAndRight: 0.6 },
      { radius: 0.3, certified: 0.6, certifiedAndRight: 0.6 },
    ]);
  });
});

describe("what is certified of classes", () => {
  const radii = (...all: readonly (number | null)[]) =>
    all.map((together, row) => ({ row, together, alone: {} }));
  const right = (wrong: number, count: number) =>
    new Map(Array.from({ length: count }, (_, row) => [row, row !== wrong]));

  it("is told of half of the rows and at 0.1 by the same radii as the curve", () => {
    const found = guaranteeIn(radii(0.3, 0.05, null, 0.1), right(0, 4), 9);
    expect(found).toMatchObject({ rows: 4, drawnFrom: 9, radius: 0.1, numbers: [] });
    expect(found?.classes).toEqual({ middleRadius: 0.1, certified: 0.5, certifiedAndRight: 0.25 });
  });

  it("is nothing where most rows have no radius, and where there are no rows", () => {
    expect(guaranteeIn(radii(0.3, null, null), right(9, 3), 3)?.classes?.middleRadius).toBeNull();
    expect(guaranteeIn([], new Map(), 0)).toBeNull();
  });
});

describe("a page of facts", () => {
  const looking = {
    ...{ tolerance: 1, fair: {}, monotone: [], seed: 0, threads: 1 },
    ...{ signal: new AbortController().signal, onProgress: () => {} },
  };
  const all = Int32Array.from(rows.keys());
  const factsOf = (of: TabularModel): Promise<ReportFacts> => {
    const path = folder.write("model", "bytes");
    const asked = { model: path, data: "no file", date: null, command: "psilon report" };
    return gatherFacts(asked, of, frame, { ...looking, labelled: all, drawn: all.slice(0, 20) });
  };

  it("says of a network that was trained elsewhere what is not known of it", async () => {
    const { constant: _, history: __, ...record } = model.record;
    const elsewhere = { ...record, rows: 0, epochs: 0, lambdaGrid: [], optimizer: [], validation: null };
    const facts = await factsOf({ ...model, record: elsewhere });
    expect(facts.about.training).toBeNull();
    const page = await reportPage(facts);
    expect(markupFaults(page)).toEqual([]);
    expect(page).toContain("The network was not trained by psilon");
    expect(page).toContain("has no scores on held-out rows");
    expect(page).toContain("does not tell from how many rows it learned");
    expect(page).not.toMatch(/preset|λ is chosen/);
  });

  it("says of a network that was imported from where, and what a standard deviation is", async () => {
    const imported = { file: "net.onnx", producer: "pytorch 2.9" };
    const page = await reportPage(await factsOf({ ...model, record: { ...model.record, imported } }));
    expect(page).toContain("<dt>imported</dt><dd>from net.onnx, by pytorch 2.9</dd>");
    // In the Summary, what columns do, certified accuracy twice, and bounds.
    expect(page.match(/A standard deviation is here what the network divides a column by/g)).toHaveLength(5);
    expect(page).not.toMatch(/deviations? (is that of|over) the rows learned from/);
    const own = await reportPage(await factsOf(model));
    expect(own.match(/A standard deviation is that of the rows learned from/g)).toHaveLength(5);
  });

  it("says when quantiles are right", async () => {
    const quantiles = await trainModel(frame, "y", { ...small, quantile: [0.1, 0.9] });
    const page = await reportPage(await factsOf(quantiles));
    expect(page).toContain(
      "quantiles count as the same within 1 of the target&#39;s units, and as right where the true value lies between the lowest and the highest, or within 1 of the target&#39;s units of one of these two",
    );
    expect(page).toContain("true value among the quantiles, and certified");
    expect(page).not.toMatch(/as the same, and as right, within|near the true value/);
  });

  it("computes nothing: facts that went through JSON make the same page", async () => {
    const facts = await factsOf(model);
    expect(await reportPage(JSON.parse(JSON.stringify(facts)))).toBe(await reportPage(facts));
  });

  it("has no curves of a training that was stopped before an epoch was over", async () => {
    const facts = await factsOf(model);
    const none = { epochs: [], loss: [], rate: [] };
    const record = { ...facts.record, history: { networks: [none], search: [] } };
    const page = await reportPage({ ...facts, record });
    expect(page).toContain("stopped before an epoch was over");
    expect(page).not.toContain("undefined");
  });

  it("says of how many classes and values a picture shows some", async () => {
    const facts = await factsOf(model);
    const outputs = Array.from({ length: 13 }, (_, k) => `class ${k}`);
    const [dependence] = facts.dependences;
    const points = Array.from({ length: 20 }, (_, i) => ({
      value: `v${i}`,
      average: outputs.map((_, k) => i * k),
    }));
    const wide = { ...dependence, column: "c", kind: "categorical" as const, outputs, points };
    const target = { task: "classification", name: "y", classes: outputs } as const;
    const { markup } = await columns.body({ ...facts, target, dependences: [wide] });
    expect(markup).toContain(
      "Mean probability of the 6 of 13 classes that it moves most by c, 16 of 20 values",
    );
  });

  it("cuts long tables, and says so", async () => {
    const facts = await factsOf(model);
    const [column] = facts.likeness.columns;
    const columns = Array.from({ length: 90 }, (_, i) => ({ ...column, column: `c${i}` }));
    const page = await reportPage({ ...facts, likeness: { ...facts.likeness, columns } });
    expect(page).toContain('<th scope="row">c59</th>');
    expect(page).not.toContain('<th scope="row">c60</th>');
    expect(page).toContain("… and 30 more; --json has them all.");
  });
});
