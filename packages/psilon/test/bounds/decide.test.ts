import { beforeAll, describe, expect, test, vi } from "vitest";
import { analyse } from "../../src/bounds/analyse.ts";
import { type BoundedModel, boundedModel } from "../../src/bounds/boundedModel.ts";
import { type Box, boxAround, boxBetween, pointBox } from "../../src/bounds/box.ts";
import { decide, type Effort, float32Region, isCertified } from "../../src/bounds/decide.ts";
import { changeDemands, classDemands, type Demand, predictedAt } from "../../src/bounds/demand.ts";
import { exactMaximum } from "../../src/bounds/exact.ts";
import { globalBounds } from "../../src/bounds/globalBounds.ts";
import { changeOver, maximumOver } from "../../src/bounds/overBox.ts";
import { predictionError } from "../../src/bounds/predictionError.ts";
import { certifiedRadius } from "../../src/bounds/radius.ts";
import { searchChange, searchMaximum } from "../../src/bounds/witnessSearch.ts";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { createRandom, type Random } from "../../src/engine/random/random.ts";
import { InputError } from "../../src/errors.ts";
import type { FoldedNetwork } from "../../src/folded/folded.ts";
import { createPredictor } from "../../src/folded/predictor.ts";
import { between, mlp, normals, resnet } from "../support/foldedNetworks.ts";
import { forward } from "../support/forward.ts";

const first = { plus: 0, minus: null };
const search = { seed: 1, restarts: 3, steps: 10 };
const quick: Effort = { search, exactSeconds: null };
const thorough: Effort = { search, exactSeconds: 600 };

function randomCase(random: Random, outputs: number): { network: FoldedNetwork; box: Box } {
  const draw = normals(random);
  const network =
    random.next() < 0.5
      ? mlp([3, 5, 4, outputs], draw, draw)
      : resnet({ inputs: 3, width: 4, depth: 1, outputs }, normals(random, 0.5), draw);
  const width = [0.01, 0.1, 1][between(random, 0, 2)];
  return { network, box: boxAround(Float32Array.from({ length: 3 }, draw), Array(3).fill(width)) };
}

const withinTolerance = (model: BoundedModel, centre: Float64Array, tolerance: number) =>
  changeDemands(first, predictedAt(model, centre)(first), tolerance);

const classOf = (outputs: ArrayLike<number>): number =>
  outputs.length === 1
    ? Number(outputs[0] > 0)
    : Array.from(outputs).indexOf(Math.max(...Array.from(outputs)));

