import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { analyse } from "../../src/bounds/analyse.ts";
import { type BoundedModel, boundedModel } from "../../src/bounds/boundedModel.ts";
import { type Box, boxAround } from "../../src/bounds/box.ts";
import { decide, float32Region } from "../../src/bounds/decide.ts";
import { changeDemands, predictedAt } from "../../src/bounds/demand.ts";
import { exactChange, exactMaximum } from "../../src/bounds/exact.ts";
import { changeOver, maximumOver } from "../../src/bounds/overBox.ts";
import { enclose } from "../../src/bounds/point.ts";
import type { LinearProgram, LinearSolution, LinearSolver } from "../../src/bounds/solver.ts";
import { searchChange, searchMaximum } from "../../src/bounds/witnessSearch.ts";
import { createRandom, type Random } from "../../src/engine/random/random.ts";
import type { FoldedNetwork } from "../../src/folded/folded.ts";
import { between, type Draw, dense, mlp, normals, resnet } from "../support/foldedNetworks.ts";
import { mixedIntegerMaximum } from "../support/mixedInteger.ts";

const first = { plus: 0, minus: null };
const search = { seed: 1, restarts: 8, steps: 20 };

/** |x| as s·x and −s·x, weighted with 1/s. */
function absolute(s: number): FoldedNetwork {
  const network = mlp(
    [1, 2, 1],
    () => s,
    () => 0,
  );
  const [hidden, output] = network.layers;
  if (hidden.kind === "dense") hidden.weight[1] = -s;
  if (output.kind === "dense") output.weight.fill(1 / s);
  return network;
}

/** A number between 10^−decades and 10^decades. */
const spread = (random: Random, decades: number) => 10 ** (decades * (2 * random.next() - 1));

/** A network of ordinary size whose hidden units are each multiplied by a number, and divided by it where they are read. */
function unevenUnits(random: Random, decades: number): FoldedNetwork {
  const draw = normals(random);
  const inputs = between(random, 1, 3);
  const hidden = Array.from({ length: between(random, 1, 2) }, () => between(random, 2, 4));
  let scales = Array<number>(inputs).fill(1);
  const layers = [...hidden, 1].map((rows, l) => {
    const layer = dense(rows, scales.length, draw, normals(random, 0.3));
    const own = Array.from({ length: rows }, () => (l < hidden.length ? spread(random, decades) : 1));
    layer.weight.forEach((value, at) => {
      layer.weight[at] = (value * own[Math.floor(at / scales.length)]) / scales[at % scales.length];
    });
    layer.bias.forEach((value, i) => {
      layer.bias[i] = value * own[i];
    });
    scales = own;
    return layer;
  });
  return { architecture: "mlp", layers };
}

/** A network each of whose weights has a size of its own. */
function unevenWeights(random: Random, decades: number): FoldedNetwork {
  const normal = normals(random);
  const draw: Draw = () => normal() * spread(random, decades);
  const [inputs, width] = [between(random, 1, 3), between(random, 2, 5)];
  return random.next() < 0.5
    ? mlp([inputs, width, width, 1], draw, draw)
    : resnet({ inputs, width, depth: 1, outputs: 1 }, draw, draw);
}

function smallNetwork(random: Random, architecture: FoldedNetwork["architecture"]): FoldedNetwork {
  const draw = normals(random);
  return architecture === "mlp"
    ? mlp([3, between(random, 2, 6), between(random, 2, 6), 1], draw, draw)
    : resnet(
        { inputs: 3, width: between(random, 2, 4), depth: between(random, 0, 2), outputs: 1 },
        draw,
        draw,
      );
}

const boxIn = (random: Random, inputs: number, radius: number): Box =>
  boxAround(Float32Array.from({ length: inputs }, normals(random)), Array(inputs).fill(radius));

/** Whether predictions stay within the tolerance of the one at the centre, as told without looking for a witness first. */
const verdictOn = async (model: BoundedModel, box: Box, tolerance: number) => {
  const demands = changeDemands(first, predictedAt(model, box.centre)(first), tolerance);
  return (await decide(model, [float32Region(box)], demands, { search: null, exactSeconds: 600 })).verdict;
};

