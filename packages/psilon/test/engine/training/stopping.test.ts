import { describe, expect, test } from "vitest";
import { createBackend } from "../../../src/engine/backend/backend.ts";
import { sgd } from "../../../src/engine/optimizers/sgd.ts";
import { evaluateLoss } from "../../../src/engine/training/loss.ts";
import { train } from "../../../src/engine/training/train.ts";
import type { EpochEvent, Trainer } from "../../../src/engine/training/trainer.ts";
import { InputError } from "../../../src/errors.ts";
import { makeData, type Run, runTo, startRun, valuesOf, weightsOf } from "../../support/training.ts";

const backend = await createBackend({ provider: "wasm" });
const validation = makeData(60, 2);

/** The validation loss, computed anew. */
function lossOn(trainer: Trainer): number {
  const { network } = trainer;
  network.input.data.set(validation.inputs);
  const y = backend.arena.from(validation.targets, validation.rows);
  network.forward(validation.rows);
  return evaluateLoss(backend, network, "squared-error", validation.rows, y, null) / validation.rows;
}

describe("Early stopping", () => {
  // A net that learns its few rows by heart and gets worse on others.
  const run: Run = {
    train: makeData(24, 3),
    validation,
    network: { width: 40 },
    training: { lambda: 0, epochs: 400, patience: 12, schedule: { kind: "constant", rate: 0.01, warmup: 0 } },
  };

  test("ends `patience` epochs after the best one, whose weights it restores", () => {
    const trainer = startRun(backend, run);
    const losses: number[] = [];
    let best: Float32Array[] = [];
    while (!trainer.ending) {
      const { validation: watched } = trainer.runEpoch();
      if (watched! < Math.min(...losses)) best = weightsOf(trainer.network);
      losses.push(watched!);
    }
    expect(trainer.ending).toBe("early");
    const least = Math.min(...losses);
    expect(trainer.bestEpoch).toBe(losses.indexOf(least) + 1);
    expect(trainer.epoch).toBe(trainer.bestEpoch + 12);
    expect(trainer.bestLoss).toBe(least);
    expect(lossOn(trainer)).toBeGreaterThan(least);
    trainer.finish();
    expect(weightsOf(trainer.network)).toEqual(best);
    expect(lossOn(trainer)).toBeCloseTo(least, 6);
  });

  test("keeps the best weights of a run that reaches its last epoch", () => {
    const trainer = runTo(
      startRun(backend, { ...run, training: { ...run.training, patience: 400, epochs: 60 } }),
      60,
    );
    expect(trainer.ending).toBe("finished");
    expect(trainer.bestEpoch).toBeLessThan(60);
    trainer.finish();
    expect(lossOn(trainer)).toBeCloseTo(trainer.bestLoss, 6);
  });

  test("watches the rows by their weights", () => {
    const weights = Float32Array.from({ length: validation.rows }, (_, i) => (i % 2 ? 1.9 : 0.1));
    const watching = (part: typeof validation) =>
      startRun(backend, { ...run, validation: part, training: { ...run.training, epochs: 3 } }).runEpoch()
        .validation!;
    const odd = (values: Float32Array, width: number) =>
      values.filter((_, at) => Math.floor(at / width) % 2 === 1);
    const heavy = watching({
      rows: validation.rows / 2,
      inputs: odd(validation.inputs, 5),
      targets: odd(validation.targets, 1),
      weights: null,
    });
    // The mean over all rows is half that over the heavy ones and half that over the others.
    const light = 2 * watching(validation) - heavy;
    expect(watching({ ...validation, weights })).toBeCloseTo(0.95 * heavy + 0.05 * light, 5);
  });

  test("takes as best no weights from before the end of the ramp, however much better these were", () => {
    // So few weights are left that no network of them is as good as before.
    const trainer = startRun(backend, {
      ...run,
      training: { ...run.training, patience: 1, epochs: 60, pruning: { sparsity: 0.9, stage: 0.5 } },
    });
    const losses: number[] = [];
    while (!trainer.ending) losses.push(trainer.runEpoch().validation ?? Number.NaN);
    expect(Math.min(...losses.slice(0, 30))).toBeLessThan(Math.min(...losses.slice(44)));
    expect(trainer.bestEpoch).toBeGreaterThanOrEqual(45);
    expect(trainer.bestLoss).toBe(Math.min(...losses.slice(44)));
    trainer.finish();
    expect(Math.abs(lossOn(trainer) / trainer.bestLoss - 1)).toBeLessThan(0.01);
  });

  test("does not cut the pruning stage short, and takes as best only fully pruned weights", () => {
    const pruning = { sparsity: 0.5, stage: 0.5 };
    const trainer = startRun(backend, {
      ...run,
      training: { ...run.training, patience: 1, epochs: 60, pruning },
    });
    runTo(trainer, 60);
    expect(trainer.epoch).toBe(60);
    // The stage begins at epoch 31; α is 1 after its first half.
    expect(trainer.bestEpoch).toBeGreaterThanOrEqual(45);
    trainer.finish();
    const entries = trainer.network.layers.flatMap(({ weight }) => [...weight.effective.data]);
    const sparsity = entries.filter((entry) => entry === 0).length / entries.length;
    expect(Math.abs(sparsity - 0.5)).toBeLessThan(0.005);
  });
});