describe("A decision", () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await createBackend({ provider: "wasm", relaxedSimd: false });
  });

  const predictOne = (network: FoldedNetwork, x: ArrayLike<number>) => {
    const mark = backend.arena.mark();
    const outputs = createPredictor(backend, network).predict(Float32Array.from(x));
    backend.arena.release(mark);
    return outputs;
  };

  test.each([1, 3])(
    "on a class of %i outputs: no point changes a certified one, and a refuted one's witness does, as predicted in float32",
    async (outputs) => {
      const random = createRandom(outputs);
      const seen = { certified: 0, refuted: 0, unknown: 0 };
      for (let trial = 0; trial < 90; trial++) {
        const { network, box } = randomCase(random, outputs);
        const model = boundedModel([{ network }]);
        const demands = classDemands(model, box.centre);
        const effort = trial % 3 === 0 ? thorough : quick;
        const verdict = await decide(model, [float32Region(box)], demands, effort);
        seen[verdict.verdict]++;
        const before = classOf(predictOne(network, box.centre));
        if (verdict.verdict === "refuted") {
          const { witness, arithmetic, claim } = verdict.sample;
          expect([claim, arithmetic]).toEqual(["sampled lower bound", "float32"]);
          expect(witness.every((x, j) => x >= box.lower[j] && x <= box.upper[j])).toBe(true);
          expect(classOf(predictOne(network, witness))).not.toBe(before);
        } else if (verdict.verdict === "certified") {
          expect(verdict.guarantees).toHaveLength(Math.max(1, outputs - 1));
          for (const { claim, arithmetic, atMost } of verdict.guarantees) {
            expect([claim, arithmetic]).toEqual(["upper bound", "float32"]);
            expect(atMost).toBeLessThan(0);
          }
          for (let point = 0; point < 40; point++) {
            const x = box.lower.map((low, j) => low + random.next() * (box.upper[j] - low));
            expect(classOf(forward(network, x))).toBe(before);
          }
        }
      }
      for (const count of [seen.certified, seen.refuted]) expect(count).toBeGreaterThan(8);
    },
  );

  test("on a tolerance is certified above the exact change and refuted below it; only the exact program closes the gap", async () => {
    const random = createRandom(5);
    let closed = 0;
    for (let trial = 0; trial < 24; trial++) {
      const { network, box } = randomCase(random, 1);
      const model = boundedModel([{ network }]);
      const analysis = analyse(model, box);
      const slack = 4 * predictionError(analysis)[0];
      const { atLeast } = searchChange(model, box, first, search);
      const { atMost } = changeOver(analysis, first)[0];
      const ask = (tolerance: number, effort: Effort) =>
        decide(model, [float32Region(box)], withinTolerance(model, box.centre, tolerance), effort);
      expect((await ask(atMost + slack, { search: null, exactSeconds: null })).verdict).toBe("certified");
      if (atLeast > 2 * slack) {
        const verdict = await ask(atLeast / 2 - slack, quick);
        expect(verdict.verdict).toBe("refuted");
        if (verdict.verdict === "refuted") {
          const moved = predictOne(network, verdict.sample.witness)[0] - predictOne(network, box.centre)[0];
          expect(Math.abs(moved)).toBeGreaterThan(atLeast / 2 - slack);
        }
      }
      const between = (atLeast + atMost) / 2;
      if (atMost - atLeast > 0.05 * atMost) {
        const open = await ask(between, quick);
        expect(open.verdict).toBe("unknown");
        if (open.verdict === "unknown") {
          const demands = withinTolerance(model, box.centre, between);
          expect(open.guarantees.some(({ atMost: most }, d) => most > demands[d].holds)).toBe(true);
        }
        if ((await ask(between, thorough)).verdict !== "unknown") closed++;
      }
    }
    expect(closed).toBeGreaterThan(2);
  });

  test("is unknown where what is found, or what is proven, lies within the rounding of predictions", async () => {
    const draw = normals(createRandom(6));
    const network = mlp([3, 1], draw, draw);
    const model = boundedModel([{ network }]);
    const box = boxAround([1, 2, 3], [0.5, 0.5, 0.5]);
    const analysis = analyse(model, box);
    const [{ atMost }] = changeOver(analysis, first);
    const errorAt = (x: ArrayLike<number>) => predictionError(analyse(model, pointBox(x)))[0];
    const corners = [first, { plus: null, minus: 0 }].map(
      (output) => searchMaximum(model, box, output, search).witness,
    );
    // Both predictions round: that at the centre, and that at a witness, or anywhere in the box.
    const refuting = errorAt(box.centre) + Math.min(...corners.map((x) => errorAt(x.map(Math.fround))));
    const proving = errorAt(box.centre) + predictionError(analysis)[0];
    const ask = async (tolerance: number) => {
      const demands = withinTolerance(model, box.centre, tolerance);
      return (await decide(model, [float32Region(box)], demands, thorough)).verdict;
    };
    // The network is linear: what is found in real arithmetic is what is proven.
    expect(await ask(atMost - 0.9 * refuting)).toBe("unknown");
    expect(await ask(atMost + 0.9 * proving)).toBe("unknown");
    expect(await ask(atMost - 1.1 * refuting)).toBe("refuted");
    expect(await ask(atMost + 1.1 * proving)).toBe("certified");
  });

  test("refutes nothing at a centre that no prediction in float32 can be made for", async () => {
    const network = mlp(
      [1, 1],
      () => 1,
      () => 0,
    );
    const box = boxAround([0.1], [1]);
    const model = boundedModel([{ network }]);
    const demands = withinTolerance(model, box.centre, 0.5);
    const verdict = await decide(model, [float32Region(box)], demands, quick);
    expect(verdict.verdict).toBe("unknown");
  });
});

