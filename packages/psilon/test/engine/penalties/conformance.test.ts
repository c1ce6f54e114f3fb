import { beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../../../src/engine/backend/backend.ts";
import { createNetwork } from "../../../src/engine/networks/create.ts";
import { type NetworkKind, type NetworkSpec, networkKinds } from "../../../src/engine/networks/spec.ts";
import { createPenalty } from "../../../src/engine/penalties/create.ts";
import type { GradientPenalty, Penalty, PenaltyKind } from "../../../src/engine/penalties/penalty.ts";
import { createRandom, type Random } from "../../../src/engine/random/random.ts";
import type { WeightKind } from "../../../src/engine/weights/kinds.ts";
import { InputError } from "../../../src/errors.ts";
import { worstTensor } from "../../support/compare.ts";
import { engineGradients, everyBackend, place } from "../../support/engine.ts";
import { finiteDifferences, objective } from "../../support/float64.ts";
import { between } from "../../support/foldedNetworks.ts";
import { jaxGradients } from "../../support/jax.ts";
import { rowKinds } from "../../support/kinds.ts";
import { type Problem, randomProblem, randomValues } from "../../support/problem.ts";

type Member = { penalty: PenaltyKind; form: Problem["form"]; architecture: NetworkSpec["architecture"] };
const everywhere = (penalty: PenaltyKind): Member[] =>
  (["mlp", "resnet"] as const).map((architecture) => ({ penalty, form: "auto", architecture }));
const members: Member[] = [
  { penalty: "path-norm", form: "auto", architecture: "mlp" },
  { penalty: "path-norm", form: "explicit", architecture: "mlp" },
  { penalty: "path-norm", form: "auto", architecture: "resnet" },
  { penalty: "improved-bound", form: "auto", architecture: "resnet" },
  { penalty: "improved-bound", form: "explicit", architecture: "resnet" },
  { penalty: "l2", form: "auto", architecture: "mlp" },
  { penalty: "l2", form: "auto", architecture: "resnet" },
  ...([0.5, 1, 1.5, 2, 3] as const).flatMap((p): Member[] => everywhere({ kind: "lp", p })),
  ...everywhere("l1-over-l2"),
  ...everywhere("product-of-norms"),
];
const kinds = rowKinds;
const nameOf = (penalty: PenaltyKind) =>
  typeof penalty === "object" ? `${penalty.kind} with p = ${penalty.p}` : penalty;

/** A penalty whose gradient falls on weights or lengths. */
function differentiated(penalty: Penalty | null): GradientPenalty {
  if (!penalty || penalty.on === "steps") throw new Error("The penalty has no gradient.");
  return penalty;
}

function randomSpec(
  { architecture }: Member,
  hidden: WeightKind,
  output: WeightKind,
  random: Random,
  width: number,
  depth: number,
): NetworkSpec {
  return {
    architecture,
    inputs: between(random, 1, width),
    width: between(random, 1, width),
    depth: between(random, 0, depth),
    outputs: between(random, 1, 9),
    hidden,
    output,
  };
}

/** A network of any size with random weights; its loss plays no part. */
function randomNet(member: Member, hidden: WeightKind, output: WeightKind, random: Random): Problem {
  const spec = randomSpec(member, hidden, output, random, 40, 8);
  return {
    spec,
    loss: "squared-error",
    penalty: member.penalty,
    form: member.form,
    lambda: 1,
    projection: null,
    n: 1,
    x: new Float32Array(spec.inputs),
    y: new Float32Array(spec.outputs),
    rowWeights: null,
    values: randomValues(spec, random),
  };
}

/** A small network whose loss and penalty pull about as hard, with no weight so near 0 that Σ|W|^p bends within a step. */
function randomObjective(member: Member, hidden: WeightKind, output: WeightKind, random: Random): Problem {
  for (;;) {
    const { penalty, form } = member;
    const spec = randomSpec(member, hidden, output, random, 9, 2);
    const problem = randomProblem({ spec, loss: "squared-error", penalty, form, n: 6, random });
    if (problem.values.every(({ raw }) => raw.every((v) => Math.abs(v) > 2e-3))) return problem;
  }
}

let backends: { name: string; backend: Backend }[];
beforeAll(async () => {
  backends = await everyBackend();
});

const named = members.map((member) => ({ ...member, name: nameOf(member.penalty) }));

describe.each(named)("A penalty: $name ($form) of a $architecture", (member) => {
  test.each(kinds)("has the value of its definition with %s weights", (hidden) => {
    const random = createRandom(21);
    for (const output of kinds) {
      for (let trial = 0; trial < 3; trial++) {
        const problem = randomNet(member, hidden, output, random);
        const expected = objective(problem, problem.values).penalty;
        for (const { name, backend } of backends) {
          const mark = backend.arena.mark();
          const value = place(backend, problem).penalty!.value();
          backend.arena.release(mark);
          // Weights of fixed size have no part in the L2 penalty.
          expect(Math.abs(value - expected), `on ${name}`).toBeLessThanOrEqual(1e-5 * Math.abs(expected));
        }
      }
    }
  });

  test.each(kinds)("has the gradient of its definition with %s weights", (hidden) => {
    const random = createRandom(22);
    const output = kinds[between(random, 0, kinds.length - 1)];
    const problem = randomObjective(member, hidden, output, random);
    const references = [finiteDifferences(problem), jaxGradients(problem).gradients];
    for (const { name, backend } of backends) {
      const { gradients } = engineGradients(backend, problem);
      for (const reference of references) {
        const worst = worstTensor(problem, gradients, reference);
        expect(worst.error, `${worst.name} on ${name}`).toBeLessThan(1e-4);
      }
    }
  });

  test("adds to the gradients in proportion to its factor", () => {
    const problem = randomNet(member, "l1-shared", "l1-row", createRandom(3));
    for (const { backend } of backends) {
      const { network, penalty } = place(backend, problem);
      const added = (scale: number) => {
        for (const { weight } of network.layers) {
          weight.gradient.data.fill(0);
          weight.lengthGradient?.data.fill(0);
        }
        differentiated(penalty).addGradient(scale);
        return network.layers.flatMap(({ weight }) => [
          ...weight.gradient.data,
          ...(weight.lengthGradient?.data ?? []),
        ]);
      };
      const once = added(1);
      expect(once.some((value) => value !== 0)).toBe(true);
      expect(added(0).every((value) => value === 0)).toBe(true);
      expect(added(2)).toEqual(once.map((value) => 2 * value));
    }
  });
});

test("The closed form and the explicit pass give one value", () => {
  const random = createRandom(4);
  for (const kind of ["net", "resnet"] as const) {
    const { architecture, penalty } = networkKinds[kind];
    for (const output of ["l1-row", "l1-shared"] as const) {
      for (let trial = 0; trial < 25; trial++) {
        const problem = randomNet({ architecture, penalty, form: "auto" }, "l1-shared", output, random);
        for (const { backend } of backends) {
          const mark = backend.arena.mark();
          const { network, penalty: closed } = place(backend, problem);
          const explicit = createPenalty(backend, network, penalty, "explicit")!;
          expect(closed!.on).toBe("lengths");
          expect(explicit.on).toBe("weights");
          expect(Math.abs(closed!.value() / explicit.value() - 1)).toBeLessThan(1e-5);
          backend.arena.release(mark);
        }
      }
    }
  }
});

test("A ResNet of nine blocks and two outputs starts with the improved bound 2 and the path norm 2048", () => {
  const { backend } = backends[0];
  const spec: NetworkSpec = { ...networkKinds.resnet, inputs: 7, width: 16, depth: 9, outputs: 2 };
  const network = createNetwork(backend, spec, 1, createRandom(1));
  const value = (kind: PenaltyKind, form: Problem["form"]) =>
    createPenalty(backend, network, kind, form)!.value();
  expect(value("improved-bound", "auto")).toBeCloseTo(2, 6);
  expect(value("improved-bound", "explicit")).toBeCloseTo(2, 5);
  expect(value("path-norm", "auto") / 2048).toBeCloseTo(1, 5);
});

test("A PSiLON Net starts with the path norm of its number of outputs", () => {
  const { backend } = backends[0];
  const spec: NetworkSpec = { ...networkKinds.net, inputs: 7, width: 16, depth: 4, outputs: 3 };
  const network = createNetwork(backend, spec, 1, createRandom(1));
  expect(createPenalty(backend, network, "path-norm")!.value()).toBeCloseTo(3, 6);
});

test("The closed form's slope at a length of 0 is 0, and other factors keep theirs", () => {
  for (const kind of ["net", "resnet"] as const satisfies NetworkKind[]) {
    const { architecture, penalty } = networkKinds[kind];
    const problem = randomNet(
      { architecture, penalty, form: "auto" },
      "l1-shared",
      "l1-row",
      createRandom(9),
    );
    const { backend } = backends[0];
    const { network, penalty: closed } = place(backend, problem);
    const [first] = network.layers;
    first.weight.lengths!.data[0] = 0;
    for (const { weight } of network.layers) weight.lengthGradient!.data.fill(0);
    differentiated(closed).addGradient(1);
    expect(closed!.value()).toBe(0);
    expect(first.weight.lengthGradient!.data[0]).toBe(0);
    for (const { weight } of network.layers.slice(1)) {
      expect(weight.lengthGradient!.data.every((slope) => slope === 0)).toBe(true);
    }
  }
});

test("The closed form's slope at an output's length of 0 is 0, and other outputs keep theirs", () => {
  const { backend } = backends[0];
  const spec: NetworkSpec = { ...networkKinds.net, inputs: 2, width: 3, depth: 1, outputs: 3 };
  const network = createNetwork(backend, spec, 1, createRandom(1));
  const [hidden, output] = network.layers.map(({ weight }) => weight);
  hidden.lengths!.data[0] = -2;
  output.lengths!.data.set([0, 3, -5]);
  for (const { lengthGradient } of [hidden, output]) lengthGradient!.data.fill(0);
  const penalty = differentiated(createPenalty(backend, network, "path-norm"));
  expect(penalty.value()).toBe(16);
  penalty.addGradient(1);
  expect(Array.from(output.lengthGradient!.data)).toEqual([0, 2, -2]);
  expect(Array.from(hidden.lengthGradient!.data)).toEqual([-8]);
});

test("The improved bound of an MLP is refused with the penalty to use instead", () => {
  const { backend } = backends[0];
  const spec: NetworkSpec = { ...networkKinds.net, inputs: 2, width: 3, depth: 1, outputs: 1 };
  const network = createNetwork(backend, spec, 1, createRandom(1));
  expect(() => createPenalty(backend, network, "improved-bound")).toThrow(InputError);
  expect(() => createPenalty(backend, network, "improved-bound")).toThrow(/path norm/);
});

test("Σ|W|^p has slope 0 where a weight is 0, and refuses a power that is not a finite number above 0", () => {
  const { backend } = backends[0];
  const spec: NetworkSpec = { ...networkKinds.mlp, inputs: 3, width: 5, depth: 1, outputs: 1 };
  const network = createNetwork(backend, spec, 1, createRandom(1));
  const [{ weight }] = network.layers;
  weight.raw.data.set([0, -0.25, 0]);
  for (const p of [0.5, 1, 2]) {
    const penalty = differentiated(createPenalty(backend, network, { kind: "lp", p }));
    weight.gradient.data.fill(0);
    penalty.addGradient(1);
    expect(Array.from(weight.gradient.data.subarray(0, 3))).toEqual([0, -p * 0.25 ** (p - 1), 0]);
  }
  for (const p of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => createPenalty(backend, network, { kind: "lp", p })).toThrow(InputError);
  }
});

