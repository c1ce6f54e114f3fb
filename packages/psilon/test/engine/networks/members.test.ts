import { beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../../../src/engine/backend/backend.ts";
import { createBackend } from "../../../src/engine/backend/backend.ts";
import { createNetwork } from "../../../src/engine/networks/create.ts";
import type { NetworkSpec } from "../../../src/engine/networks/spec.ts";
import { createPenalty } from "../../../src/engine/penalties/create.ts";
import type { PenaltyKind } from "../../../src/engine/penalties/penalty.ts";
import { normal } from "../../../src/engine/random/normal.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import type { LossKind } from "../../../src/engine/training/loss.ts";
import { createTrainer } from "../../../src/engine/training/trainer.ts";
import { givesClosedForm } from "../../support/cases.ts";
import { distance, norm } from "../../support/compare.ts";
import { everyBackend } from "../../support/engine.ts";
import { centralDifference, objective } from "../../support/float64.ts";
import { between } from "../../support/foldedNetworks.ts";
import { jaxGradients } from "../../support/jax.ts";
import { rowKinds } from "../../support/kinds.ts";
import type { Problem } from "../../support/problem.ts";
import {
  gatherGradients,
  memberProblem,
  namedTensors,
  randomShared,
  type SharedProblem,
  type SharedValues,
  sharedGradients,
  valuesOf,
} from "../../support/sharedEnsembles.ts";
import { defaults, makeData, runTo, startRun, weightsOf } from "../../support/training.ts";

const TOLERANCE = 1e-4;

const penalties: Record<NetworkSpec["architecture"], [PenaltyKind, "auto" | "explicit"][]> = {
  mlp: [
    ["l2", "auto"],
    ["path-norm", "auto"],
    ["path-norm", "explicit"],
    [{ kind: "lp", p: 1.5 }, "auto"],
  ],
  resnet: [
    ["path-norm", "explicit"],
    ["improved-bound", "auto"],
    ["product-of-norms", "auto"],
    ["l1-over-l2", "auto"],
  ],
};
const losses: [LossKind, number][] = [
  ["squared-error", 1],
  ["squared-error", 3],
  ["logistic", 1],
  ["softmax", 4],
];

const nameOf = (penalty: PenaltyKind) => (typeof penalty === "object" ? penalty.kind : penalty);

/** Every weight × penalty of both architectures, with losses, shapes and one to four members dealt out. */
function everyCase(): { name: string; problem: SharedProblem }[] {
  const random = createRandom(61);
  let k = 0;
  return (["mlp", "resnet"] as const).flatMap((architecture) =>
    rowKinds.flatMap((hidden) =>
      penalties[architecture].flatMap(([penalty, form]) => {
        // The L2 penalty of plain weights is on V itself: no mean over members, and tested by itself.
        if (penalty === "l2" && hidden === "plain") return [];
        const [loss, outputs] = losses[k++ % losses.length];
        const closed = form === "auto" && (penalty === "path-norm" || penalty === "improved-bound");
        const output = closed && hidden === "l1-shared" ? "l1-row" : rowKinds[k % rowKinds.length];
        if (closed && !(hidden === "l1-shared" && givesClosedForm(output))) return [];
        const monotone = loss === "logistic" && form === "explicit";
        const inputs = monotone ? 5 : between(random, 2, 9);
        const spec: NetworkSpec = {
          architecture,
          inputs,
          width: between(random, 1, 17),
          depth: between(random, 1, 3),
          outputs,
          hidden,
          output: output === "plain" && penalty === "l2" ? "l2-row" : output,
          ...(monotone && { monotone: [1, 0, -1, 1, 0] as const }),
        };
        const members = 1 + (k % 4);
        const options = { spec, loss, penalty, form, n: between(random, 1, 7), random };
        const name = `${members} of ${architecture} ${spec.hidden}/${spec.output}, ${nameOf(penalty)} (${form}), ${loss}`;
        return [{ name, problem: randomShared(options, members, random) }];
      }),
    ),
  );
}

/** The mean of the members' objectives, in float64. */
function sharedObjective(problem: SharedProblem, values: SharedValues): { value: number; pattern: number } {
  let [value, pattern] = [0, 0];
  problem.rows.forEach((_, m) => {
    const member = memberProblem(problem, m, values);
    const found = objective(member, member.values);
    value += found.value / problem.rows.length;
    pattern = (Math.imul(pattern, 31) + found.pattern) | 0;
  });
  return { value, pattern };
}

let backends: { name: string; backend: Backend }[];
beforeAll(async () => {
  backends = await everyBackend();
});

describe.each(everyCase())("A shared ensemble: $name", ({ problem }) => {
  test("has the gradient that its members have as plain networks, by automatic differentiation", () => {
    const found = problem.rows.map((_, m) => {
      const member = memberProblem(problem, m, valuesOf(problem));
      const [first, ...rest] = member.values as Problem["values"];
      return jaxGradients({ ...member, values: [{ ...first, raw: Float32Array.from(first.raw) }, ...rest] });
    });
    const expected = namedTensors(
      gatherGradients(
        problem,
        found.map(({ gradients }) => gradients),
      ),
    );
    const value = found.reduce((sum, one) => sum + one.value / found.length, 0);
    const whole = norm(expected.map(({ values }) => norm(values)));
    for (const { name, backend } of backends) {
      const engine = sharedGradients(backend, problem);
      expect(Math.abs(engine.value / value - 1), `value on ${name}`).toBeLessThan(TOLERANCE);
      namedTensors(engine.gradients).forEach(({ name: tensor, values }, t) => {
        const scale = Math.max(norm(expected[t].values), 1e-3 * whole);
        expect(distance(values, expected[t].values) / scale, `${tensor} on ${name}`).toBeLessThan(
          2 * TOLERANCE,
        );
      });
    }
  });

  test("has the derivatives that float64 finite differences find", () => {
    const random = createRandom(62);
    const { gradients } = sharedGradients(backends[0].backend, problem);
    const tensors = namedTensors(gradients);
    const whole = norm(tensors.map(({ values }) => norm(values)));
    tensors.forEach(({ name, values: gradient }, t) => {
      let derivative: number | null = null;
      let direction: number[] = [];
      for (let attempt = 0; derivative === null && attempt < 10; attempt++) {
        direction = Array.from(gradient, () => normal(random));
        derivative = centralDifference((step) =>
          sharedObjective(problem, moved(valuesOf(problem), t, step, direction)),
        );
      }
      const along = direction.reduce((sum, d, k) => sum + d * gradient[k], 0);
      const scale = Math.max(norm(gradient), 1e-3 * whole);
      expect(Math.abs(along - derivative!) / scale, name).toBeLessThan(TOLERANCE);
    });
  });
});

/** The values with tensor number t moved. */
function moved(values: SharedValues, t: number, step: number, direction: readonly number[]): SharedValues {
  let at = -1;
  const move = (tensor: Float32Array | Float64Array) => {
    at++;
    return at === t ? Float64Array.from(tensor, (v, k) => v + step * direction[k]) : tensor;
  };
  const ofLayer = ({ raw, lengths, bias }: SharedValues["heads"][number]) => ({
    raw: move(raw),
    lengths: lengths && move(lengths),
    bias: move(bias),
  });
  return {
    adapters: move(values.adapters),
    shared: values.shared.map(ofLayer),
    heads: values.heads.map(ofLayer),
  };
}

const spec = {
  architecture: "mlp",
  hidden: "l1-shared",
  output: "l1-row",
  inputs: 5,
  width: 9,
  depth: 2,
  outputs: 1,
} as const;

describe("A network of one member", () => {
  test("starts as the plain network, to the bit", async () => {
    const backend = await createBackend({ provider: "wasm" });
    for (const architecture of ["mlp", "resnet"] as const) {
      const [plain, one] = [undefined, 1].map((members) => {
        const size = { ...spec, architecture, ...(members && { members }) };
        const network = createNetwork(backend, size, 8, createRandom(3));
        network.input.data.set(makeData(8, 4).inputs);
        network.forward(8);
        return [...network.output.data, ...weightsOf(network).flatMap((values) => [...values])];
      });
      expect(one).toEqual(plain);
    }
  });

  test("trains its inputs' scales, of mean size 1", async () => {
    const backend = await createBackend({ provider: "wasm" });
    const { network } = runTo(startRun(backend, { network: { members: 1 } }), 10);
    const scales = network.parameters[0].raw.data;
    expect(scales.reduce((sum, s) => sum + Math.abs(s), 0) / scales.length).toBeCloseTo(1, 6);
    expect(Math.max(...scales) - Math.min(...scales)).toBeGreaterThan(0.01);
  });
});

describe("Members", () => {
  test("begin with factors of 1, then with others near it", async () => {
    const backend = await createBackend({ provider: "wasm" });
    const factors = createNetwork(backend, { ...spec, members: 8 }, 8, createRandom(3)).parameters[0].raw
      .data;
    expect([...factors.subarray(0, 5)]).toEqual([1, 1, 1, 1, 1]);
    expect(new Set(factors).size).toBe(36);
    expect(Math.max(...factors.map((r) => Math.abs(r - 1)))).toBeLessThan(1.5);
  });

  test("see every row once an epoch, each in an order of its own", async () => {
    const backend = await createBackend({ provider: "wasm" });
    const members = 3;
    const network = createNetwork(backend, { ...spec, inputs: 1, members }, 300, createRandom(3));
    const rows = 41;
    const inputs = Float32Array.from({ length: rows }, (_, i) => i);
    const train = { rows, inputs, targets: new Float32Array(rows), weights: null };
    const seen: number[][] = [[], [], []];
    const { forward } = network;
    const trainer = createTrainer(
      backend,
      {
        ...network,
        forward(n) {
          for (let r = 0; r < n; r++) seen[Math.floor((members * r) / n)].push(network.input.data[r]);
          forward(n);
        },
      },
      { ...defaults, initialization: "paper", epochs: 1, batchSize: 8 },
      train,
    );
    trainer.runEpoch();
    for (const order of seen) expect([...order].sort((a, b) => a - b)).toEqual([...inputs]);
    expect(seen[0]).not.toEqual(seen[1]);
    expect(seen[1]).not.toEqual(seen[2]);
  });

  test("are validated by the loss of their mean", async () => {
    const backend = await createBackend({ provider: "wasm" });
    const validation = makeData(50, 9);
    const trainer = startRun(backend, { network: { members: 4 }, training: { patience: 9 }, validation });
    const { validation: loss } = trainer.runEpoch();
    const { network } = trainer;
    const sums = new Float64Array(50);
    for (let m = 0; m < 4; m++) network.input.data.set(validation.inputs, m * validation.inputs.length);
    network.forward(200);
    network.output.data.subarray(0, 200).forEach((value, r) => {
      sums[r % 50] += value / 4;
    });
    const expected = sums.reduce((sum, f, r) => sum + (f - validation.targets[r]) ** 2 / 50, 0);
    expect(loss).toBeCloseTo(expected, 5);
  });

  test("are refused where nothing could be shared", async () => {
    const backend = await createBackend({ provider: "wasm" });
    const create = (extra: Partial<NetworkSpec>) => () =>
      createNetwork(backend, { ...spec, ...extra }, 8, createRandom(3));
    expect(create({ members: 2, depth: 0 })).toThrow(/share hidden layers, and an MLP of depth 0 has none/);
    expect(create({ members: 2, hidden: "spectral" })).toThrow(/which "spectral" weights have as a whole/);
    expect(create({ members: 0 })).toThrow(/members must be a whole number of at least 1/);
    const plain = create({ members: 2, depth: 1, hidden: "plain", output: "plain" })();
    expect(() => createPenalty(backend, plain, "path-norm-proximal")).toThrow(/belong to 2 members/);
  });

  test("have the L2 penalty of plain weights once for what they share", async () => {
    const backend = await createBackend({ provider: "wasm" });
    const network = createNetwork(
      backend,
      { ...spec, hidden: "plain", output: "plain", members: 3 },
      8,
      createRandom(3),
    );
    const squares = network.layers.map(({ weight }) => weight.raw.data.reduce((sum, w) => sum + w * w, 0));
    const [first, second, ...heads] = squares;
    const expected = first + second + heads.reduce((sum, one) => sum + one / 3, 0);
    expect(createPenalty(backend, network, "l2")!.value()).toBeCloseTo(expected, 4);
  });
});