describe("A certified radius", () => {
  const tolerance = 0.3;

  test.each(["class", "tolerance"])(
    "is certified itself, and no smaller than the margin divided by the global bound: %s",
    (question) => {
      const random = createRandom(9);
      let found = 0;
      for (let trial = 0; trial < 16; trial++) {
        const outputs = 1 + 2 * (trial % 2);
        const { network, box } = randomCase(random, outputs);
        const model = boundedModel([{ network }]);
        const scale = [1, 0, 0.5];
        const demands: readonly Demand[] =
          question === "class"
            ? classDemands(model, box.centre)
            : withinTolerance(model, box.centre, tolerance);
        const radius = certifiedRadius(model, box.centre, demands, scale);
        const boxOf = (r: number) =>
          boxAround(
            box.centre,
            scale.map((s) => s * r),
          );
        if (radius === null || radius === 0) continue;
        found++;
        expect(isCertified(model, [boxOf(radius)], demands)).toBe(true);
        const outputsAt = forward(network, box.centre);
        const winner = classOf(outputsAt);
        const rivals =
          question === "tolerance"
            ? [{ output: first, margin: tolerance }]
            : outputs === 1
              ? [{ output: first, margin: Math.abs(outputsAt[0]) }]
              : [0, 1, 2]
                  .filter((k) => k !== winner)
                  .map((k) => ({
                    output: { plus: winner, minus: k },
                    margin: outputsAt[winner] - outputsAt[k],
                  }));
        const byMargin = Math.min(
          ...rivals.map(({ output, margin }) => {
            const { sensitivities } = globalBounds(model, output)[0];
            return margin / (sensitivities![0] + 0.5 * sensitivities![2]);
          }),
        );
        expect(radius).toBeGreaterThan(byMargin * 0.99 - 1e-4);
      }
      expect(found).toBeGreaterThan(10);
    },
  );

  test("is what is true for |x|: from 3 with a tolerance of 1 it is 1", () => {
    const network: FoldedNetwork = mlp(
      [1, 2, 1],
      () => 1,
      () => 0,
    );
    if (network.layers[0].kind === "dense") network.layers[0].weight[1] = -1;
    const model = boundedModel([{ network }]);
    const radius = certifiedRadius(model, [3], withinTolerance(model, Float64Array.of(3), 1));
    expect(radius).toBeLessThanOrEqual(1);
    expect(radius).toBeGreaterThan(0.998);
  });

  test("is infinite where the inputs that move do not matter, and null where the centre is not certified", () => {
    const network = mlp(
      [2, 1],
      () => 1,
      () => 0,
    );
    if (network.layers[0].kind === "dense") network.layers[0].weight[0] = 0;
    const model = boundedModel([{ network }]);
    const radius = (centre: number[], scale?: number[]) =>
      certifiedRadius(model, centre, classDemands(model, centre), scale);
    expect(radius([5, 1], [1, 0])).toBe(Number.POSITIVE_INFINITY);
    expect(radius([5, 0])).toBe(null);
    expect(radius([5, 2])).toBeGreaterThan(1.99);
  });
});