test("A row of zeros adds nothing to Σ‖W_i‖₁/‖W_i‖₂, and very small and large rows what all rows do", () => {
  const { backend } = backends[0];
  const spec: NetworkSpec = { ...networkKinds.mlp, inputs: 4, width: 3, depth: 1, outputs: 1 };
  const network = createNetwork(backend, spec, 1, createRandom(1));
  const [first, second] = network.layers.map(({ weight }) => weight);
  first.raw.data.set([0, 0, 0, 0, 1e-30, 1e-30, 1e-30, -1e-30, 1e30, 0, 0, -1e30]);
  second.raw.data.set([0, 2, 0]);
  const penalty = differentiated(createPenalty(backend, network, "l1-over-l2"));
  expect(penalty.value()).toBeCloseTo(0 + 2 + Math.SQRT2 + 1, 6);
  first.gradient.data.fill(0);
  penalty.addGradient(1);
  expect(Array.from(first.gradient.data.subarray(0, 8))).toEqual(Array(8).fill(0));
  expect(first.gradient.data.every(Number.isFinite)).toBe(true);
});

test("The product of norms does not change when scale moves between the layers of an MLP", () => {
  const { backend } = backends[0];
  const spec: NetworkSpec = { ...networkKinds.mlp, inputs: 4, width: 6, depth: 2, outputs: 2 };
  const network = createNetwork(backend, spec, 1, createRandom(1));
  const penalty = createPenalty(backend, network, "product-of-norms")!;
  const before = penalty.value();
  const scale = (l: number, by: number) => {
    const { data } = network.layers[l].weight.raw;
    data.set(data.map((value) => by * value));
  };
  scale(0, 8);
  scale(2, 1 / 8);
  expect(penalty.value()).toBe(before);
  scale(1, 2);
  expect(penalty.value()).toBe(2 * before);
});

