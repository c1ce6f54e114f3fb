import { beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../../src/backend/backend.ts";
import { InputError } from "../../src/errors.ts";
import { createNetwork } from "../../src/networks/network.ts";
import { type NetworkKind, type NetworkSpec, networkKinds } from "../../src/networks/spec.ts";
import { createPenalty, type PenaltyKind } from "../../src/penalties/penalty.ts";
import { createRandom, type Random } from "../../src/random/random.ts";
import { type WeightKind, weightKinds } from "../../src/weights/kinds.ts";
import { everyBackend, place } from "../support/engine.ts";
import { objective } from "../support/float64.ts";
import { between } from "../support/foldedNetworks.ts";
import { type Problem, randomValues } from "../support/problem.ts";

type Member = { penalty: PenaltyKind; form: Problem["form"]; architecture: NetworkSpec["architecture"] };
const members: Member[] = [
  { penalty: "path-norm", form: "auto", architecture: "mlp" },
  { penalty: "path-norm", form: "explicit", architecture: "mlp" },
  { penalty: "path-norm", form: "explicit", architecture: "resnet" },
  { penalty: "improved-bound", form: "auto", architecture: "resnet" },
  { penalty: "improved-bound", form: "explicit", architecture: "resnet" },
  { penalty: "l2", form: "auto", architecture: "mlp" },
  { penalty: "l2", form: "auto", architecture: "resnet" },
];
const kinds = Object.keys(weightKinds) as WeightKind[];

/** A network of any size with random weights; its loss plays no part. */
function randomNet(member: Member, hidden: WeightKind, output: WeightKind, random: Random): Problem {
  const spec: NetworkSpec = {
    architecture: member.architecture,
    inputs: between(random, 1, 40),
    width: between(random, 1, 40),
    depth: between(random, 0, 8),
    outputs: between(random, 1, 9),
    hidden,
    output,
  };
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

let backends: { name: string; backend: Backend }[];
beforeAll(async () => {
  backends = await everyBackend();
});

describe.each(members)("A penalty: $penalty ($form) of a $architecture", (member) => {
  test.each(kinds)("has the value of its definition with %s weights", (hidden) => {
    const random = createRandom(21);
    for (const output of kinds) {
      for (let trial = 0; trial < 10; trial++) {
        const problem = randomNet(member, hidden, output, random);
        const expected = objective(problem, problem.values).penalty;
        for (const { name, backend } of backends) {
          const mark = backend.arena.mark();
          const value = place(backend, problem).penalty!.value();
          backend.arena.release(mark);
          expect(Math.abs(value / expected - 1), `on ${name}`).toBeLessThan(1e-5);
        }
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
        penalty!.addGradient(scale);
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
    closed!.addGradient(1);
    expect(closed!.value()).toBe(0);
    expect(first.weight.lengthGradient!.data[0]).toBe(0);
    for (const { weight } of network.layers.slice(1)) {
      expect(weight.lengthGradient!.data.every((slope) => slope === 0)).toBe(true);
    }
  }
});

test("The improved bound of an MLP is refused with the penalty to use instead", () => {
  const { backend } = backends[0];
  const spec: NetworkSpec = { ...networkKinds.net, inputs: 2, width: 3, depth: 1, outputs: 1 };
  const network = createNetwork(backend, spec, 1, createRandom(1));
  expect(() => createPenalty(backend, network, "improved-bound")).toThrow(InputError);
  expect(() => createPenalty(backend, network, "improved-bound")).toThrow(/path norm/);
});
