import { beforeAll, describe, expect, test } from "vitest";
import { analyse } from "../../src/bounds/analyse.ts";
import { type BoundedModel, boundedModel } from "../../src/bounds/boundedModel.ts";
import { type Box, boxAround } from "../../src/bounds/box.ts";
import type { OutputRow } from "../../src/bounds/certificate.ts";
import { exactMaximum } from "../../src/bounds/exact.ts";
import { globalBounds } from "../../src/bounds/globalBounds.ts";
import { changeOver, maximumOver, rangeOver } from "../../src/bounds/overBox.ts";
import { searchChange, searchMaximum } from "../../src/bounds/witnessSearch.ts";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { createRandom, type Random } from "../../src/engine/random/random.ts";
import type { FoldedNetwork } from "../../src/folded/folded.ts";
import { kinds, makeNetwork, states } from "../support/boundedNets.ts";
import { bruteForceMaximum } from "../support/bruteForce.ts";
import { between, type Draw, mlp, normals, resnet } from "../support/foldedNetworks.ts";
import { forward } from "../support/forward.ts";

const search = { seed: 1, restarts: 3, steps: 10 };
const outputOf = ({ outputs }: BoundedModel): OutputRow => ({ plus: 0, minus: outputs > 1 ? 1 : null });
const outputAt = (network: FoldedNetwork, { plus, minus }: OutputRow, x: ArrayLike<number>) => {
  const outputs = forward(network, x);
  return (plus === null ? 0 : outputs[plus]) - (minus === null ? 0 : outputs[minus]);
};
/** Room for the referee's own rounding, which errs on either side. */
const slack = (...values: number[]) => 1e-12 * (1 + Math.max(...values.map(Math.abs)));

function randomBox(random: Random, inputs: number): Box {
  const draw = normals(random);
  const width = [0.02, 0.1, 0.4][between(random, 0, 2)];
  return boxAround(
    Array.from({ length: inputs }, draw),
    Array.from({ length: inputs }, () => (random.next() < 0.1 ? 0 : width)),
  );
}

function randomPoints(random: Random, { lower, upper }: Box, count: number): Float64Array[] {
  return Array.from({ length: count }, (_, trial) =>
    lower.map((low, j) =>
      trial % 2 === 0 ? low + random.next() * (upper[j] - low) : random.next() < 0.5 ? low : upper[j],
    ),
  );
}

test("An exact bound lies between its witness and the local bound where numbers are of very different sizes", async () => {
  const random = createRandom(3);
  const draw: Draw = () => 1e4 * (2 * random.next() - 1);
  for (let trial = 0; trial < 10; trial++) {
    const model = boundedModel([{ network: mlp([2, 4, 4, 1], draw, draw) }]);
    const analysis = analyse(model, boxAround([0, 0], [100, 100]));
    const { upper, lower } = await exactMaximum(analysis, { plus: 0, minus: null }, 600);
    expect(upper.atMost).toBeLessThanOrEqual(maximumOver(analysis, { plus: 0, minus: null })[0].atMost);
    expect(lower.atLeast).toBeLessThanOrEqual(upper.atMost);
  }
});

describe("Bounds of a network over a box", () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await createBackend({ provider: "wasm", relaxedSimd: false });
  });

  test.each(kinds.flatMap((kind) => states.map((state) => [kind, state] as const)))(
    "of a network of kind %s, %s: witness ≤ exact ≤ every local bound ≤ every global bound, on 26 networks and boxes",
    async (kind, state) => {
      const random = createRandom(kinds.indexOf(kind) * 10 + states.indexOf(state));
      for (let trial = 0; trial < 26; trial++) {
        const shape = { width: between(random, 2, 8), depth: between(random, 1, 3) };
        const network = makeNetwork(backend, kind, state, shape, 100 + trial);
        const model = boundedModel([{ network }]);
        const output = outputOf(model);
        const box = randomBox(random, model.inputs);
        const analysis = analyse(model, box);

        const witness = searchMaximum(model, box, output, search);
        const exact = await exactMaximum(analysis, output, 600);
        const maxima = maximumOver(analysis, output);
        expect(exact.upper.scope).toBe("exact");
        expect(witness.atLeast).toBeLessThanOrEqual(exact.upper.atMost);
        expect(exact.lower.atLeast).toBeLessThanOrEqual(exact.upper.atMost);
        expect(exact.gap).toBeLessThan(1e-6 * (1 + Math.abs(exact.upper.atMost)));
        for (const { atMost } of maxima) expect(exact.upper.atMost).toBeLessThanOrEqual(atMost);

        // Witnesses are in the box, and a referee in float64 finds there what they claim.
        for (const { atLeast, witness: x } of [witness, exact.lower]) {
          expect(x.every((value, j) => value >= box.lower[j] && value <= box.upper[j])).toBe(true);
          const value = outputAt(network, output, x);
          expect(Math.abs(value - atLeast)).toBeLessThanOrEqual(slack(value));
        }
        for (const x of randomPoints(random, box, 30)) {
          expect(outputAt(network, output, x)).toBeLessThanOrEqual(
            exact.upper.atMost + slack(exact.upper.atMost),
          );
        }

        const changes = changeOver(analysis, output);
        const moved = searchChange(model, box, output, search);
        const globals = globalBounds(model, output).filter(({ inputNorm }) => inputNorm === "inf");
        const farthest = Math.max(...analysis.reach);
        for (const change of changes) {
          expect(moved.atLeast).toBeLessThanOrEqual(change.atMost);
          for (const { atMost } of globals) {
            expect(change.atMost).toBeLessThanOrEqual(atMost * farthest * (1 + 1e-12) + 1e-300);
          }
        }
      }
    },
  );

  test("is found exactly: as going through all activation patterns finds it, on 60 networks of up to 10 units", async () => {
    const random = createRandom(20);
    for (let trial = 0; trial < 60; trial++) {
      const draw = normals(random);
      const outputs = 1 + (trial % 2);
      const depth = between(random, 0, 2);
      const network =
        trial % 3 === 0
          ? resnet({ inputs: 2, width: between(random, 1, 3), depth, outputs }, draw, draw)
          : mlp([2, ...Array.from({ length: depth }, () => between(random, 1, 5)), outputs], draw, draw);
      const model = boundedModel([{ network }]);
      const output = outputOf(model);
      const [x, y, width] = [draw(), draw(), [0.1, 0.5, 2][between(random, 0, 2)]];
      const box = boxAround([x, y], [width, width]);
      const row = outputs === 1 ? [1] : [1, -1];
      const brute = bruteForceMaximum(network, [x - width, x + width], [y - width, y + width], row);
      const { upper, lower } = await exactMaximum(analyse(model, box), output, 600);
      expect(upper.atMost).toBeGreaterThanOrEqual(brute - slack(brute));
      expect(upper.atMost - brute).toBeLessThan(1e-6 * (1 + Math.abs(brute)));
      expect(brute - lower.atLeast).toBeLessThan(1e-6 * (1 + Math.abs(brute)));
      const { lower: least } = rangeOver(analyse(model, box), output);
      const lowest = -bruteForceMaximum(
        network,
        [x - width, x + width],
        [y - width, y + width],
        row.map((r) => -r),
      );
      expect(least).toBeLessThanOrEqual(lowest + slack(lowest));
    }
  });
});
