import { beforeAll, describe, expect, test } from "vitest";
import { boundedModel } from "../../src/bounds/boundedModel.ts";
import { classDemands } from "../../src/bounds/demand.ts";
import { boundaryOf } from "../../src/certify/boundary.ts";
import { certifyTable } from "../../src/certify/certifyTable.ts";
import { certifiedRadii } from "../../src/certify/radii.ts";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import { labelsOf } from "../../src/fit/labels.ts";
import { probabilities } from "../../src/fit/outputs.ts";
import { predictTable } from "../../src/models/predictTable.ts";
import type { TabularModel } from "../../src/models/tabularModel.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import type { ClassTarget } from "../../src/preprocess/target.ts";
import type { Frame } from "../../src/tables/frame.ts";
import { frameFrom, type Row } from "../../src/tables/frameFrom.ts";
import { quick, rowOf } from "../support/synthetic.ts";
import { layers } from "./handMade.ts";
import { byThreshold, features, tableOf } from "./models.ts";

let backend: Backend;
let model: TabularModel;
const table = tableOf(features(16, 5));
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
  model = await trainModel(tableOf(features(150, 1), "sign"), "sign", { ...quick, width: 8, epochs: 30 });
});

const labels = (own: TabularModel, frame: Frame): string[] => {
  const found = predictTable(backend, own, frame);
  return found.task === "classification" ? Array.from(found.labels, (label) => found.classes[label]) : [];
};

/** Rows all over the box of `radius` standard deviations around a row, its corners among them. */
function gridAround(row: Row, { encoder }: TabularModel, radius: number, steps: number): Row[] {
  const moving = encoder.columns.filter(({ name, kind }) => kind === "numeric" && row[name] !== null);
  return moving.reduce<Row[]>(
    (rows, column) =>
      rows.flatMap((one) =>
        Array.from({ length: steps + 1 }, (_, k) => {
          const [x, std] = [Number(row[column.name]), column.kind === "numeric" ? column.std : 0];
          // Inwards by less than a millionth, so that no end is rounded out of the box.
          const shift = (1 - 1e-9) * radius * std * ((2 * k) / steps - 1);
          const whole = column.kind === "numeric" && column.integer;
          return { ...one, [column.name]: x + (whole ? Math.trunc(shift) : shift) };
        }),
      ),
    [row],
  );
}

describe.each([
  ["near that of many rows", 1, 0.5],
  ["low", 1, 0.02],
  ["high", 1, 0.95],
  ["of the first class", 0, 0.3],
  ["out of sight", 0, 1e-9],
] as const)("With a threshold %s", (_, positive, at) => {
  const own = () => byThreshold({ model, tolerance: undefined }, positive, at).model;

  test("no row within a certificate is labelled otherwise, and every counterexample is", async () => {
    let [certified, refuted] = [0, 0];
    for (const radius of [0.05, 0.3]) {
      const certificates = await certifyTable(backend, own(), table, { moves: { radius } });
      expect(certificates.map(({ prediction }) => prediction)).toEqual(labels(own(), table));
      for (const [i, { verdict, prediction, counterexample }] of certificates.entries()) {
        const row = rowOf(table, i);
        if (verdict === "certified") {
          certified++;
          const around = labels(own(), frameFrom(gridAround(row, model, radius, 4)));
          expect(new Set(around)).toEqual(new Set([prediction]));
        }
        if (counterexample) {
          refuted++;
          const changed = { ...row, ...counterexample.changes };
          expect(labels(own(), frameFrom([changed]))).toEqual([counterexample.prediction]);
          expect(counterexample.prediction).not.toBe(prediction);
        }
      }
    }
    expect(certified).toBeGreaterThan(4);
    if (at === 0.5) expect(refuted).toBeGreaterThan(2);
  });

  test("no row within its radius is labelled otherwise", async () => {
    const radii = await certifiedRadii(own(), table);
    for (const [i, { together }] of radii.entries()) {
      const radius = Math.min(together ?? 0, 3);
      const around = labels(own(), frameFrom(gridAround(rowOf(table, i), model, radius, 3)));
      expect(new Set(around)).toEqual(new Set(labels(own(), table).slice(i, i + 1)));
    }
  });
});