test("The product of norms of a hundred layers is finite where its partial products are not", () => {
  const { backend } = backends[0];
  const spec: NetworkSpec = { ...networkKinds.mlp, inputs: 1, width: 1, depth: 99, outputs: 1 };
  const network = createNetwork(backend, spec, 1, createRandom(1));
  const penalty = differentiated(createPenalty(backend, network, "product-of-norms"));
  for (const [first, second] of [
    [2 ** 40, 2 ** -40],
    [2 ** -40, 2 ** 40],
  ]) {
    network.layers.forEach(({ weight }, l) => {
      weight.raw.data[0] = l < 50 ? first : second;
      weight.gradient.data.fill(0);
    });
    expect(penalty.value()).toBe(1);
    penalty.addGradient(1);
    for (const { weight } of network.layers) expect(weight.gradient.data[0]).toBe(1 / weight.raw.data[0]);
  }
});

test("The product of norms of a ResNet does not vanish with its blocks, and a layer of zeros has slope 0", () => {
  const { backend } = backends[0];
  const spec: NetworkSpec = { ...networkKinds.resnet, inputs: 5, width: 4, depth: 3, outputs: 1 };
  const network = createNetwork(backend, spec, 1, createRandom(1));
  const penalty = differentiated(createPenalty(backend, network, "product-of-norms"));
  const norm = (l: number) => Math.hypot(...network.layers[l].weight.effective.data);
  expect(norm(1)).toBe(0);
  expect(penalty.value() / (norm(0) * norm(4))).toBeCloseTo(1, 6);
  for (const { weight } of network.layers) weight.gradient.data.fill(0);
  penalty.addGradient(1);
  expect(network.layers[1].weight.gradient.data.every((slope) => slope === 0)).toBe(true);
  expect(network.layers[0].weight.gradient.data.some((slope) => slope !== 0)).toBe(true);
});