describe("An exact bound", () => {
  test.each(Array.from({ length: 12 }, (_, k) => k + 3))(
    "of |x| built from weights of ±1e-%i is 1 over [−1, 1], and no verdict says less",
    async (digits) => {
      const model = boundedModel([{ network: absolute(10 ** -digits) }]);
      const box = boxAround([0], [1]);
      const { upper, lower } = await exactChange(analyse(model, box), first, 5);
      expect(upper.atMost).toBeGreaterThanOrEqual(lower.atLeast);
      expect(upper.atMost).toBeLessThanOrEqual(1.000001);
      expect(lower.atLeast).toBeGreaterThanOrEqual(0.9999999);
      expect(await verdictOn(model, box, 0.999999)).not.toBe("certified");
      // A prediction in float32 may err by two millionths.
      expect(await verdictOn(model, box, 1.00001)).toBe("certified");
    },
  );

  test.each([3, 5, 7])(
    "is not below what a point shows, on 240 networks whose weights spread over ±%i decades: nothing false is certified",
    async (decades) => {
      const random = createRandom(decades);
      let asked = 0;
      for (let trial = 0; trial < 240; trial++) {
        const network = (trial % 3 === 0 ? unevenWeights : unevenUnits)(random, decades);
        const model = boundedModel([{ network }]);
        const box = boxIn(random, model.inputs, 1);
        const { atLeast } = searchChange(model, box, first, search);
        if (atLeast === 0) continue;
        asked++;
        expect(await verdictOn(model, box, atLeast * (1 - 1e-6))).not.toBe("certified");
      }
      expect(asked).toBeGreaterThan(200);
    },
  );

  test.each(["mlp", "resnet"] as const)(
    "is what a mixed-integer program finds, on 60 networks, alone or two at once, of kind %s",
    async (architecture) => {
      const random = createRandom(architecture.length);
      for (let trial = 0; trial < 60; trial++) {
        const whole = smallNetwork(random, architecture);
        const network = trial % 3 === 0 ? { ...whole, slopes: Float32Array.of(0.5, 0, -1) } : whole;
        const other = { network: smallNetwork(random, architecture), inputs: Int32Array.of(2, 0, 1) };
        const model = boundedModel(trial % 4 === 0 ? [{ network }, other] : [{ network }]);
        const analysis = analyse(model, boxIn(random, 3, [0.1, 0.5, 1][trial % 3]));
        const { upper, lower, gap } = await exactMaximum(analysis, first, 600);
        const referee = await mixedIntegerMaximum(analysis, Float64Array.of(1), 20);
        const size = Math.max(1, Math.abs(referee));
        expect(Math.abs(upper.atMost - referee)).toBeLessThan(1e-6 * size);
        expect(gap).toBeLessThan(1e-8 * size);
        expect(lower.atLeast).toBe(enclose(model, Float64Array.of(1), lower.witness).lower);
      }
    },
  );

  test("is found where a network reads one input twice", async () => {
    const random = createRandom(3);
    const part = { network: smallNetwork(random, "mlp"), inputs: Int32Array.of(0, 0, 1) };
    const model = boundedModel([part]);
    const box = boxIn(random, 2, 1);
    const { upper, gap } = await exactMaximum(analyse(model, box), first, 600);
    expect(gap).toBeLessThan(1e-8 * (1 + Math.abs(upper.atMost)));
    expect(upper.atMost).toBeGreaterThanOrEqual(searchMaximum(model, box, first, search).atLeast);
  });

  test("ends as soon as enough is known, on either side", async () => {
    const random = createRandom(40);
    let early = 0;
    for (let trial = 0; trial < 10; trial++) {
      const model = boundedModel([{ network: mlp([4, 12, 12, 1], normals(random, 0.6), normals(random)) }]);
      const analysis = analyse(model, boxIn(random, 4, 1));
      const { upper, gap } = await exactMaximum(analysis, first, 600);
      const [local] = maximumOver(analysis, first);
      const between = (upper.atMost + local.atMost) / 2;
      const proven = await exactMaximum(analysis, first, 600, {
        atMost: between,
        atLeast: Number.POSITIVE_INFINITY,
      });
      expect(proven.upper.atMost).toBeLessThanOrEqual(between);
      expect(proven.upper.atMost).toBeGreaterThanOrEqual(upper.atMost - gap);
      const { atLeast } = searchMaximum(model, analysis.box, first, { ...search, restarts: 0, steps: 0 });
      const shown = await exactMaximum(analysis, first, 600, {
        atMost: Number.NEGATIVE_INFINITY,
        atLeast: (atLeast + upper.atMost) / 2,
      });
      expect(shown.lower.atLeast).toBeGreaterThanOrEqual((atLeast + upper.atMost) / 2);
      expect(shown.upper.atMost).toBeGreaterThanOrEqual(upper.atMost - gap);
      if (proven.gap > 1e3 * gap && shown.gap > 1e3 * gap) early++;
    }
    expect(early).toBeGreaterThan(5);
  });
});

