import { beforeAll, describe, expect, test, vi } from "vitest";
import { analyse } from "../../src/bounds/analyse.ts";
import { type Analysis, emptyForm } from "../../src/bounds/analysis.ts";
import { boundedModel } from "../../src/bounds/boundedModel.ts";
import { boxAround } from "../../src/bounds/box.ts";
import { endsOver, type Part, propose } from "../../src/bounds/proposal.ts";
import { addUpperForm, largestOf } from "../../src/bounds/relaxation.ts";
import { type RelaxedProgram, relaxedProgram } from "../../src/bounds/relaxedProgram.ts";
import { createLinearSolver, type LinearSolution, loadSolver } from "../../src/bounds/solver.ts";
import { createRandom, type Random } from "../../src/engine/random/random.ts";
import { between, mlp, normals, resnet } from "../support/foldedNetworks.ts";
import { forward } from "../support/forward.ts";
import { sum } from "../support/plainBounds.ts";

let highs: Awaited<ReturnType<typeof loadSolver>>;
beforeAll(async () => {
  highs = await loadSolver();
});

/** Two networks, the second of which reads the inputs in another order, over a box with a side that has no width. */
function randomAnalysis(random: Random) {
  const draw = normals(random);
  const networks = [between(random, 0, 2), between(random, 0, 2)].map((kind) =>
    kind > 0
      ? mlp([3, ...(kind === 1 ? [] : [between(random, 1, 5), between(random, 1, 4)]), 1], draw, draw)
      : resnet(
          { inputs: 3, width: between(random, 1, 4), depth: between(random, 0, 2), outputs: 1 },
          draw,
          draw,
        ),
  );
  const orders = [
    [0, 1, 2],
    [2, 0, 1],
  ];
  const model = boundedModel(networks.map((network, m) => ({ network, inputs: Int32Array.from(orders[m]) })));
  const radius = [0.1, 0.5, 2][between(random, 0, 2)];
  const analysis = analyse(model, boxAround(Array.from({ length: 3 }, draw), [radius, radius, 0]));
  const value = (x: ArrayLike<number>) =>
    sum(
      networks.map(
        (network, m) =>
          forward(
            network,
            orders[m].map((j) => x[j]),
          )[0],
      ),
    );
  return { analysis, value };
}

const wholeOf = ({ members }: Analysis): Part => members.map(({ layers }) => layers);

/** The part where units with an open sign have a sign, of about half of them. */
const randomPart = (random: Random, analysis: Analysis): Part =>
  wholeOf(analysis).map((layers) =>
    layers.map((facts, l) => {
      const [lower, upper] = [facts.lower.slice(), facts.upper.slice()];
      lower.forEach((low, i) => {
        if (l === layers.length - 1 || low >= 0 || upper[i] <= 0) return;
        const sign = between(random, -1, 2);
        if (sign === 1) lower[i] = 0;
        if (sign === -1) upper[i] = 0;
      });
      return { ...facts, lower, upper };
    }),
  );

/** What relaxation proves of r·(the networks' sum) over the part, with the slopes or with its own. */
function proven(
  { model, members, box }: Analysis,
  r: number,
  part: Part,
  slopes: ReturnType<typeof propose>["slopes"] | null,
) {
  const form = emptyForm(model.inputs);
  members.forEach(({ member }, m) => {
    addUpperForm(member, part[m], part[m].length - 1, Float64Array.of(r), form, slopes?.[m]);
  });
  return largestOf(form, box, model);
}

/** The program's best value, without what is constant: its costs were divided by its unit. */
const gained = ({ costs, unit }: RelaxedProgram, { values }: LinearSolution) =>
  unit * sum(costs.map((cost, v) => cost * values![v]));

