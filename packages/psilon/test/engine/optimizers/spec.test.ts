import { expect, test } from "vitest";
import { createBackend } from "../../../src/engine/backend/backend.ts";
import { createNetwork } from "../../../src/engine/networks/create.ts";
import { networkKinds } from "../../../src/engine/networks/spec.ts";
import { adam } from "../../../src/engine/optimizers/adam.ts";
import { chain, type OptimizerSpec, optimizerParts } from "../../../src/engine/optimizers/chain.ts";
import { clipByNorm } from "../../../src/engine/optimizers/clipByNorm.ts";
import {
  adamW,
  coupledDecay,
  softThreshold,
  weightDecay,
} from "../../../src/engine/optimizers/comparators.ts";
import { decoupledDecay, pAdam, pSGD } from "../../../src/engine/optimizers/decoupledDecay.ts";
import { createOptimizer } from "../../../src/engine/optimizers/optimizer.ts";
import { sgd } from "../../../src/engine/optimizers/sgd.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import { InputError } from "../../../src/errors.ts";
import { startRun } from "../../support/training.ts";
import { members } from "./reference.ts";

test("Every optimizer is plain data that survives a structured clone and JSON", () => {
  for (const { spec } of members) {
    expect(structuredClone(spec)).toEqual(spec);
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
  }
});

test("pAdam, pSGD and adamW are chains of their parts", () => {
  expect(pAdam({ p: 0.5, lambda: 0.1, beta1: 0.8, elastic: 0.2 })).toEqual(
    chain(adam({ beta1: 0.8 }), decoupledDecay({ p: 0.5, lambda: 0.1, elastic: 0.2 })),
  );
  expect(pSGD({ p: 1, lambda: 0.1, momentum: 0.3 })).toEqual(
    chain(sgd({ momentum: 0.3 }), decoupledDecay({ p: 1, lambda: 0.1 })),
  );
  expect(adamW({ lambda: 0.1, epsilon: 1e-6 })).toEqual(
    chain(adam({ epsilon: 1e-6 }), weightDecay({ lambda: 0.1 })),
  );
});

const decay = decoupledDecay({ p: 1, lambda: 0.1 });
const refused: { name: string; spec: OptimizerSpec; says: RegExp }[] = [
  { name: "no transform", spec: [], says: /exactly one moment rule, sgd or adam, but 0/ },
  { name: "no moment rule", spec: chain(clipByNorm({ norm: 1 }), decay), says: /but 0 were found/ },
  { name: "two moment rules", spec: chain(sgd(), adam()), says: /but 2 were found in \["sgd", "adam"\]/ },
  { name: "two decays", spec: chain(adam(), decay, weightDecay({ lambda: 1 })), says: /at most one decay/ },
  {
    name: "coupled and decoupled decay",
    spec: chain(coupledDecay({ p: 2, lambda: 1 }), adam(), decay),
    says: /at most one decay/,
  },
  {
    name: "two clippings",
    spec: chain(clipByNorm({ norm: 1 }), clipByNorm({ norm: 2 }), adam()),
    says: /one clipping/,
  },
  { name: "decay before the rule", spec: chain(decay, adam()), says: /out of order/ },
  { name: "clipping after the rule", spec: chain(adam(), clipByNorm({ norm: 1 })), says: /out of order/ },
  {
    name: "clipping after coupled decay",
    spec: chain(coupledDecay({ p: 2, lambda: 1 }), clipByNorm({ norm: 1 }), adam()),
    says: /out of order/,
  },
  { name: "p below 0", spec: pAdam({ p: -0.1, lambda: 1 }), says: /The p .* in \[0, 4\], but -0.1/ },
  { name: "p above 4", spec: pAdam({ p: 4.1, lambda: 1 }), says: /The p .* in \[0, 4\], but 4.1/ },
  { name: "p not a number", spec: pAdam({ p: Number.NaN, lambda: 1 }), says: /but NaN was given/ },
  { name: "a coupled p above 4", spec: chain(coupledDecay({ p: 5, lambda: 1 }), sgd()), says: /but 5/ },
  {
    name: "a proximal p other than 1 and 1.5",
    spec: [...adam(), { kind: "proximal-decay", p: 2 as 1, lambda: 1 }],
    says: /The p of "proximal-decay" must be 1 or 1.5, but 2 was given/,
  },
  { name: "a negative λ", spec: pAdam({ p: 1, lambda: -1 }), says: /The λ of "decoupled-decay"/ },
  { name: "an infinite λ", spec: adamW({ lambda: Number.POSITIVE_INFINITY }), says: /finite/ },
  { name: "a negative λ₂", spec: pAdam({ p: 1, lambda: 1, elastic: -1 }), says: /λ₂/ },
  { name: "a warm-up of 2", spec: pAdam({ p: 1, lambda: 1, lambdaWarmup: 2 }), says: /warm-up of λ/ },
  { name: "an annealing of −1", spec: pAdam({ p: 1, lambda: 1, pAnnealing: -1 }), says: /annealing of p/ },
  { name: "a momentum of 1", spec: sgd({ momentum: 1 }), says: /momentum .* in \[0, 1\), but 1/ },
  { name: "β₁ of 1", spec: adam({ beta1: 1 }), says: /β₁/ },
  { name: "a negative β₂", spec: adam({ beta2: -0.1 }), says: /β₂/ },
  { name: "ε of 0", spec: adam({ epsilon: 0 }), says: /ε .* at least 1e-16, but 0/ },
  { name: "a norm of 0", spec: chain(clipByNorm({ norm: 0 }), adam()), says: /norm .* above 0/ },
];

test.each(refused)("An optimizer with $name is refused in a sentence", ({ spec, says }) => {
  expect(() => optimizerParts(spec)).toThrow(InputError);
  expect(() => optimizerParts(spec)).toThrow(says);
});

test("A training refuses what makes no sense before it starts, and soft-thresholding of normalized weights", async () => {
  const backend = await createBackend({ provider: "wasm" });
  expect(() => startRun(backend, { training: { optimizer: chain(sgd(), adam()) } })).toThrow(InputError);
  const soft = chain(adam(), softThreshold({ lambda: 0.1 }));
  expect(() => startRun(backend, { training: { optimizer: soft } })).toThrow(/row of a "l1-shared" weight/);
  startRun(backend, { kind: "mlp", training: { optimizer: soft } }).runEpoch();
});

test("A step names the first parameter with a row whose norm is 0 or not finite", async () => {
  const backend = await createBackend({ provider: "wasm" });
  const network = { ...networkKinds.net, inputs: 2, width: 3, depth: 3, outputs: 1 };
  for (const [broken, first] of [
    // A bias comes after each weight.
    [[0, 2], 0],
    [[1, 2], 2],
    [[3], 6],
    [[], -1],
  ] as const) {
    const { layers, parameters } = createNetwork(backend, network, 1, createRandom(1));
    for (const l of broken) layers[l].weight.gradient.data.fill(Number.NaN);
    const optimizer = createOptimizer(backend, { parameters }, sgd());
    expect(optimizer.step(0.1)).toBe(first);
  }
});
