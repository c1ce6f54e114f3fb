import { adam, createBackend, createRandom, createSequential, evaluateLoss } from "psilon/engine";
import { beforeAll, describe, expect, test } from "vitest";
import { oneCycle } from "../../shared/schedules.js";
import { trainOn } from "../../shared/trainOn.js";

let backend;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
});

/** y = x₁·x₂ on fresh points of the square. */
function problem(seed) {
  const random = createRandom(seed);
  const layer = (outputs) => ({ layer: "dense", outputs, weight: "plain" });
  const network = createSequential(
    backend,
    { input: [2], layers: [{ ...layer(16), activation: "gelu" }, layer(1)] },
    32,
    random,
  );
  const y = backend.arena.tensor(32);
  const task = {
    batch() {
      const x = network.input.data;
      for (let i = 0; i < 32; i++) {
        x[2 * i] = 2 * random.next() - 1;
        x[2 * i + 1] = 2 * random.next() - 1;
        y.data[i] = x[2 * i] * x[2 * i + 1];
      }
      return 32;
    },
    loss: (n) => evaluateLoss(backend, network, "squared-error", n, y, null) / n,
  };
  return { network, task };
}

const weightsOf = ({ parameters }) => parameters.map(({ raw }) => [...raw.data]);

describe("Training on batches made by hand", () => {
  test("lowers the loss along one cycle, and files the curves at as many points as asked for", async () => {
    const { network, task } = problem(1);
    let looks = 0;
    const plan = { steps: 300, schedule: oneCycle(0.02), points: 6 };
    const training = await trainOn(backend, network, { ...task, watch: () => ++looks }, plan);
    expect(training).toMatchObject({ outcome: "finished", steps: 300, problem: null });
    expect(training.losses.map(({ step }) => step)).toEqual([50, 100, 150, 200, 250, 300]);
    expect(training.watched).toEqual(training.losses.map(({ step }, k) => ({ step, value: k + 1 })));
    expect(training.losses[5].loss).toBeLessThan(0.1 * training.losses[0].loss);
  });

  test("is the same bits again from the same start", async () => {
    const runs = [];
    for (let k = 0; k < 2; k++) {
      const { network, task } = problem(2);
      const training = await trainOn(backend, network, task, { steps: 20, schedule: oneCycle(0.01) });
      runs.push({ training, weights: weightsOf(network) });
    }
    expect(runs[1]).toEqual(runs[0]);
  });

  test("puts the last good weights back and says so where the loss is no number", async () => {
    const { network, task } = problem(3);
    const shown = [];
    let steps = 0;
    const failing = {
      ...task,
      loss(n) {
        shown.push(weightsOf(network));
        return steps++ < 25 ? task.loss(n) : Number.NaN;
      },
    };
    const training = await trainOn(backend, network, failing, {
      steps: 40,
      schedule: oneCycle(0.01),
      points: 4,
    });
    expect(training).toMatchObject({ outcome: "not-finite", steps: 25 });
    expect(training.problem).toMatch(/^Training stopped in step 26 of 40: .* lower the learning rate\.$/);
    expect(weightsOf(network)).toEqual(shown[19]);
  });

  test("ends where the signal says, with what was learned", async () => {
    const { network, task } = problem(4);
    const abortion = new AbortController();
    const stopping = {
      ...task,
      batch: () => {
        if (++stopping.steps === 11) abortion.abort();
        return task.batch();
      },
      steps: 0,
    };
    const plan = {
      steps: 100,
      schedule: oneCycle(0.01),
      optimizer: adam({ beta1: 0.8 }),
      signal: abortion.signal,
    };
    const training = await trainOn(backend, network, stopping, plan);
    expect(training).toMatchObject({ outcome: "aborted", steps: 10, problem: null });
    expect(training.losses.at(-1).step).toBe(10);
  });
});