describe("The linear program that proposes slopes", () => {
  test("is equal to the relaxation with the slopes that it proposes, which is nowhere below the networks and hardly above the relaxation's own slopes", () => {
    const random = createRandom(100);
    let [better, ours] = [0, 0];
    for (let trial = 0; trial < 60; trial++) {
      const { analysis, value } = randomAnalysis(random);
      const program = relaxedProgram(analysis, Float64Array.of(1))!;
      const solver = createLinearSolver(highs, program);
      const bounds = [wholeOf(analysis), randomPart(random, analysis), randomPart(random, analysis)].map(
        (part) => {
          const ends = endsOver(program, part);
          const solution = solver.solve(ends.lower, ends.upper, 60);
          if (!solution?.values) return null;
          const { slopes, point } = propose(analysis, program, solution);
          expect(point!.every((x, j) => x >= analysis.box.lower[j] && x <= analysis.box.upper[j])).toBe(true);
          const bound = proven(analysis, 1, part, slopes);
          const own = proven(analysis, 1, part, null);
          const size = 1 + Math.abs(own);
          expect(bound).toBeLessThan(own + 1e-6 * size);
          if (bound < own - 1e-3 * size) better++;
          ours++;
          // The point's value is what the search takes for a witness.
          expect(value(point!)).toBeLessThanOrEqual(
            proven(analysis, 1, wholeOf(analysis), null) + 1e-9 * size,
          );
          return { bound, gained: gained(program, solution), size };
        },
      );
      // What is constant is the same over every part.
      const constants = bounds
        .filter((one) => one !== null)
        .map((one) => ({ ...one, constant: one.bound - one.gained }));
      for (const { constant, size } of constants) {
        expect(Math.abs(constant - constants[0].constant)).toBeLessThan(1e-6 * (size + constants[0].size));
      }
      solver.dispose();
    }
    expect(better).toBeGreaterThan(ours / 10);
  });

  test("proves that a part is empty by slopes with which 0 would be below 0, and says nothing false of one that is not", () => {
    const random = createRandom(101);
    let [empty, proved] = [0, 0];
    for (let trial = 0; trial < 60; trial++) {
      const { analysis } = randomAnalysis(random);
      const program = relaxedProgram(analysis, Float64Array.of(1))!;
      const solver = createLinearSolver(highs, program);
      for (let cut = 0; cut < 4; cut++) {
        const part = randomPart(random, analysis);
        const ends = endsOver(program, part);
        const solution = solver.solve(ends.lower, ends.upper, 60);
        if (!solution || solution.values) continue;
        empty++;
        const { slopes, point, loosest } = propose(analysis, program, solution);
        expect([point, loosest]).toEqual([null, null]);
        if (proven(analysis, 0, part, slopes) < 0) proved++;
      }
      solver.dispose();
    }
    expect(empty).toBeGreaterThan(10);
    expect(proved).toBeGreaterThan(0.9 * empty);
  });

  test("branches on an open unit whose two signs lower the bound, and on none where the program is exact", () => {
    const random = createRandom(102);
    let [lowered, branched] = [0, 0];
    for (let trial = 0; trial < 60; trial++) {
      const { analysis, value } = randomAnalysis(random);
      const program = relaxedProgram(analysis, Float64Array.of(1))!;
      const solver = createLinearSolver(highs, program);
      const whole = wholeOf(analysis);
      const bestOver = (part: Part) => {
        const ends = endsOver(program, part);
        const solution = solver.solve(ends.lower, ends.upper, 60);
        if (!solution?.values) return null;
        const proposal = propose(analysis, program, solution);
        return { ...proposal, bound: proven(analysis, 1, part, proposal.slopes) };
      };
      const { bound, loosest, point } = bestOver(whole)!;
      const size = 1 + Math.abs(bound);
      if (!loosest) expect(bound - value(point!)).toBeLessThan(1e-6 * size);
      else {
        branched++;
        const { member, layer, unit } = loosest;
        const facts = whole[member][layer];
        expect(facts.lower[unit] < 0 && facts.upper[unit] > 0).toBe(true);
        const halves = (["lower", "upper"] as const).map((end) => {
          const ends = facts[end].slice();
          ends[unit] = 0;
          const layers = whole[member].map((one, l) => (l === layer ? { ...one, [end]: ends } : one));
          return whole.map((one, m) => (m === member ? layers : one));
        });
        const bounds = halves.map((half) => bestOver(half)?.bound ?? Number.NEGATIVE_INFINITY);
        expect(Math.max(...bounds)).toBeLessThan(bound + 1e-6 * size);
        if (Math.max(...bounds) < bound - 1e-6 * size) lowered++;
      }
      solver.dispose();
    }
    expect(branched).toBeGreaterThan(20);
    expect(lowered).toBeGreaterThan(0.8 * branched);
  });

  test("branches, of all open units, on the one whose triangle adds most, and on none where no unit has both parts", () => {
    const random = createRandom(103);
    for (let trial = 0; trial < 60; trial++) {
      const { analysis } = randomAnalysis(random);
      const program = relaxedProgram(analysis, Float64Array.of(1))!;
      const duals = Float64Array.from(program.rows, () => random.next());
      const values = Float64Array.from(program.costs, () => random.next());
      // What each adds: min(h⁺, −h⁻)·dual·(1/upper − 1/lower).
      let [most, expected]: [number, unknown] = [0, null];
      for (const { place, unit, row } of program.equations) {
        const facts = wholeOf(analysis)[place.member][place.layer];
        const [low, high] = [facts.lower[place.unit], facts.upper[place.unit]];
        if (low >= 0 || high <= 0) continue;
        const [plus, minus] = unit.shares.map(({ variable }) => values[variable]);
        const added = Math.min(high * plus, -low * minus) * duals[row + 1] * (1 / high - 1 / low);
        if (added > most) [most, expected] = [added, place];
      }
      expect(propose(analysis, program, { values, duals }).loosest).toEqual(expected);
      // Within the solver's tolerance of a kink nothing is to be gained.
      const besideKinks = (share: number) => {
        for (const { unit, range } of program.equations) {
          unit.shares.forEach(({ variable, scale }) => {
            values[variable] = (share * range) / Math.abs(scale);
          });
        }
        return propose(analysis, program, { values, duals }).loosest;
      };
      expect(besideKinks(0.9e-9)).toBe(null);
      expect(besideKinks(2e-9) === null).toBe(expected === null);
    }
  });

  test("is solved without a word", () => {
    const written = (["log", "info", "warn", "error"] as const).map((level) =>
      vi.spyOn(console, level).mockImplementation(() => {}),
    );
    const { analysis } = randomAnalysis(createRandom(104));
    const program = relaxedProgram(analysis, Float64Array.of(1))!;
    const solver = createLinearSolver(highs, program);
    const { lower, upper } = endsOver(program, wholeOf(analysis));
    expect(solver.solve(lower, upper, 60)?.values).not.toBe(null);
    solver.dispose();
    for (const level of written) {
      expect(level).not.toHaveBeenCalled();
      level.mockRestore();
    }
  });

  test("is none where a number is not finite, and takes no variable for a unit that cannot move", () => {
    const one = () => 1;
    const zero = () => 0;
    const inf = Number.POSITIVE_INFINITY;
    const over = (sizes: number[], radii: number[]) =>
      relaxedProgram(
        analyse(boundedModel([{ network: mlp(sizes, one, zero) }]), boxAround([1, 2], radii)),
        Float64Array.of(1),
      );
    expect(over([2, 1], [1, inf])).toBe(null);
    const still = over([2, 2, 1], [0, 0])!;
    expect([still.equations, still.costs]).toEqual([[], [0, 0]]);
    expect(over([2, 2, 1], [1, 0])!.equations).toHaveLength(2);
  });
});
