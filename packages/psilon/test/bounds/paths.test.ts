import { describe, expect, test } from "vitest";
import { analyse } from "../../src/bounds/analyse.ts";
import { boundedModel } from "../../src/bounds/boundedModel.ts";
import { type Box, boxBetween, sidesAlong } from "../../src/bounds/box.ts";
import { exactChange, exactMaximum } from "../../src/bounds/exact.ts";
import { changeOver, maximumOver } from "../../src/bounds/overBox.ts";
import { type Path, pathThrough, placeOn, positionOn, summitOf } from "../../src/bounds/paths.ts";
import { enclose } from "../../src/bounds/point.ts";
import { savedInChange, savedInMaximum } from "../../src/bounds/savedOnPaths.ts";
import { searchMaximum } from "../../src/bounds/witnessSearch.ts";
import { createRandom, type Random } from "../../src/engine/random/random.ts";
import type { FoldedDense, FoldedNetwork } from "../../src/folded/folded.ts";
import { add, dot, dyadic, isAtMost, larger, negative, subtract } from "../support/dyadic.ts";
import { between, mlp, normals, resnet } from "../support/foldedNetworks.ts";
import { mixedIntegerMaximum } from "../support/mixedInteger.ts";
import { pathBox, withoutPaths } from "../support/pathBoxes.ts";

const first = { plus: 0, minus: null };
const one = Float64Array.of(1);

/** The points where a path's steps meet, its start and its end, and those a box has beside them. */
function cornersOf({ steps }: Path, { lower }: Box): Float64Array[] {
  const corners = [lower.slice()];
  for (const step of steps) {
    const next = corners[corners.length - 1].slice();
    for (const { input, to } of step) next[input] = to;
    corners.push(next);
  }
  return corners;
}

function smallNetwork(random: Random, inputs: number): FoldedNetwork {
  const draw = normals(random);
  return random.next() < 0.5
    ? mlp([inputs, between(random, 2, 6), between(random, 2, 5), 1], draw, draw)
    : resnet({ inputs, width: between(random, 2, 4), depth: between(random, 0, 2), outputs: 1 }, draw, draw);
}

describe("A path", () => {
  test("is where each of its positions puts it, between corners straight on", () => {
    const random = createRandom(1);
    for (let trial = 0; trial < 200; trial++) {
      const { box } = pathBox(random, [between(random, 1, 5), between(random, 1, 5)], 1);
      for (const path of box.paths ?? []) {
        const corners = cornersOf(path, box);
        corners.forEach((corner, k) => {
          const x = box.centre.slice();
          placeOn(path, k, x);
          for (const j of path.inputs) expect(x[j]).toBe(corner[j]);
          expect(positionOn(path, corner)).toBe(k);
        });
        const position = random.next() * path.steps.length;
        const x = box.centre.slice();
        placeOn(path, position, x);
        expect(positionOn(path, x)).toBeCloseTo(position, 9);
        const k = Math.floor(position);
        for (const j of path.inputs) {
          expect(x[j]).toBeCloseTo(corners[k][j] + (position - k) * (corners[k + 1][j] - corners[k][j]), 12);
        }
        const g = Float64Array.from(box.lower, normals(random));
        const heights = corners.map((corner) => path.inputs.reduce((sum, j) => sum + g[j] * corner[j], 0));
        const here = path.inputs.reduce((sum, j) => sum + g[j] * x[j], 0);
        const summit = heights.indexOf(Math.max(...heights));
        expect(summitOf(path, g, position)).toBe(heights[summit] > here ? summit : position);
      }
    }
  });

  test("is cut into stretches whose sides, and what they save, leave room for all that lies beside them", () => {
    const random = createRandom(8);
    for (let trial = 0; trial < 200; trial++) {
      const { box } = pathBox(random, [between(random, 2, 5), between(random, 2, 5)], 0);
      const stretches = (box.paths ?? []).map(({ steps }) => {
        const from = between(random, 0, steps.length - 1);
        return { from, to: between(random, from + 1, steps.length) };
      });
      const sides = sidesAlong(box, stretches);
      const g = Float64Array.from(box.lower, normals(random));
      for (const [p, path] of (box.paths ?? []).entries()) {
        const { from, to } = stretches[p];
        const left = sides.paths![p];
        expect(left.steps).toEqual(path.steps.slice(from, to));
        const most =
          path.inputs.reduce((sum, j) => sum + Math.max(g[j] * sides.lower[j], g[j] * sides.upper[j]), 0) -
          savedInMaximum([left], g);
        for (const corner of cornersOf(path, box).slice(from, to + 1)) {
          const beside = corner.map((value, j) => {
            const moved = value + Math.sign(g[j]) * path.slack;
            return Math.min(Math.max(moved, box.lower[j]), box.upper[j]);
          });
          for (const j of path.inputs) {
            expect(beside[j]).toBeGreaterThanOrEqual(sides.lower[j]);
            expect(beside[j]).toBeLessThanOrEqual(sides.upper[j]);
          }
          const value = path.inputs.reduce((sum, j) => sum + g[j] * beside[j], 0);
          expect(value).toBeLessThanOrEqual(most + 1e-12);
        }
      }
    }
  });

  test("is none where not two inputs move", () => {
    expect(
      pathThrough(
        [3, 4],
        [
          [0, 1],
          [1, 1],
        ],
        0,
      ),
    ).toBeNull();
    expect(pathThrough([3, 4], [[0, 1]], 0)).toBeNull();
    expect(
      pathThrough(
        [3, 4],
        [
          [0, 0],
          [0, 0],
          [1, 0],
          [1, 1],
        ],
        0,
      )?.steps,
    ).toEqual([[{ input: 3, from: 0, to: 1 }], [{ input: 4, from: 0, to: 1 }]]);
  });
});

