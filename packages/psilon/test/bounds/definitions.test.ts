import { describe, expect, test } from "vitest";
import { analyse } from "../../src/bounds/analyse.ts";
import { type Analysis, emptyForm, type LayerFacts } from "../../src/bounds/analysis.ts";
import { boundedModel, type ModelMember, type PiecewiseLayer } from "../../src/bounds/boundedModel.ts";
import { boxAround, boxBetween, pointBox } from "../../src/bounds/box.ts";
import { sensitivityOf } from "../../src/bounds/globalBounds.ts";
import { gradientOver } from "../../src/bounds/gradientOver.ts";
import { intervalsThrough } from "../../src/bounds/intervals.ts";
import { changeOver, maximumOver, rangeOver } from "../../src/bounds/overBox.ts";
import { valueAndGradient } from "../../src/bounds/point.ts";
import { addUpperForm } from "../../src/bounds/relaxation.ts";
import { addChangeForm } from "../../src/bounds/signedProducts.ts";
import { firstSlopes, slopesThrough, takeSlopes } from "../../src/bounds/slopes.ts";
import { createRandom, type Random } from "../../src/engine/random/random.ts";
import type { FoldedLayer, FoldedNetwork } from "../../src/folded/folded.ts";
import { between, mlp, normals, resnet } from "../support/foldedNetworks.ts";
import { forward } from "../support/forward.ts";
import {
  type PlainForm,
  plainChangeForm,
  plainGradient,
  plainIntervals,
  plainReach,
  plainUpperForm,
  slopesOf,
  sum,
} from "../support/plainBounds.ts";
import { denseOf, mlpOf, rowPair } from "../support/roundingDown.ts";

const near = (found: number, expected: number, size = Math.abs(expected)) =>
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-11 * size + 1e-290);

/** A member whose last layer has two rows, with three inputs that stand anywhere among five. */
function randomMember(random: Random): ModelMember {
  const draw = normals(random);
  const width = between(random, 1, 6);
  const network =
    random.next() < 0.5
      ? mlp([3, ...[[], [width], [width, 4]][between(random, 0, 2)], 2], draw, draw)
      : resnet({ inputs: 3, width, depth: between(random, 0, 2), outputs: 2 }, draw, draw);
  return boundedModel([{ network, inputs: Int32Array.of(4, 0, 3) }]).members[0];
}

/** Facts as they might be: signs fixed and open, intervals that end at 0 or at one point, small ones and large ones. */
function randomFacts(random: Random, units: number): LayerFacts {
  const draw = normals(random, 10 ** between(random, -2, 2));
  const pairs = Array.from({ length: units }, () => {
    const [a, b] = [draw(), draw()];
    const kind = between(random, 0, 7);
    if (kind === 0) return [0, Math.abs(a)];
    if (kind === 1) return [-Math.abs(a), 0];
    if (kind === 2) return [a, a];
    if (kind === 3) return [0, 0];
    if (kind === 4) return [-Math.abs(a), Math.abs(a)];
    return [Math.min(a, b), Math.max(a, b)];
  });
  const some = () => Float64Array.from({ length: units }, () => Math.abs(draw()));
  const lower = Float64Array.from(pairs, ([low]) => low);
  const upper = Float64Array.from(pairs, ([, high]) => high);
  return { lower, upper, size: some(), reach: some(), reachSize: some(), centre: { lower, upper } };
}

const factsOf = (random: Random, { layers }: ModelMember) =>
  layers.map(({ rows }) => randomFacts(random, rows));

function expectForm(member: ModelMember, found: ReturnType<typeof emptyForm>, expected: PlainForm) {
  const scale = expected.size + sum(expected.coefficients.map(Math.abs)) + Math.abs(expected.constant);
  near(found.constant, expected.constant, scale);
  near(found.size, expected.size, scale);
  const coefficients = [0, 0, 0, 0, 0];
  member.inputs.forEach((input, j) => {
    coefficients[input] = expected.coefficients[j];
  });
  coefficients.forEach((value, j) => {
    near(found.coefficients[j], value, scale);
  });
}