describe("A search", () => {
  test("finds the same witness for the same seed, and a better one where it is told of one", () => {
    const { network, box } = randomCase(createRandom(2), 1);
    const model = boundedModel([{ network }]);
    const once = searchMaximum(model, box, first, search);
    expect(searchMaximum(model, box, first, search)).toEqual(once);
    const known = searchMaximum(model, box, first, { seed: 3, restarts: 30, steps: 30 });
    const told = searchMaximum(model, box, first, { seed: 1, restarts: 0, steps: 0, known: [known.witness] });
    expect(told.atLeast).toBeGreaterThanOrEqual(known.atLeast);
    expect(once).not.toHaveProperty("atMost");
  });

  test("reaches the corner where a linear function is largest", () => {
    const network = mlp(
      [3, 1],
      () => 1,
      () => 0,
    );
    if (network.layers[0].kind === "dense") network.layers[0].weight[1] = -2;
    const { witness } = searchMaximum(
      boundedModel([{ network }]),
      boxBetween([0, 0, 0], [1, 2, 3]),
      first,
      search,
    );
    expect(witness).toEqual(Float64Array.of(1, 0, 3));
  });
});

describe("The exact program", () => {
  test("still bounds from above when its time is up, never above the local bounds", async () => {
    const random = createRandom(40);
    const draw = normals(random);
    const network = mlp([6, 24, 24, 1], normals(random, 0.6), draw);
    const model = boundedModel([{ network }]);
    const box = boxAround(Array.from({ length: 6 }, draw), Array(6).fill(1));
    const analysis = analyse(model, box);
    const { upper, lower, gap } = await exactMaximum(analysis, first, 0.5);
    const [local] = maximumOver(analysis, first);
    const found = searchMaximum(model, box, first, { seed: 1, restarts: 20, steps: 30 });
    expect(gap).toBeGreaterThan(0.01);
    expect(gap).toBe(upper.atMost - lower.atLeast);
    expect(upper.atMost).toBeLessThanOrEqual(local.atMost);
    expect(upper.atMost).toBeGreaterThanOrEqual(Math.max(found.atLeast, lower.atLeast));
  });

  test("says how to add the solver where it is missing", async () => {
    vi.resetModules();
    vi.doMock("highs", () => {
      throw new Error("Cannot find package 'highs'");
    });
    const { exactMaximum: withoutSolver } = await import("../../src/bounds/exact.ts");
    const analysis = analyse(
      boundedModel([
        {
          network: mlp(
            [1, 2, 1],
            () => 1,
            () => 0,
          ),
        },
      ]),
      boxAround([0], [1]),
    );
    const asked = withoutSolver(analysis, first, 1);
    await expect(asked).rejects.toThrow(
      "Exact bounds need the solver HiGHS, which is not installed; add it with `npm install highs`.",
    );
    await expect(asked).rejects.toMatchObject({ name: InputError.name });
    vi.doUnmock("highs");
  });
});

test("A demand on the outputs in order is not refuted where they change places", async () => {
  // f = (x, 1 − x) is {0, 1} at both ends of [0, 1], and {½, ½} between.
  const model = boundedModel([
    {
      network: {
        architecture: "mlp",
        layers: [
          { kind: "dense", rows: 2, columns: 1, weight: Float32Array.of(1, -1), bias: Float32Array.of(0, 1) },
        ],
      },
    },
  ]);
  const region = float32Region(boxBetween(Float64Array.of(0), Float64Array.of(1)));
  const demands = (enough: number, rank?: number): Demand[] =>
    [0, 1].map((k) => ({
      output: { plus: k, minus: null },
      holds: k + enough,
      breaks: k + enough,
      ...(rank !== undefined && { rank: k }),
    }));
  expect((await decide(model, [region], demands(0.6), quick)).verdict).toBe("refuted");
  expect((await decide(model, [region], demands(0.6, 0), quick)).verdict).toBe("unknown");
  expect((await decide(model, [region], demands(1.1, 0), quick)).verdict).toBe("certified");
  const down: Demand = { output: { plus: null, minus: 1 }, holds: -0.9, breaks: -0.9, rank: 1 };
  // The higher output is below 0.9 somewhere.
  expect((await decide(model, [region], [down], { search, exactSeconds: null })).verdict).toBe("unknown");
});
