import { InputError } from "../../errors.js";
import type { Backend } from "../backend/backend.js";
import type { Network } from "../networks/network.js";
import { pack, packedLength, trainedTensors, unpack } from "../networks/parameters.js";
import { preserveVariance } from "../networks/preserveVariance.js";
import { createOptimizer } from "../optimizers/optimizer.js";
import { learningRate } from "../optimizers/schedule.js";
import { createPenalty } from "../penalties/create.js";
import { createPruning } from "../pruning/create.js";
import { restoreMasks } from "../pruning/masks.js";
import { derive } from "../random/derive.js";
import { createRandom, restoreRandom } from "../random/random.js";
import type { Checkpoint } from "./checkpoint.js";
import { checkData } from "./data.js";
import { createShowing, heldOutLoss } from "./heldOut.js";
import { evaluateLoss, targetColumns } from "./loss.js";
import { createOrder } from "./order.js";
import { placeData } from "./placedData.js";
import { checkTrainingSpec, type Inputs, type TrainingData, type TrainingSpec } from "./spec.js";
import { createWorstCase } from "./worstCase.js";

/** What one epoch brought. */
export interface EpochEvent {
  /** Counted from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Mean training loss over the epoch's batches, without the penalty; of the worst case where that is trained on. */
  readonly loss: number;
  /** The penalty at the epoch's end, without λ: for PSiLON networks a Lipschitz bound. */
  readonly penalty: number;
  /** Validation loss at the epoch's end, or null without validation rows. */
  readonly validation: number | null;
  readonly rate: number;
  /** How far pruning is: 0 before its stage, 1 once every zero is in place. */
  readonly alpha: number;
}

/** Why training ended. */
export type Ending = "finished" | "early" | "not-finite";

/** A training in progress, epoch by epoch. */
export interface Trainer {
  readonly network: Network;
  /** Epochs done. */
  readonly epoch: number;
  /** Set when there is nothing more to do. */
  readonly ending: Ending | null;
  /** A sentence when the ending is `not-finite`. */
  readonly problem: string | null;
  /** Epoch of the best validation loss, 0 when there is none. */
  readonly bestEpoch: number;
  readonly bestLoss: number;
  /** One pass over the rows. */
  runEpoch(): EpochEvent;
  /** Puts the best weights in place: those of the best validation loss, or the last good ones. */
  finish(): void;
  /** All that is needed to go on from here, bit for bit. */
  checkpoint(): Checkpoint;
}

/**
 * Trains `network` on `train`, watching `validation`; everything is allocated here, and a step allocates nothing.
 * With a checkpoint of the same network, data and spec it continues bit for bit.
 *
 * Throws InputError for a value of the spec out of range, for data that do not fit the network and the loss, and for a
 * checkpoint of another shape; RangeError for a network made for smaller batches.
 */