describe("What a linear form saves on paths", () => {
  /** Paths whose moves and slopes are of very different sizes, so that sums lose most of their terms. */
  function uneven(random: Random) {
    const draw = normals(random);
    const size = () => draw() * 2 ** between(random, -60, 60);
    const { box } = pathBox(random, [6, 5], 0);
    return { box, paths: box.paths ?? [], g: Float64Array.from(box.lower, size) };
  }

  test("is no more than exact arithmetic says, and hardly less, in its maximum and in its change", () => {
    const random = createRandom(2);
    for (let trial = 0; trial < 400; trial++) {
      const { box, paths, g } = uneven(random);
      const reach = box.centre.map((c, j) => Math.max(box.upper[j] - c, c - box.lower[j]));
      let [maximum, change] = [dyadic(0), dyadic(0)];
      for (const path of paths) {
        const corners = cornersOf(path, box);
        const select = (x: Float64Array) => path.inputs.map((j) => x[j]);
        const own = select(g);
        const beside = own.map((value) => Math.abs(value) * path.slack).reduce((a, b) => a + b, 0);
        const heights = corners.map((corner) => dot(own, select(corner)));
        const atCorner = dot(
          own,
          path.inputs.map((j) => (g[j] > 0 ? box.upper[j] : box.lower[j])),
        );
        const saved = subtract(atCorner, add(heights.reduce(larger), dyadic(beside)));
        maximum = add(maximum, larger(saved, dyadic(0)));
        const centre = dot(own, select(box.centre));
        const far = heights
          .map((height) => subtract(height, centre))
          .flatMap((height) => [height, negative(height)])
          .reduce(larger);
        const apart = dot(own.map(Math.abs), select(reach));
        change = add(change, larger(subtract(apart, add(far, dyadic(beside))), dyadic(0)));
      }
      const size = g.reduce((sum, value, j) => sum + Math.abs(value) * (box.upper[j] - box.lower[j]), 0);
      for (const [exact, found] of [
        [maximum, savedInMaximum(paths, g)],
        [change, savedInChange(paths, g, { ...box, reach })],
      ] as const) {
        // Beside a path the referee rounds as well, by less than this.
        const room = paths.some(({ slack }) => slack > 0) ? 1e-18 * size : 0;
        expect(isAtMost(negative(add(exact, dyadic(room))), -found)).toBe(true);
        expect(isAtMost(exact, found + 1e-13 * size)).toBe(true);
      }
    }
  });

  test("is nothing where a slope is infinite", () => {
    const { box, paths } = uneven(createRandom(3));
    const g = box.lower.map(() => Number.POSITIVE_INFINITY);
    expect(savedInMaximum(paths, g)).toBe(0);
    expect(savedInChange(paths, g, { ...box, reach: box.upper })).toBe(0);
  });
});

