import { describe, expect, test } from "vitest";
import { analyse } from "../../../src/bounds/analyse.ts";
import { boundedModel } from "../../../src/bounds/boundedModel.ts";
import { type Box, boxAround, boxBetween } from "../../../src/bounds/box.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import type { FoldedNetwork } from "../../../src/folded/folded.ts";
import { exactForward, isAtMost, magnitude, subtract } from "../../support/dyadic.ts";
import { between, mlp, normals, resnet } from "../../support/foldedNetworks.ts";
import { denseOf, mlpOf, ones, roundsDown, rowPair } from "../../support/roundingDown.ts";

/** No unit of any layer moves farther than is known of it, from the centre to a corner. */
function expectReached(network: FoldedNetwork, box: Box, corner: ArrayLike<number>, thorough: boolean) {
  const { layers } = analyse(boundedModel([{ network }]), box, thorough).members[0];
  for (const [l, { reach, reachSize }] of layers.entries()) {
    const upTo = { ...network, layers: network.layers.slice(0, l + 1) };
    const [at, from] = [corner, box.centre].map((x) => exactForward(upTo, x));
    // Of an MLP's hidden layers, units that are off are left out; these tests have none.
    at.forEach((value, i) => {
      const moved = magnitude(subtract(value, from[i]));
      expect(isAtMost(moved, reach[i])).toBe(true);
      expect(isAtMost(moved, reachSize[i])).toBe(true);
    });
  }
}

describe("How far a unit moves from its value at the centre holds in exact arithmetic", () => {
  const count = 200;
  const weights = roundsDown(count);

  test.each([false, true])("where float64 loses all terms but one (thorough: %s)", (thorough) => {
    const box = boxAround(Array(count + 1).fill(0), ones(count + 1));
    expectReached(mlpOf(denseOf([weights])), box, ones(count + 1), thorough);
    const above = boxBetween(Array(count + 1).fill(2), Array(count + 1).fill(4));
    const identity = denseOf(weights.map((_, i) => weights.map((__, j) => Number(i === j))));
    const resnetOf: FoldedNetwork = { architecture: "resnet", layers: [identity, rowPair(weights)] };
    expectReached(resnetOf, above, Array(count + 1).fill(4), false);
    expectReached(mlpOf(identity, denseOf([weights])), above, Array(count + 1).fill(4), false);
  });

  test("where products are too small for a number", () => {
    const tiny = 4 * Number.MIN_VALUE;
    const box = boxBetween(Array(50).fill(0), Array(50).fill(tiny), Array(50).fill(0));
    const network = mlpOf(denseOf([Array(50).fill(0.09)]));
    const { layers } = analyse(boundedModel([{ network }]), box, false).members[0];
    const [exact] = exactForward(network, Array(50).fill(tiny));
    expect(isAtMost(exact, 0)).toBe(false);
    expect(isAtMost(exact, layers[0].reachSize[0])).toBe(true);
    expect(isAtMost(exact, layers[0].reach[0])).toBe(true);
  });

  test("of random networks and narrow boxes, at random corners", () => {
    const random = createRandom(5);
    for (let trial = 0; trial < 60; trial++) {
      const draw = normals(random);
      const width = between(random, 1, 6);
      // Biases that leave every unit on, or a ResNet.
      const network =
        trial % 2
          ? mlp([3, width, 1], draw, () => 30)
          : resnet({ inputs: 3, width, depth: 2, outputs: 1 }, draw, draw);
      const radius = 2 ** -between(random, 1, 40);
      const box = boxAround(Array.from({ length: 3 }, draw), Array(3).fill(radius));
      const corner = box.lower.map((low, j) => (random.next() < 0.5 ? low : box.upper[j]));
      for (const thorough of [false, true]) expectReached(network, box, corner, thorough);
    }
  });
});
