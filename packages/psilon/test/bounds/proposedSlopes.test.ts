import { expect, test } from "vitest";
import { analyse } from "../../src/bounds/analyse.ts";
import { emptyForm } from "../../src/bounds/analysis.ts";
import { boundedModel } from "../../src/bounds/boundedModel.ts";
import { boxAround, pointBox } from "../../src/bounds/box.ts";
import { intervalsThrough } from "../../src/bounds/intervals.ts";
import { addUpperForm, largestOf } from "../../src/bounds/relaxation.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import { exactForward, isAtMost } from "../support/dyadic.ts";
import { between, mlp, normals, resnet } from "../support/foldedNetworks.ts";

const row = Float64Array.of(1);

test("Whatever slopes are proposed, the line is above the network wherever units have the signs that the intervals say, in exact arithmetic", () => {
  const random = createRandom(50);
  const draw = normals(random);
  let onCutParts = 0;
  for (let trial = 0; trial < 300; trial++) {
    const network =
      trial % 2 === 0
        ? mlp([2, between(random, 1, 4), between(random, 1, 4), 1], draw, draw)
        : resnet({ inputs: 2, width: between(random, 1, 3), depth: 1, outputs: 1 }, draw, draw);
    const model = boundedModel([{ network }]);
    const box = boxAround([draw(), draw()], [1, 1]);
    const [{ member, layers }] = analyse(model, box).members;
    // Every open unit is cut at 0 half of the time; slopes are of all sizes.
    const part = layers.map((facts, l) => ({
      size: facts.size,
      lower: facts.lower.slice(),
      upper: facts.upper.slice(),
      cut: facts.lower.map((low, i) =>
        l < layers.length - 1 && low < 0 && facts.upper[i] > 0 ? between(random, -1, 1) : 0,
      ),
    }));
    for (const { lower, upper, cut } of part) {
      cut.forEach((sign, i) => {
        if (sign > 0) lower[i] = 0;
        if (sign < 0) upper[i] = 0;
      });
    }
    const slopes = layers
      .slice(0, -1)
      .map(({ lower }) => lower.map(() => draw() * 10 ** between(random, -2, 17)));
    const form = emptyForm(2);
    addUpperForm(member, part, layers.length - 1, row, form, slopes);
    for (let point = 0; point < 10; point++) {
      const x = box.lower.map((low, j) => low + random.next() * (box.upper[j] - low));
      let below = pointBox(x);
      const lies = part.slice(0, -1).every(({ lower, upper }, l) => {
        const { lower: least, upper: most } = intervalsThrough(member.layers[l], below, l === 0);
        below = { ...below, lower: least, upper: most };
        return least.every((h, i) => h >= lower[i]) && most.every((h, i) => h <= upper[i]);
      });
      if (!lies) continue;
      if (part.some(({ cut }) => cut.some((sign) => sign !== 0))) onCutParts++;
      const [value] = exactForward(network, x);
      expect(isAtMost(value, largestOf(form, pointBox(x), model))).toBe(true);
    }
  }
  expect(onCutParts).toBeGreaterThan(200);
});