describe("Bounds over a box with paths", () => {
  test("hold at every point of it, for every unit and output, and are never above those of the box alone", () => {
    const random = createRandom(4);
    let [tighter, all] = [0, 0];
    for (let trial = 0; trial < 120; trial++) {
      const { box, point } = pathBox(random, [between(random, 2, 6), between(random, 2, 6)], 2);
      const inputs = box.lower.length;
      const network = smallNetwork(random, inputs);
      const model = boundedModel([{ network }]);
      for (const thorough of [false, true]) {
        const analysis = analyse(model, box, thorough);
        const plain = analyse(model, withoutPaths(box), thorough);
        all++;
        // Narrower intervals may lead to a line that is worse elsewhere; with the same ones nothing is.
        const same = { ...plain, box };
        const pairs = [
          [maximumOver(same, first), maximumOver(plain, first)],
          [changeOver(same, first), changeOver(plain, first)],
        ];
        for (const [own, around] of pairs) {
          for (const { method, atMost } of own) {
            const loose = around.find((other) => other.method === method)!.atMost;
            expect(atMost).toBeLessThanOrEqual(loose + 1e-12 * (1 + Math.abs(loose)));
          }
        }
        if (maximumOver(analysis, first)[0].atMost < maximumOver(plain, first)[0].atMost - 0.03) tighter++;
        const [{ member, layers }] = analysis.members;
        const centre = enclose(model, one, box.centre);
        for (let k = 0; k < 60; k++) {
          const x = point();
          const value = enclose(model, one, x);
          const slack = 1e-12 * (1 + Math.abs(value.upper));
          expect(value.lower).toBeLessThanOrEqual(maximumOver(analysis, first)[0].atMost + slack);
          expect(Math.abs(value.lower - centre.upper)).toBeLessThanOrEqual(
            changeOver(analysis, first)[0].atMost + slack,
          );
          const { rows, columns, positive, bias } = member.layers[0];
          for (let i = 0; i < rows; i++) {
            let h = bias[i];
            for (let j = 0; j < columns; j++) h += positive[i * columns + j] * x[j];
            expect(h).toBeGreaterThanOrEqual(layers[0].lower[i] - 1e-12);
            expect(h).toBeLessThanOrEqual(layers[0].upper[i] + 1e-12);
          }
        }
      }
    }
    expect(tighter).toBeGreaterThan(all / 2);
  });

  test("of a linear function of bins are its largest value over the numbers, and its largest change", () => {
    const random = createRandom(5);
    for (let trial = 0; trial < 100; trial++) {
      const { box } = pathBox(random, [between(random, 2, 8)], 0);
      const model = boundedModel([{ network: mlp([box.lower.length, 1], normals(random), normals(random)) }]);
      const corners = box.paths ? cornersOf(box.paths[0], box) : [box.lower, box.upper];
      const values = corners.map((x) => enclose(model, one, x).upper);
      const centre = enclose(model, one, box.centre).upper;
      const analysis = analyse(model, box, false);
      expect(maximumOver(analysis, first)[0].atMost).toBeCloseTo(Math.max(...values), 10);
      const change = Math.max(...values.map((value) => Math.abs(value - centre)));
      expect(changeOver(analysis, first)[0].atMost).toBeCloseTo(change, 10);
    }
  });

  test("that hold everywhere count the bins upwards or those downwards, not both", () => {
    // |Δf| ≤ Σ_t |Δz_t|: from the middle of three bins to either end 1.5, although 3 bins lie between both.
    const model = boundedModel([
      {
        network: mlp(
          [3, 1],
          () => 1,
          () => 0,
        ),
      },
    ]);
    const corners = [
      [0, 0, 0],
      [1, 0, 0],
      [1, 1, 0],
      [1, 1, 1],
    ];
    const path = pathThrough([0, 1, 2], corners, 0)!;
    const box = boxBetween([0, 0, 0], [1, 1, 1], [1, 0.5, 0], [path]);
    const global = changeOver(analyse(model, box), first).find(({ scope }) => scope === "global")!;
    expect(global.atMost).toBeCloseTo(1.5, 12);
  });
});