describe("Bounds over a box are what they are defined to be, but for rounding:", () => {
  test("intervals, and their sizes, which are the magnitudes that were summed", () => {
    const random = createRandom(60);
    for (let trial = 0; trial < 120; trial++) {
      const { layers } = randomMember(random);
      const l = between(random, 0, layers.length - 1);
      const layer = layers[l];
      const ends = randomFacts(random, layer.columns);
      const { lower, upper, size } = intervalsThrough(layer, ends, l === 0);
      const most = ends.lower.map((low, j) => Math.max(-low, ends.upper[j]));
      plainIntervals(layer, ends, l === 0).forEach(([low, high], i) => {
        near(lower[i], low, size[i]);
        near(upper[i], high, size[i]);
        expect(size[i]).toBeGreaterThanOrEqual((Math.abs(low) + Math.abs(high)) * (1 - 1e-12));
        const largest = Math.abs(layer.bias[i]) + plainReach(layer, { ...ends, reach: most }, i, l === 0);
        expect(size[i]).toBeLessThanOrEqual(2 * largest * (1 + 1e-12));
      });
    }
  });

  test("lines by relaxation, and what was summed to them", () => {
    const random = createRandom(61);
    for (let trial = 0; trial < 120; trial++) {
      const member = randomMember(random);
      const facts = factsOf(random, member);
      const row = Float64Array.from({ length: 2 }, normals(random));
      const form = emptyForm(5);
      addUpperForm(member, facts, facts.length - 1, row, form);
      expectForm(member, form, plainUpperForm(member.layers, facts, row));
      const slopes = facts.slice(0, -1).map(({ lower }) => lower.map(normals(random)));
      const proposed = emptyForm(5);
      addUpperForm(member, facts, facts.length - 1, row, proposed, slopes);
      expectForm(member, proposed, plainUpperForm(member.layers, facts, row, slopes));
    }
  });

  test("changes by signed products, and what was summed to them", () => {
    const random = createRandom(62);
    for (let trial = 0; trial < 120; trial++) {
      const member = randomMember(random);
      const facts = factsOf(random, member);
      const row = Float64Array.from({ length: 2 }, normals(random));
      const form = emptyForm(5);
      addChangeForm(member, facts, facts.length - 1, row, form);
      expectForm(member, form, plainChangeForm(member.layers, facts, row));
    }
  });

  test("a second member's form is added to the first one's", () => {
    const random = createRandom(63);
    const members = [randomMember(random), randomMember(random)];
    const facts = members.map((member) => factsOf(random, member));
    for (const add of [addUpperForm, addChangeForm]) {
      const row = Float64Array.of(1, -1);
      const [both, first, second] = [emptyForm(5), emptyForm(5), emptyForm(5)];
      members.forEach((member, m) => {
        add(member, facts[m], facts[m].length - 1, row, both);
        add(member, facts[m], facts[m].length - 1, row, [first, second][m]);
      });
      near(both.constant, first.constant + second.constant);
      near(both.size, first.size + second.size);
      both.coefficients.forEach((value, j) => {
        near(value, first.coefficients[j] + second.coefficients[j]);
      });
    }
  });

  test("slopes from the inputs on, and what open signs leave of them", () => {
    const random = createRandom(64);
    for (let trial = 0; trial < 80; trial++) {
      const { layers, room } = randomMember(random);
      const inputReach = Float64Array.from({ length: 3 }, () => random.next() * between(random, 0, 3));
      let found = firstSlopes(layers[0], inputReach);
      expect(found.slopes).toEqual(layers[0].positive);
      expect(found.rest.every((rest) => rest === 0)).toBe(true);
      for (const [l, layer] of layers.entries()) {
        if (l > 0) {
          const facts = randomFacts(random, layer.columns);
          const before = found;
          found = slopesThrough(layer, before, facts, inputReach, room);
          for (let i = 0; i < layer.rows; i++) {
            const ranges = slopesOf(layer, facts, i, false);
            const passed = ranges.map(([low, high]) => (low + high) / 2);
            const half = ranges.map(([low, high]) => (high - low) / 2);
            for (let k = 0; k < 3; k++) {
              const terms = passed.map((slope, j) => slope * before.slopes[j * 3 + k]);
              near(found.slopes[i * 3 + k], sum(terms), sum(terms.map(Math.abs)));
            }
            const left = [
              ...half.map((slope, j) => slope * facts.reach[j]),
              ...passed.map((slope, j) => Math.abs(slope) * before.rest[j]),
            ];
            near(
              found.rest[i],
              sum(left),
              sum(left) + sum(passed.map((s, j) => Math.abs(s * before.linear[j]))),
            );
          }
        }
        found.linear.forEach((linear, i) => {
          near(linear, sum(Array.from(inputReach, (reach, k) => reach * Math.abs(found.slopes[i * 3 + k]))));
        });
      }
      const taken = takeSlopes(found, Int32Array.of(1));
      expect(taken).toEqual({
        slopes: found.slopes.slice(3, 6),
        rest: found.rest.slice(1, 2),
        linear: found.linear.slice(1, 2),
      });
    }
  });

  test("gradients, of one network or the mean of several that read different inputs", () => {
    const random = createRandom(65);
    for (let trial = 0; trial < 80; trial++) {
      const members = Array.from({ length: between(random, 1, 3) }, () => ({ member: randomMember(random) }));
      const model = {
        ...boundedModel([{ network: members[0].member.network }], 5),
        networks: members.length,
      };
      const facts = members.map(({ member }) => ({
        member,
        layers: factsOf(random, member),
        sizes: [],
      }));
      const analysis = {
        model: { ...model, inputs: 5 },
        box: pointBox([0, 0, 0, 0, 0]),
        reach: new Float64Array(5),
        members: facts,
      };
      const output = [
        { plus: 0, minus: 1 },
        { plus: 1, minus: null },
        { plus: null, minus: 0 },
      ][trial % 3];
      const row = [
        [1, -1],
        [0, 1],
        [-1, 0],
      ][trial % 3];
      const [lower, upper] = [Array(5).fill(0), Array(5).fill(0)];
      for (const { member, layers } of facts) {
        plainGradient(member.layers, layers, row).forEach(([low, high], j) => {
          lower[member.inputs[j]] += low / members.length;
          upper[member.inputs[j]] += high / members.length;
        });
      }
      const found = gradientOver(analysis, output);
      const scale = Math.max(...lower.map(Math.abs), ...upper.map(Math.abs));
      for (let j = 0; j < 5; j++) {
        near(found.lower[j], lower[j], 10 * scale);
        near(found.upper[j], upper[j], 10 * scale);
      }
      // What no network reads is 0, not nearly.
      expect([found.lower[1], found.upper[2]]).toEqual([-0, 0]);
    }
  });

  test("what a quick analysis knows: intervals, and how far units move, by magnitudes and by their ends", () => {
    const random = createRandom(66);
    for (let trial = 0; trial < 40; trial++) {
      const draw = normals(random);
      const network =
        trial % 2
          ? mlp([3, 5, 4, 2], draw, draw)
          : resnet({ inputs: 3, width: 4, depth: 2, outputs: 2 }, draw, draw);
      const model = boundedModel([{ network }]);
      const box = boxAround(
        Array.from({ length: 3 }, draw),
        [0, 0.1, 1].map((radius) => radius * random.next()),
      );
      const { members, reach } = analyse(model, box, false);
      box.upper.forEach((high, j) => {
        near(reach[j], high - box.centre[j], high - box.lower[j]);
      });
      expect(reach[0]).toBe(0);
      const [{ member, layers, sizes }] = members;
      let below = { ...box, reach, centre: { lower: box.centre, upper: box.centre } };
      layers.forEach((facts, l) => {
        const layer = member.layers[l];
        const [ends, centres] = [below, below.centre].map((from) => plainIntervals(layer, from, l === 0));
        ends.forEach(([low, high], i) => {
          near(facts.lower[i], low, facts.size[i]);
          near(facts.upper[i], high, facts.size[i]);
          near(facts.centre.lower[i], centres[i][0], facts.size[i]);
          near(facts.centre.upper[i], centres[i][1], facts.size[i]);
          const bySlopes = plainReach(layer, below, i, l === 0);
          near(facts.reachSize[i], bySlopes);
          near(
            facts.reach[i],
            Math.min(bySlopes, Math.max(high - centres[i][0], centres[i][1] - low)),
            facts.size[i],
          );
        });
        below = facts;
      });
      // Of the units that are left out it is known as well how large they are.
      const at = box.lower.map((low, j) => low + random.next() * (box.upper[j] - low));
      sizes.forEach((size, l) => {
        const values = forward({ ...network, layers: network.layers.slice(0, l + 1) }, at);
        values.forEach((value, i) => {
          expect(Math.abs(value)).toBeLessThanOrEqual(size[i] * (1 + 1e-12));
        });
        const kept = layers[l].lower.map((low, i) => Math.max(-low, layers[l].upper[i]));
        expect(kept.every((value) => size.includes(value))).toBe(true);
        expect(size).toHaveLength(network.layers[l].rows);
      });
    }
  });

  test("what a thorough analysis knows: the best of intervals, of slopes and, for open signs, of relaxation", () => {
    const random = createRandom(68);
    let [narrowed, settled] = [0, 0];
    for (let trial = 0; trial < 60; trial++) {
      const draw = normals(random);
      const network =
        trial % 2
          ? mlp([3, 5, 4, 4, 2], draw, draw)
          : resnet({ inputs: 3, width: between(random, 3, 5), depth: 2, outputs: 2 }, draw, draw);
      const model = boundedModel([{ network }]);
      const radius = [0.1, 0.4, 1][trial % 3];
      const { box, reach, members } = analyse(
        model,
        boxAround(Array.from({ length: 3 }, draw), [radius, radius, radius]),
      );
      const [{ member, layers }] = members;
      const last = layers.length - 1;
      // Slopes are worth their time where a layer has more units than the model inputs.
      const hasSlopes = network.layers.some(({ rows }) => rows > 3);
      let slopes = firstSlopes(member.layers[0], reach);
      let below = { ...box, reach, centre: { lower: box.centre, upper: box.centre } };
      layers.forEach((facts, l) => {
        const layer = member.layers[l];
        if (l > 0) slopes = slopesThrough(layer, slopes, below, reach, member.room);
        const [ends, centres] = [below, below.centre].map((from) => plainIntervals(layer, from, l === 0));
        ends.forEach(([low, high], i) => {
          const [from, to] = centres[i];
          const bySlopes = hasSlopes ? slopes.linear[i] + slopes.rest[i] : Number.POSITIVE_INFINITY;
          const byMagnitudes = plainReach(layer, below, i, l === 0);
          let moved = Math.min(Math.max(high - from, to - low), byMagnitudes, bySlopes);
          let [lower, upper] = [low, high];
          if (hasSlopes) [lower, upper] = [Math.max(low, from - moved), Math.min(high, to + moved)];
          if (l > 0 && l < last && lower < 0 && upper > 0) {
            const relaxed = [-1, 1].map((sign) => {
              const row = Array.from({ length: layer.rows }, (_, k) => (k === i ? sign : 0));
              const known = [...layers.slice(0, l), facts];
              const form = plainUpperForm(member.layers.slice(0, l + 1), known, row);
              return (
                form.constant +
                sum(
                  form.coefficients.map((g, j) =>
                    Math.max(g * box.lower[member.inputs[j]], g * box.upper[member.inputs[j]]),
                  ),
                )
              );
            });
            const nearerIsUpper = upper < -lower;
            const narrow = [Math.max(lower, -relaxed[0]), Math.min(upper, relaxed[1])];
            narrowed++;
            // Where the nearer end settles the sign, the farther one is left.
            const isSettled = nearerIsUpper ? narrow[1] <= 0 : narrow[0] >= 0;
            if (isSettled) settled++;
            [lower, upper] = [
              isSettled && nearerIsUpper ? lower : narrow[0],
              isSettled && !nearerIsUpper ? upper : narrow[1],
            ];
            moved = Math.min(moved, Math.max(upper - from, to - lower));
          }
          near(facts.lower[i], lower, facts.size[i]);
          near(facts.upper[i], upper, facts.size[i]);
          near(facts.reach[i], moved, facts.size[i]);
        });
        below = facts;
      });
    }
    expect(Math.min(narrowed, settled)).toBeGreaterThan(20);
  });

  test("and nothing of what moves without end reaches a unit that does not read it", () => {
    const inf = Number.POSITIVE_INFINITY;
    const first = denseOf([
      [0, 1],
      [1, 0],
    ]);
    const reachOf = (layers: FoldedLayer[], radii: number[], box = boxAround([3, 3], radii)) => {
      const architecture = layers.some(({ kind }) => kind === "pair") ? "resnet" : "mlp";
      const analysis = analyse(boundedModel([{ network: { architecture, layers } }]), box, false);
      return analysis.members[0].layers.map(({ reachSize }) => [...reachSize].map((size) => rounded(size)));
    };
    expect(reachOf([first, denseOf([[0, 1]])], [1, inf])).toEqual([[inf, 1], [1]]);
    expect(reachOf([first, denseOf([[-2, 1]])], [1, inf])).toEqual([[inf, 1], [inf]]);
    expect(reachOf([first, rowPair([0, 2], [0, -3])], [1, inf])).toEqual([[inf, 1], [2]]);
    expect(reachOf([first, rowPair([0, 2], [1, -3])], [2, inf])).toEqual([[inf, 2], [inf]]);
    // Inputs below 0 are read as those above.
    expect(reachOf([first], [], boxBetween([-7, -inf], [-1, -1], [-3, -3]))).toEqual([[inf, 4]]);
  });

  test("a linear term is added to the network, and one of zeros is none", () => {
    const network: FoldedNetwork = { ...mlpOf(denseOf([[2, 0]])), slopes: Float32Array.of(3, 0) };
    const model = boundedModel([{ network }]);
    expect(model.members.map(({ inputs }) => [...inputs])).toEqual([[0, 1], [0]]);
    const analysis = analyse(model, boxAround([1.5, 0], [0.5, 0]));
    for (const { atMost } of maximumOver(analysis, { plus: 0, minus: null })) near(atMost, 10);
    for (const { atMost } of changeOver(analysis, { plus: 0, minus: null })) near(atMost, 2.5);
    const without = boundedModel([{ network: { ...network, slopes: Float32Array.of(0, 0) } }]);
    expect(without.members).toHaveLength(1);
  });

  test("maxima and changes by every method, smallest first, with errors once or twice, and values with their gradients", () => {
    const random = createRandom(67);
    for (let trial = 0; trial < 40; trial++) {
      const draw = normals(random);
      const inputs = [Int32Array.of(0, 1, 2), Int32Array.of(3, 0, 1)];
      const networks = Array.from({ length: between(random, 1, 2) }, (_, m) => ({
        network:
          trial % 2
            ? mlp([3, ...[[], [4], [5, 3]][trial % 3], 2], draw, draw)
            : resnet({ inputs: 3, width: 3, depth: trial % 3, outputs: 2 }, draw, draw),
        inputs: inputs[m],
      }));
      const model = boundedModel(networks, 4);
      const box = boxAround(
        Array.from({ length: 4 }, draw),
        [0, 0.1, 0.5, 2].map((radius) => radius * random.next()),
      );
      const analysis = analyse(model, box);
      const output = [
        { plus: 0, minus: 1 },
        { plus: 1, minus: null },
        { plus: null, minus: 0 },
      ][trial % 3];
      const row = [
        [1, -1],
        [0, 1],
        [-1, 0],
      ][trial % 3];
      const at = (x: Float64Array) =>
        mean(
          networks.map(({ network, inputs: fed }) =>
            sum(
              forward(
                network,
                Array.from(fed, (j) => x[j]),
              ).map((value, k) => value * row[k]),
            ),
          ),
        );
      const opposite = row.map((value) => -value);
      const global = sum(Array.from(sensitivityOf(model, output), (s, j) => s * analysis.reach[j]));
      const signed = plainForm(analysis, row, plainChangeForm, (g, j) => Math.abs(g) * analysis.reach[j]);
      const relaxed = (signs: number[]) =>
        plainForm(analysis, signs, plainUpperForm, (g, j) => Math.max(g * box.lower[j], g * box.upper[j]));
      const interval = (signs: number[]) => plainIntervalMaximum(analysis, signs);
      const centre = at(box.centre);
      const fromEnds = (maximum: (signs: number[]) => number) =>
        Math.max(maximum(row) - centre, maximum(opposite) + centre);
      const errors = Float64Array.of(0.25, 4);
      const error = sum(row.map((value, k) => Math.abs(value) * errors[k]));
      for (const [found, values, added] of [
        [
          [maximumOver(analysis, output), maximumOver(analysis, output, errors)],
          {
            global: centre + global,
            signed: centre + signed,
            relaxation: relaxed(row),
            interval: interval(row),
          },
          error,
        ],
        [
          [changeOver(analysis, output), changeOver(analysis, output, errors)],
          { global, signed, relaxation: fromEnds(relaxed), interval: fromEnds(interval) },
          2 * error,
        ],
      ] as const) {
        const scale = sum(Object.values(values).map(Math.abs));
        found.forEach((guarantees, k) => {
          expect(guarantees.map(({ atMost }) => atMost)).toEqual(
            guarantees.map(({ atMost }) => atMost).sort((a, b) => a - b),
          );
          expect(guarantees).toHaveLength(4);
          for (const { method, scope, arithmetic, atMost } of guarantees) {
            near(atMost, Math.min(values[method as "global"], values.global) + k * added, scale);
            expect(scope).toBe(method === "global" ? "global" : "local");
            expect(arithmetic).toBe(["real", "float32"][k]);
          }
        });
      }
      const { lower, upper } = rangeOver(analysis, output);
      expect(upper).toBe(maximumOver(analysis, output)[0].atMost);
      near(
        lower,
        -Math.min(...[relaxed, interval].map((one) => one(opposite)), global - centre, signed - centre),
        100 * (1 + global),
      );

      const gradient = new Float64Array(4);
      const x = box.lower.map((low, j) => low + random.next() * (box.upper[j] - low));
      near(valueAndGradient(model, Float64Array.from(row), x, gradient), at(x), 10);
      const expected = [0, 0, 0, 0];
      for (const { member, layers } of analyse(model, pointBox(x), false).members) {
        plainGradient(member.layers, layers, row).forEach(([value], j) => {
          expected[member.inputs[j]] += value / networks.length;
        });
      }
      gradient.forEach((value, j) => {
        near(value, expected[j], 100);
      });
    }
  });
});

