import { frameFrom, trainModel } from "psilon";
import { expect, it } from "vitest";
import { trainingText } from "../../src/render/training.js";

it("what share of rows is certified is never rounded up, beside that of training on the rows alone", async () => {
  const rows = Array.from({ length: 20 }, (_, i) => ({ x: i, y: (7 * i) % 5 }));
  const options = { preset: "fast", lambda: 1e-3, epochs: 1, width: 4 } as const;
  const model = await trainModel(frameFrom(rows), "y", options);
  const [trial] = model.record.lambdaGrid;
  const text = (certified: number) => {
    const worst = { method: "interval", share: 0.25, ramp: 0.5 } as const;
    const grid = [
      { ...trial, certified: 0.25 },
      { ...trial, lambda: 1, certified, worst, plain: true, chosen: true } as const,
    ];
    const record = { ...model.record, objective: { radius: 0.1, tolerance: 1 }, lambdaGrid: grid };
    const summary = { data: "a.csv", trainRows: 20, gain: null, test: null, guarantee: null, out: "m.st" };
    return trainingText({ ...summary, model: { ...model, record } });
  };
  const how =
    "λ = 1, interval bounds, 25.0 % of the loss on the rows themselves, boxes growing over 50.0 % of the steps, plain weights (chosen)";
  expect(text(2999 / 3000)).toMatch(/plain +[\d.]+ +25\.0 % +λ = 0\.001\n/);
  expect(text(2999 / 3000)).toMatch(/on the worst case +[\d.]+ +99\.9 %\n/);
  expect(text(1)).toMatch(/on the worst case +[\d.]+ +100\.0 %\n/);
  expect(text(1).replace(/\n +/g, " ")).toContain(how);
  expect(text(1)).toMatch(/^λ +0\.001, that of training on the worst case$/m);
  expect(text(1)).toContain("certified while every number moves by 0.1 standard deviations\n");
});

it("what pruning gained in time is said only where it is a gain", async () => {
  const rows = Array.from({ length: 20 }, (_, i) => ({ x: i, y: (7 * i) % 5 }));
  const options = { preset: "fast", lambda: 1e-3, epochs: 1, width: 4 } as const;
  const model = await trainModel(frameFrom(rows), "y", options);
  const text = (before: number, after: number) => {
    const [units, bytes] = [
      { before: 8, after: 4 },
      { before: 4000, after: 2000 },
    ];
    const gain = { units, bytes, milliseconds: { before, after } };
    const summary = { data: "a.csv", trainRows: 20, test: null, guarantee: null, out: "m.st" };
    return trainingText({ ...summary, model, gain });
  };
  expect(text(0.42, 0.14)).toMatch(/^ +8 → 4 hidden units, 4 → 2 kB, 1,000 rows in 0\.42 → 0\.14 ms$/m);
  expect(text(0.14, 0.42)).toMatch(/^ +8 → 4 hidden units, 4 → 2 kB$/m);
  expect(text(0.144, 0.141)).toMatch(/ 4 → 2 kB$/m);
});