describe("Training that loses its numbers", () => {
  const absurd = { kind: "constant", rate: 1e30, warmup: 0 } as const;
  const cases: { name: string; run: Run }[] = [
    { name: "SGD at rate 1e30", run: { training: { schedule: absurd, optimizer: sgd() } } },
    {
      name: "SGD at rate 1e30, one batch per epoch",
      run: { training: { schedule: absurd, optimizer: sgd(), batchSize: 77 } },
    },
    {
      name: "SGD at rate 1e30 for one epoch of one batch",
      run: { training: { schedule: absurd, optimizer: sgd(), batchSize: 77, epochs: 1 } },
    },
    {
      name: "SGD at rate 1e15 for one epoch, no penalty",
      run: {
        training: {
          schedule: { ...absurd, rate: 1e15 },
          optimizer: sgd(),
          batchSize: 77,
          epochs: 1,
          penalty: "none",
        },
        kind: "mlp",
      },
    },
    { name: "Adam at rate 1e30", run: { training: { schedule: absurd } } },
    {
      name: "a plain MLP without a penalty",
      run: { kind: "mlp", training: { schedule: absurd, optimizer: sgd(), penalty: "none" } },
    },
    { name: "a ResNet", run: { kind: "resnet", training: { schedule: absurd, optimizer: sgd() } } },
    {
      name: "an infinite rate",
      run: { training: { schedule: { ...absurd, rate: Number.POSITIVE_INFINITY } } },
    },
    { name: "a rate that is not a number", run: { training: { schedule: { ...absurd, rate: Number.NaN } } } },
    {
      name: "a pruned net",
      run: { training: { schedule: absurd, optimizer: sgd(), pruning: { sparsity: 0.5, stage: 1 } } },
    },
  ];

  test.each(cases)("stops with an explanation and good weights: $name", async ({ run }) => {
    const trainer = startRun(backend, run);
    const events: EpochEvent[] = [];
    const outcome = await train(trainer, { onEpoch: (event) => events.push(event) });
    expect(outcome).toBe("not-finite");
    expect(trainer.problem).toMatch(/^Training stopped in epoch \d+ of \d+: .*Lower the learning rate/);
    expect(events.map(({ epoch }) => epoch)).toEqual(events.map((_, k) => k + 1));
    expect(valuesOf(trainer.network).every(Number.isFinite)).toBe(true);
    expect(weightsOf(trainer.network).every((part) => part.every(Number.isFinite))).toBe(true);
    expect(lossOn(trainer)).toBeLessThan(100);
  });

  test("keeps what was learned before", () => {
    // The rate grows a million times over the last epochs.
    const schedule = { kind: "one-cycle", initial: 1e-3, peak: 1e-3, final: 1e25, warmup: 0.2 } as const;
    const run: Run = { training: { schedule, epochs: 40, rateMoves: "per-epoch", optimizer: sgd() } };
    const trainer = startRun(backend, run);
    const start = lossOn(trainer);
    runTo(trainer, 40);
    trainer.finish();
    expect(trainer.ending).toBe("not-finite");
    expect(lossOn(trainer)).toBeLessThan(start);
  });

  test("stops in the first epoch on an input that is not a number, with its starting weights", () => {
    const data = makeData(77, 1);
    data.inputs[13] = Number.NaN;
    const trainer = startRun(backend, { train: data, training: { initialization: "paper" } });
    const before = valuesOf(trainer.network);
    const event = trainer.runEpoch();
    trainer.finish();
    expect(event.epoch).toBe(1);
    expect(trainer.ending).toBe("not-finite");
    expect(valuesOf(trainer.network)).toEqual(before);
  });
});

describe("An abort", () => {
  test("ends training after the epoch in progress and keeps what was learned", async () => {
    const trainer = startRun(backend, { training: { epochs: 100_000 } });
    const start = lossOn(trainer);
    const controller = new AbortController();
    const outcome = await train(trainer, {
      signal: controller.signal,
      onEpoch: ({ epoch }) => {
        if (epoch === 30) controller.abort();
      },
    });
    expect(outcome).toBe("aborted");
    expect(trainer.epoch).toBe(30);
    const same = runTo(startRun(backend, { training: { epochs: 100_000 } }), 30);
    expect(weightsOf(trainer.network)).toEqual(weightsOf(same.network));
    expect(lossOn(trainer)).toBeLessThan(start);
  });

  test("reaches training from a timer", async () => {
    const trainer = startRun(backend, { training: { epochs: 10_000_000 } });
    const signal = AbortSignal.timeout(100);
    expect(await train(trainer, { signal })).toBe("aborted");
  });

  test("restores the best weights where there are any", async () => {
    const controller = new AbortController();
    const trainer = startRun(backend, {
      train: makeData(24, 3),
      validation,
      training: {
        epochs: 1000,
        patience: 1000,
        lambda: 0,
        schedule: { kind: "constant", rate: 0.02, warmup: 0 },
      },
    });
    await train(trainer, {
      signal: controller.signal,
      onEpoch: ({ epoch }) => {
        if (epoch === 100) controller.abort();
      },
    });
    expect(trainer.bestEpoch).toBeLessThan(100);
    expect(lossOn(trainer)).toBeCloseTo(trainer.bestLoss, 6);
  });

  test("that came before the start leaves the network as it was", async () => {
    const trainer = startRun(backend);
    const before = valuesOf(trainer.network);
    expect(await train(trainer, { signal: AbortSignal.abort() })).toBe("aborted");
    expect(valuesOf(trainer.network)).toEqual(before);
  });
});