describe("What the solver says", () => {
  beforeEach(() => {
    vi.resetModules();
  });
  afterEach(() => {
    vi.doUnmock("../../src/bounds/solver.ts");
    vi.doUnmock("../../src/bounds/relaxation.ts");
  });

  /** A solver that answers at random, without looking at the program. */
  const liar =
    (random: Random) =>
    (_: unknown, { costs, rows }: LinearProgram): LinearSolver => {
      const draw = normals(random);
      const solve = (): LinearSolution | null => {
        const kind = random.next();
        if (kind < 0.1) return null;
        const size = spread(random, 3);
        const duals = Float64Array.from(rows, () => size * draw());
        if (kind < 0.4) return { values: null, duals };
        return { values: Float64Array.from(costs, () => 3 * random.next() - 1), duals };
      };
      return { solve, dispose: () => {} };
    };

  test("is not believed: bounds hold with random slopes, points, and claims that a part is empty", async () => {
    const random = createRandom(70);
    const { exactMaximum: misled } = await mockSolver(liar(random));
    for (let trial = 0; trial < 60; trial++) {
      const network = smallNetwork(random, trial % 2 === 0 ? "mlp" : "resnet");
      const model = boundedModel([{ network }]);
      const analysis = analyse(model, boxIn(random, 3, 0.5));
      const { upper, lower } = await misled(analysis, first, 0.05);
      const found = searchMaximum(model, analysis.box, first, search);
      expect(upper.atMost).toBeGreaterThanOrEqual(found.atLeast);
      expect(upper.atMost).toBeLessThanOrEqual(maximumOver(analysis, first)[0].atMost);
      const { witness } = lower;
      expect(witness.every((x, j) => x >= analysis.box.lower[j] && x <= analysis.box.upper[j])).toBe(true);
    }
  });

  test("is not needed: without any answer the signs of all units are gone through", async () => {
    const random = createRandom(71);
    const { exactMaximum: alone } = await mockSolver(() => ({ solve: () => null, dispose: () => {} }));
    for (let trial = 0; trial < 10; trial++) {
      const model = boundedModel([{ network: mlp([2, 4, 1], normals(random), normals(random)) }]);
      const analysis = analyse(model, boxIn(random, 2, 0.5));
      const { upper } = await alone(analysis, first, 5);
      const exact = await exactMaximum(analysis, first, 600);
      expect(upper.atMost).toBeGreaterThanOrEqual(exact.lower.atLeast);
      expect(upper.atMost).toBeLessThanOrEqual(maximumOver(analysis, first)[0].atMost);
    }
  });

  test("ends in an error where an upper bound would lie below a witness", async () => {
    vi.doMock("../../src/bounds/relaxation.ts", async (original) => ({
      ...(await original<object>()),
      largestOf: () => -1e6,
    }));
    const faulty = await import("../../src/bounds/exact.ts");
    const analysis = analyse(boundedModel([{ network: absolute(1) }]), boxAround([0], [1]));
    for (const exact of [faulty.exactMaximum, faulty.exactChange]) {
      await expect(exact(analysis, first, 1)).rejects.toThrow(/lies below a witness/);
    }
    expect(changeOver(analysis, first)[0].atMost).toBeGreaterThanOrEqual(1);
  });

  async function mockSolver(createLinearSolver: ReturnType<typeof liar>) {
    vi.doMock("../../src/bounds/solver.ts", async (original) => ({
      ...(await original<object>()),
      createLinearSolver,
    }));
    return import("../../src/bounds/exact.ts");
  }
});