/** Without what it was rounded outwards by. */
const rounded = (value: number) => (Number.isFinite(value) ? Math.round(value) : value);

const mean = (values: readonly number[]) => sum(values) / values.length;

/** What the members' forms come to together where each coefficient adds `term`, divided by the number of networks. */
function plainForm(
  { model, members }: Analysis,
  row: readonly number[],
  formOf: (
    layers: readonly PiecewiseLayer[],
    facts: readonly LayerFacts[],
    row: readonly number[],
  ) => PlainForm,
  term: (coefficient: number, input: number) => number,
): number {
  const coefficients = Array(model.inputs).fill(0);
  let constant = 0;
  for (const { member, layers } of members) {
    const form = formOf(member.layers, layers, row);
    constant += form.constant;
    form.coefficients.forEach((g, j) => {
      coefficients[member.inputs[j]] += g;
    });
  }
  return (constant + sum(coefficients.map(term))) / model.networks;
}

/** The row is multiplied into the last layer, and the sum of what its one unit reads is at its largest. */
function plainIntervalMaximum({ model, members, box }: Analysis, row: readonly number[]): number {
  const values = members.map(({ member, layers }) => {
    const last = layers.length - 1;
    const { columns, positive, negative, bias } = member.layers[last];
    const product = (matrix: Float64Array, width: number) =>
      Float64Array.from({ length: width }, (_, j) => sum(row.map((r, i) => r * matrix[i * width + j])));
    const contracted = {
      rows: 1,
      columns,
      positive: product(positive, columns),
      negative: negative && product(negative, columns),
      bias: product(bias, 1),
    };
    const ends = {
      lower: Float64Array.from(member.inputs, (j) => box.lower[j]),
      upper: Float64Array.from(member.inputs, (j) => box.upper[j]),
    };
    return plainIntervals(contracted, last > 0 ? layers[last - 1] : ends, last === 0)[0][1];
  });
  return sum(values) / model.networks;
}