test("Every epoch brings one event with what a progress line shows", async () => {
  const trainer = startRun(backend, { validation, training: { epochs: 7, patience: 7 } });
  const events: EpochEvent[] = [];
  expect(await train(trainer, { onEpoch: (event) => events.push(event) })).toBe("finished");
  expect(events.map(({ epoch, epochs }) => [epoch, epochs])).toEqual(
    [1, 2, 3, 4, 5, 6, 7].map((e) => [e, 7]),
  );
  for (const { loss, penalty, validation: watched, rate, alpha } of events) {
    for (const value of [loss, penalty, watched!, rate]) expect(value).toBeGreaterThan(0);
    expect(alpha).toBe(0);
  }
  expect(events[6].loss).toBeLessThan(events[0].loss);
});

describe("What training refuses in a sentence", () => {
  const data = makeData(77, 1);
  const refused: { name: string; run: Run; says: RegExp }[] = [
    { name: "a negative λ", run: { training: { lambda: -1 } }, says: /λ/ },
    { name: "no epochs", run: { training: { epochs: 0 } }, says: /epochs/ },
    { name: "half a row per batch", run: { training: { batchSize: 0.5 } }, says: /batch size/ },
    {
      name: "a warm-up longer than the training",
      run: { training: { schedule: { kind: "constant", rate: 0.01, warmup: 1.5 } } },
      says: /warm-up of the learning rate must be in \[0, 1\], but 1\.5/,
    },
    {
      name: "a warm-up that is no number",
      run: { training: { schedule: { kind: "constant", rate: 0.01, warmup: Number.NaN } } },
      says: /warm-up/,
    },
    { name: "no patience", run: { training: { patience: 0 } }, says: /patience/ },
    {
      name: "a sparsity of 1",
      run: { training: { pruning: { sparsity: 1, stage: 0.5 } } },
      says: /sparsity/,
    },
    {
      name: "an empty pruning stage",
      run: { training: { pruning: { sparsity: 0.5, stage: 0 } } },
      says: /stage/,
    },
    {
      name: "projecting L2 weights",
      run: {
        kind: "standard",
        training: { pruning: { rule: "l1-projection", sparsity: 0.5, stage: 0.5 } },
      },
      says: /"l2-row"/,
    },
    { name: "missing inputs", run: { train: { ...data, inputs: data.inputs.slice(1) } }, says: /384 values/ },
    {
      name: "missing targets",
      run: { train: { ...data, targets: data.targets.slice(1) } },
      says: /76 values/,
    },
    {
      name: "missing row weights",
      run: { train: { ...data, weights: new Float32Array(3) } },
      says: /row weights/,
    },
    {
      name: "no rows",
      run: { train: { rows: 0, inputs: new Float32Array(), targets: new Float32Array(), weights: null } },
      says: /no rows/,
    },
    {
      name: "a logistic loss of two outputs",
      run: { network: { outputs: 2 }, train: makeData(77, 1, "logistic"), training: { loss: "logistic" } },
      says: /one output/,
    },
    {
      name: "a class beyond the last output",
      run: { network: { outputs: 2 }, train: makeData(77, 1, "softmax"), training: { loss: "softmax" } },
      says: /from 0 to 1/,
    },
    {
      name: "a count below 0",
      run: { train: data, training: { loss: "poisson" } },
      says: /training target of row \d+ is -.*counts are finite and at least 0/,
    },
    {
      name: "levels of quantiles for another number of outputs",
      run: { training: { loss: { kind: "quantile", levels: [0.1, 0.9] } } },
      says: /has 2 levels and this network has 1 outputs; give one for each/,
    },
    {
      name: "levels out of order",
      run: { network: { outputs: 2 }, training: { loss: { kind: "quantile", levels: [0.9, 0.1] } } },
      says: /level of a quantile must be below 1 and above 0 and the level before, but 0\.1/,
    },
    {
      name: "a level of 1",
      run: { training: { loss: { kind: "quantile", levels: [1] } } },
      says: /level of a quantile/,
    },
    {
      name: "labels all smoothed away",
      run: { training: { loss: { kind: "logistic", smoothing: 1 } } },
      says: /label smoothing must be in \[0, 1\), but 1 was given/,
    },
    {
      name: "a class that is no whole number",
      run: { network: { outputs: 2 }, training: { loss: "softmax" } },
      says: /class indices/,
    },
  ];
  test.each(refused)("$name", ({ run, says }) => {
    expect(() => startRun(backend, run)).toThrow(InputError);
    expect(() => startRun(backend, run)).toThrow(says);
  });
});