export function createTrainer(
  backend: Backend,
  network: Network,
  spec: TrainingSpec,
  train: TrainingData<Inputs>,
  validation: TrainingData<Inputs> | null = null,
  checkpoint: Checkpoint | null = null,
): Trainer {
  checkTrainingSpec(spec);
  checkData(network, spec, train, "training");
  if (validation) checkData(network, spec, validation, "validation");
  const { arena, kernels } = backend;
  const { parameters } = network;
  const members = network.members.length;
  const columns = targetColumns(spec.loss, network.outputs);
  const batches = Math.ceil(train.rows / spec.batchSize);
  const capacity = Math.ceil(train.rows / batches);
  const room = Math.floor(network.capacity / members);
  if (capacity > room) {
    throw new RangeError(`Batches of ${capacity * members} rows need a network made for so many.`);
  }
  const source = placeData(backend, network, train, columns);
  const held = validation && placeData(backend, network, validation, columns);
  const { order, startOf, shuffleRows } = createOrder(arena, members, train.rows, batches);
  const showAll = createShowing(arena, members, room);
  const batch = {
    y: arena.tensor(members * capacity, columns),
    w: source.w && arena.tensor(members * capacity),
  };
  const worst = spec.worst && createWorstCase(backend, network, spec.loss, spec.worst, train, batch);
  const penalty = createPenalty(backend, network, spec.penalty);
  const pulls = spec.lambda > 0 ? penalty : null;
  const optimizer = createOptimizer(backend, network, spec.optimizer);
  const trained = [...trainedTensors(parameters), ...network.state];
  const all = [...trained, ...parameters.flatMap(({ state }) => state), ...optimizer.state];
  const lastGood = new Float32Array(packedLength(trained));
  const bestValues = new Float32Array(lastGood.length);
  let random = createRandom(derive(spec.seed, "batches"));
  let epoch = 0;
  let bestEpoch = 0;
  let bestLoss = Number.POSITIVE_INFINITY;
  let ending: Ending | null = null;
  let problem: string | null = null;

  if (checkpoint) {
    if (checkpoint.values.length !== packedLength(all)) {
      throw new InputError({
        code: "wrong-shape",
        found: "The checkpoint belongs to a network of another shape or another optimizer",
      });
    }
    restoreMasks(backend, network, checkpoint.masks);
  }
  const pruning = spec.pruning
    ? createPruning(backend, network, spec.pruning, spec.pruning.stage, spec.epochs, batches)
    : null;
  // In an object: as a variable of a closure it would be allocated anew at every step.
  const now = { rate: 0, progress: 0 };

  const totalTicks = spec.rateMoves === "per-step" ? spec.epochs * batches : spec.epochs;
  const progressAt = (tick: number) => (totalTicks > 1 ? tick / (totalTicks - 1) : 1);

  /** Takes the `n` rows whose indices start at `start` in the epoch's order. */
  const gather = (start: number, n: number) => {
    const indices = order.pointer + 4 * start;
    source.gather(order, start, n);
    worst?.gather(order, start, n);
    kernels.gatherRows(n, columns, source.y.pointer, indices, batch.y.pointer);
    if (source.w && batch.w) kernels.gatherRows(n, 1, source.w.pointer, indices, batch.w.pointer);
  };

  /** One training step on the `n` rows from `start` on in the epoch's order; returns Σ w·ℓ. */
  const step = (start: number, n: number): number => {
    gather(start, n);
    network.forward(n);
    const loss = worst
      ? worst.evaluate(n, worst.sizeAt(optimizer.steps, spec.epochs * batches))
      : evaluateLoss(backend, network, spec.loss, n, batch.y, batch.w);
    if (!Number.isFinite(loss)) return loss;
    // Weights are good when a loss has shown it, not when they have been written.
    if (start === 0) pack(trained, lastGood);
    network.backward(n);
    worst?.backward(n);
    if (pulls?.on === "weights") pulls.addGradient(spec.lambda / 2);
    for (let k = 0; k < parameters.length; k++) parameters[k].reduce();
    worst?.addToLengths();
    if (pulls?.on === "lengths") pulls.addGradient(spec.lambda / 2);
    pruning?.advance(optimizer.steps + 1);
    const bad = optimizer.step(now.rate, now.progress);
    if (pulls?.on === "steps") pulls.apply((now.rate * spec.lambda) / 2);
    return bad >= 0 ? Number.NaN : loss;
  };

  const stopNotFinite = () => {
    ending = "not-finite";
    problem =
      `Training stopped in epoch ${Math.min(epoch + 1, spec.epochs)} of ${spec.epochs}: the loss or a weight became ` +
      `infinite or not a number at learning rate ${now.rate.toPrecision(3)}. The last good weights are kept. ` +
      "Lower the learning rate, or check the columns for extreme values.";
    unpack(trained, lastGood);
    for (const parameter of parameters) parameter.normalize();
  };

  const endingNow = (): Ending | null => {
    if (epoch === spec.epochs) return "finished";
    // Pruning runs its whole stage.
    const isPatient = spec.patience === null || !held || spec.pruning !== null;
    return !isPatient && epoch - bestEpoch >= spec.patience ? "early" : null;
  };

  /** Makes the trained values the network that is handed out: with exact zeros, if it was being pruned. */
  const settle = () => {
    for (const parameter of parameters) parameter.normalize();
    pruning?.settle();
  };

  const trainer: Trainer = {
    network,
    get epoch() {
      return epoch;
    },
    get ending() {
      return ending;
    },
    get problem() {
      return problem;
    },
    get bestEpoch() {
      return bestEpoch;
    },
    get bestLoss() {
      return bestLoss;
    },
    runEpoch() {
      const current = epoch + 1;
      shuffleRows(random);
      pruning?.begin(epoch, optimizer.steps);
      let total = 0;
      for (let b = 0; b < batches; b++) {
        now.progress = progressAt(spec.rateMoves === "per-step" ? optimizer.steps : epoch);
        now.rate = learningRate(spec.schedule, now.progress);
        const start = members * startOf(b);
        total += step(start, members * startOf(b + 1) - start);
        if (!Number.isFinite(total)) break;
      }
      const value = penalty ? penalty.value() : 0;
      const watched =
        held && Number.isFinite(total) ? heldOutLoss(backend, network, spec.loss, held, showAll, room) : null;
      if (
        !Number.isFinite(total) ||
        !Number.isFinite(value) ||
        (watched !== null && !Number.isFinite(watched))
      ) {
        stopNotFinite();
      } else {
        // Until α is 1 zeros are missing, so what came before the end of the ramp no longer counts as best.
        const counts = !pruning || pruning.alpha === 1;
        if (watched !== null && spec.patience !== null && counts && watched < bestLoss) {
          bestLoss = watched;
          bestEpoch = current;
          pack(trained, bestValues);
        }
        epoch = current;
        ending = endingNow();
      }
      return {
        epoch: current,
        epochs: spec.epochs,
        loss: total / (members * train.rows),
        penalty: value,
        validation: watched,
        rate: now.rate,
        alpha: pruning?.alpha ?? 0,
      };
    },
    finish() {
      if (bestEpoch > 0) unpack(trained, bestValues);
      settle();
      // No loss has yet been computed with what the last step wrote.
      const n = members * capacity;
      gather(order.length - n, n);
      network.evaluate(n);
      const loss = evaluateLoss(backend, network, spec.loss, n, batch.y, batch.w);
      if (ending === "not-finite" || Number.isFinite(loss)) return;
      stopNotFinite();
      settle();
    },
    checkpoint: () => ({
      epoch,
      steps: optimizer.steps,
      random: random.state(),
      lengthUnits: parameters.map(({ lengthUnit }) => lengthUnit),
      values: pack(all, new Float32Array(packedLength(all))),
      lastGood: lastGood.slice(),
      best: bestEpoch > 0 ? { values: bestValues.slice(), loss: bestLoss, epoch: bestEpoch } : null,
      pruning: pruning?.state() ?? null,
      masks: parameters.map(({ mask }) => mask && Uint8Array.from(mask.data)),
    }),
  };

  if (checkpoint) {
    unpack(all, checkpoint.values);
    for (let k = 0; k < parameters.length; k++) parameters[k].lengthUnit = checkpoint.lengthUnits[k];
    optimizer.resume(checkpoint.steps);
    random = restoreRandom(checkpoint.random);
    epoch = checkpoint.epoch;
    if (checkpoint.best) {
      bestValues.set(checkpoint.best.values);
      bestLoss = checkpoint.best.loss;
      bestEpoch = checkpoint.best.epoch;
    }
    for (const parameter of parameters) parameter.normalize();
    if (checkpoint.pruning) pruning?.restore(checkpoint.pruning);
    ending = endingNow();
  } else if (spec.initialization === "variance-preserving") {
    const n = Math.min(train.rows, room);
    showAll(source, 0, n);
    preserveVariance(network, members * n);
  }
  if (checkpoint) lastGood.set(checkpoint.lastGood);
  else pack(trained, lastGood);
  return trainer;
}