describe("An exact bound over a box with paths", () => {
  test("is what a mixed-integer program with the order of the bins finds, its witness on the paths", async () => {
    const random = createRandom(6);
    let below = 0;
    for (let trial = 0; trial < 60; trial++) {
      const { box } = pathBox(random, [between(random, 2, 5), 0, between(random, 2, 4)], 1);
      const network = smallNetwork(random, box.lower.length);
      const model = boundedModel([{ network }]);
      const analysis = analyse(model, box);
      const { upper, lower, gap } = await exactMaximum(analysis, first, 600);
      const referee = await mixedIntegerMaximum(analysis, one, 20);
      const size = Math.max(1, Math.abs(referee));
      expect(Math.abs(upper.atMost - referee)).toBeLessThan(1e-6 * size);
      expect(gap).toBeLessThan(1e-6 * size);
      expect(upper.atMost).toBeLessThanOrEqual(maximumOver(analysis, first)[0].atMost);
      const plain = await mixedIntegerMaximum(analyse(model, withoutPaths(box)), one, 20);
      if (referee < plain - 1e-3 * size) below++;
      for (const witness of [
        lower.witness,
        searchMaximum(model, box, first, { seed: 1, restarts: 4, steps: 10 }).witness,
      ]) {
        for (const path of box.paths ?? []) {
          const x = witness.slice();
          placeOn(path, positionOn(path, witness), x);
          expect(Math.max(...x.map((value, j) => Math.abs(value - witness[j])))).toBeLessThan(1e-9);
        }
      }
    }
    expect(below).toBeGreaterThan(15);
  });

  /** The network over one step of the path, as a function of how far it has gone. */
  function alongStep(
    network: FoldedNetwork,
    box: Box,
    corner: Float64Array,
    step: Path["steps"][number],
  ): FoldedNetwork {
    const [layer, ...others] = network.layers as [FoldedDense, ...FoldedNetwork["layers"]];
    const weight = Float64Array.from({ length: layer.rows }, (_, i) =>
      step.reduce(
        (sum, { input, from, to }) => sum + layer.weight[i * layer.columns + input] * (to - from),
        0,
      ),
    );
    const bias = layer.bias.map((b, i) =>
      corner.reduce((sum, value, j) => sum + layer.weight[i * layer.columns + j] * value, b),
    );
    expect(corner).toHaveLength(box.lower.length);
    return {
      ...network,
      layers: [{ ...layer, columns: 1, weight: Float32Array.from(weight), bias }, ...others],
    };
  }

  test("of one number is the largest over its steps, each a network of how far it has gone, as a maximum and as a change", async () => {
    const random = createRandom(7);
    for (let trial = 0; trial < 40; trial++) {
      const { box } = pathBox(random, [between(random, 2, 6)], 0);
      const [path] = box.paths ?? [];
      if (!path) continue;
      const network = smallNetwork(random, box.lower.length);
      const model = boundedModel([{ network }]);
      const corners = cornersOf(path, box);
      let [most, least] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
      for (const [k, step] of path.steps.entries()) {
        const over = analyse(
          boundedModel([{ network: alongStep(network, box, corners[k], step) }]),
          boxBetween([0], [1]),
        );
        most = Math.max(most, (await exactMaximum(over, first, 600)).upper.atMost);
        least = Math.min(least, -(await exactMaximum(over, { plus: null, minus: 0 }, 600)).upper.atMost);
      }
      const analysis = analyse(model, box);
      const size = 1 + Math.abs(most) + Math.abs(least);
      const maximum = await exactMaximum(analysis, first, 600);
      expect(Math.abs(maximum.upper.atMost - most)).toBeLessThan(1e-5 * size);
      const centre = enclose(model, one, box.centre).upper;
      const change = await exactChange(analysis, first, 20);
      expect(Math.abs(change.upper.atMost - Math.max(most - centre, centre - least))).toBeLessThan(
        1e-5 * size,
      );
    }
  });
});