test("Verdicts follow the threshold, not the likelier class", async () => {
  const verdicts = async (positive: 0 | 1, at: number) =>
    (
      await certifyTable(backend, byThreshold({ model, tolerance: undefined }, positive, at).model, table, {
        moves: { radius: 0.3 },
      })
    ).map(({ verdict, prediction }) => `${prediction} ${verdict}`);
  const [half, low] = [await verdicts(1, 0.5), await verdicts(1, 0.02)];
  expect(low).not.toEqual(half);
  expect(low.filter((text) => text.startsWith("plus")).length).toBeGreaterThan(
    half.filter((text) => text.startsWith("plus")).length,
  );
  // The same line between the classes, told of either.
  expect(await verdicts(0, 0.98)).toEqual(low);
});

describe("On either side of the boundary's margin", () => {
  const random = createRandom(4);
  const targets = Array.from({ length: 400 }, (_, i): ClassTarget => {
    const far = 10 ** (-15 * random.next());
    return {
      task: "classification",
      name: "y",
      classes: ["a", "b"],
      ...(i % 3 > 0 && { temperature: 8 ** (2 * random.next() - 1) }),
      threshold: {
        positive: i % 2 === 0 ? 1 : 0,
        at: i % 5 === 0 ? 1e-300 ** random.next() : i % 2 ? far : 1 - far,
      },
    };
  }).filter(({ threshold }) => threshold!.at < 1);
  const labelAt = (target: ClassTarget, z: number) =>
    labelsOf(target, probabilities([z], 2, target.temperature))[0];

  test("rows are labelled as is promised, whatever probabilities round to", () => {
    for (const target of targets) {
      const { at, margin } = boundaryOf(target)!;
      expect(margin).toBeGreaterThan(0);
      for (const times of [1.0000001, 2, 10, 1e3, 1e6]) {
        expect(labelAt(target, at + times * margin)).toBe(1);
        expect(labelAt(target, at - times * margin)).toBe(0);
      }
    }
  });

  test("the margin is small where thresholds are not extreme", () => {
    for (const target of targets) {
      const { at } = target.threshold!;
      if (at > 1e-6 && at < 1 - 1e-6) expect(boundaryOf(target)!.margin).toBeLessThan(1e-3);
      if (at < 0.9) expect(boundaryOf(target)!.margin).toBeLessThan(1e-7);
    }
  });

  test("demands are those of the side that the row's own logit is on, and nothing breaks them within the margin", () => {
    for (const target of targets.filter(({ threshold }) => threshold!.at > 1e-9 && threshold!.at < 0.999)) {
      const boundary = boundaryOf(target)!;
      const { at, margin } = boundary;
      const demandAt = (z: number, line = boundary) => {
        const model = boundedModel([{ network: layers([[[0]], [z]]) }]);
        const [{ output, holds, breaks }] = classDemands(model, [0], undefined, line);
        return { label: output.minus === 0 ? 1 : 0, line: output.minus === 0 ? -holds : holds, breaks };
      };
      const [above, below] = [demandAt(at + 1), demandAt(at - 1)];
      expect([above.label, below.label]).toEqual([1, 0]);
      expect(above.line).toBeGreaterThanOrEqual(at + margin);
      expect(below.line).toBeLessThanOrEqual(at - margin);
      expect([above.breaks, below.breaks]).toEqual([margin - at, margin + at]);
      const onTheLine = { at: Math.fround(at), margin };
      expect(demandAt(Math.fround(at), onTheLine).breaks).toBe(Number.POSITIVE_INFINITY);
    }
  });
});
