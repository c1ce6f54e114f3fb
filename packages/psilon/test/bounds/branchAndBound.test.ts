import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { analyse } from "../../src/bounds/analyse.ts";
import { boundedModel } from "../../src/bounds/boundedModel.ts";
import { boxAround } from "../../src/bounds/box.ts";
import { maximumOver } from "../../src/bounds/overBox.ts";
import { createLinearSolver, type LinearProgram, type LinearSolver } from "../../src/bounds/solver.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import type { FoldedNetwork } from "../../src/folded/folded.ts";
import { bruteForceMaximum } from "../support/bruteForce.ts";
import { between, mlp, normals, resnet } from "../support/foldedNetworks.ts";

const first = { plus: 0, minus: null };

/** Seconds, by a clock that goes on with every question to the solver, and what was asked and freed. */
const seen = { clock: 0, seconds: [] as number[], freed: 0 };

/** The exact bounds with a solver that takes a second for each question, and answers or does not. */
async function timed(answers: boolean) {
  Object.assign(seen, { clock: 0, seconds: [], freed: 0 });
  const make = (highs: Parameters<typeof createLinearSolver>[0], program: LinearProgram): LinearSolver => {
    const solver = createLinearSolver(highs, program);
    return {
      solve: (lower, upper, seconds) => {
        seen.seconds.push(seconds);
        seen.clock++;
        return answers ? solver.solve(lower, upper, 600) : null;
      },
      dispose: () => {
        seen.freed++;
        solver.dispose();
      },
    };
  };
  vi.doMock("../../src/bounds/solver.ts", async (original) => ({
    ...(await original<object>()),
    createLinearSolver: make,
  }));
  vi.spyOn(performance, "now").mockImplementation(() => 1000 * seen.clock);
  return import("../../src/bounds/exact.ts");
}

/** The network with its outputs multiplied by a power of 2. */
function scaled({ architecture, layers }: FoldedNetwork, scale: number): FoldedNetwork {
  const times = (values: Float32Array) => values.map((value) => scale * value);
  const last = layers[layers.length - 1];
  const matrices =
    last.kind === "dense"
      ? { ...last, weight: times(last.weight) }
      : { ...last, positive: times(last.positive), negative: times(last.negative) };
  return { architecture, layers: [...layers.slice(0, -1), { ...matrices, bias: times(last.bias) }] };
}

beforeEach(() => {
  vi.resetModules();
});
afterEach(() => {
  vi.doUnmock("../../src/bounds/solver.ts");
  vi.restoreAllMocks();
});

describe.each([true, false])("Branch and bound whose solver answers: %s", (answers) => {
  test("asks until its seconds are used up, and frees the solver of each of its objectives", async () => {
    const { exactMaximum, exactChange } = await timed(answers);
    const draw = normals(createRandom(110));
    const model = boundedModel([{ network: mlp([2, 12, 12, 1], draw, draw) }]);
    const analysis = analyse(model, boxAround([0, 0], [3, 3]));
    // The whole box, then both halves of a part at a time.
    await exactMaximum(analysis, first, 5);
    expect([seen.seconds, seen.freed]).toEqual([[5, 4, 3, 2, 1], 1]);
    seen.seconds = [];
    await exactMaximum(analysis, first, 4);
    expect(seen.seconds).toEqual([4, 3, 2, 1, 0]);
    seen.seconds = [];
    await exactChange(analysis, first, 6);
    expect([seen.seconds, seen.freed]).toEqual([[6, 5, 4, 3, 2, 1], 4]);
    seen.seconds = [];
    await exactMaximum(analysis, first, 0);
    expect(seen.seconds).toEqual([0]);
  });

  test("is never below the exact maximum, however early it ends, and no higher for going on", async () => {
    const random = createRandom(111);
    const draw = normals(random);
    let narrowed = 0;
    for (let trial = 0; trial < 25; trial++) {
      // Whatever the size of the outputs.
      const scale = [2 ** -30, 1, 2 ** 30][trial % 3];
      const network = scaled(
        trial % 2
          ? mlp([2, between(random, 2, 4), between(random, 1, 3), 1], draw, draw)
          : resnet({ inputs: 2, width: between(random, 1, 3), depth: 1, outputs: 1 }, draw, draw),
        scale,
      );
      const [x, y] = [draw(), draw()];
      const analysis = analyse(boundedModel([{ network }]), boxAround([x, y], [1, 1]));
      const exact = bruteForceMaximum(network, [x - 1, x + 1], [y - 1, y + 1], [1]);
      const size = scale + Math.abs(exact);
      const { exactMaximum } = await timed(answers);
      let before = maximumOver(analysis, first)[0].atMost;
      const local = before;
      for (const seconds of [1, 3, 5, 9, 33, 600]) {
        const { upper, lower, gap } = await exactMaximum(analysis, first, seconds);
        expect(upper.atMost).toBeGreaterThanOrEqual(exact - 1e-12 * size);
        expect(upper.atMost).toBeLessThanOrEqual(before);
        expect(lower.atLeast).toBeLessThanOrEqual(exact + 1e-12 * size);
        before = upper.atMost;
        if (answers && seconds === 600)
          expect(gap).toBeLessThanOrEqual(1e-9 * (local - lower.atLeast) + 1e-12 * size);
      }
      if (before < local - 1e-6 * size) narrowed++;
    }
    expect(narrowed).toBeGreaterThan(5);
  });
});

test("Branch and bound of what cannot be written as a program tells the bound it had before", async () => {
  const { exactMaximum } = await import("../../src/bounds/exact.ts");
  const network = mlp(
    [1, 1],
    () => 1,
    () => 0,
  );
  const analysis = analyse(boundedModel([{ network }]), boxAround([2], [Number.POSITIVE_INFINITY]));
  const { upper, lower } = await exactMaximum(analysis, first, 5);
  expect(upper.atMost).toBe(Number.POSITIVE_INFINITY);
  expect([lower.witness[0], Math.round(lower.atLeast)]).toEqual([2, 2]);
});
