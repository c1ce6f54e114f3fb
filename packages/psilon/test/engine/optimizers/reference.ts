import { adam } from "../../../src/engine/optimizers/adam.ts";
import { chain, type OptimizerSpec } from "../../../src/engine/optimizers/chain.ts";
import { clipByNorm } from "../../../src/engine/optimizers/clipByNorm.ts";
import {
  adamW,
  coupledDecay,
  proximalThreeHalves,
  softThreshold,
  weightDecay,
} from "../../../src/engine/optimizers/comparators.ts";
import { decoupledDecay, pAdam, pSGD } from "../../../src/engine/optimizers/decoupledDecay.ts";
import { sgd } from "../../../src/engine/optimizers/sgd.ts";

/** m and s of one parameter. */
export type Pair = [number, number];

/** What a rule subtracts after one gradient, in float64. */
type Rule = (t: number, rate: number, gradient: number, moments: Pair) => number;

/** What a decay makes of a matrix's entry, given the step. */
type Decay = (w: number, step: number, rate: number, progress: number) => number;

/** An optimizer beside its textbook formula in float64. */
export interface Member {
  readonly name: string;
  readonly spec: OptimizerSpec;
  readonly rate: number;
  readonly rule: Rule;
  readonly clip?: number;
  /** What is added to the gradient of a matrix's entry. */
  readonly coupled?: (w: number) => number;
  readonly decay?: Decay;
  /** Whether it takes plain weights only. */
  readonly plain?: boolean;
}

const byAdam =
  (beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, corrected = true): Rule =>
  (t, rate, gradient, moments) => {
    moments[0] = beta1 * moments[0] + (1 - beta1) * gradient;
    moments[1] = beta2 * moments[1] + (1 - beta2) * gradient * gradient;
    const mean = corrected ? moments[0] / (1 - beta1 ** t) : moments[0];
    const square = corrected ? moments[1] / (1 - beta2 ** t) : moments[1];
    return (rate * mean) / (Math.sqrt(square) + epsilon);
  };

const bySgd =
  (momentum: number): Rule =>
  (_, rate, gradient, moments) => {
    moments[0] = momentum * moments[0] + gradient;
    return rate * moments[0];
  };

/** (w − step)·X/(X·(1 + ηλ₂) + pηλ) with X = |w|^(2−p), or |w − step|^(2−p). */
const decoupled =
  (p: number, lambda: number, elastic = 0, late = false): Decay =>
  (w, step, rate) => {
    const x = Math.abs(late ? w - step : w) ** (2 - p);
    return ((w - step) * x) / (x * (1 + rate * elastic) + p * rate * lambda);
  };

const proximal =
  (root: (u: number, tau: number) => number): ((lambda: number) => Decay) =>
  (lambda) =>
  (w, step, rate) =>
    Math.sign(w - step) * root(Math.abs(w - step), rate * lambda);

const threshold = proximal((u, tau) => Math.max(u - tau, 0));
const threeHalves = proximal((u, tau) => {
  // 2·y² + 3·τ·y − 2·u = 0 for y = √x, stably: y = 4u/(3τ + √(9τ² + 16u)).
  const y = (4 * u) / (3 * tau + Math.sqrt(9 * tau * tau + 16 * u));
  return y * y;
});

const explicit =
  (lambda: number): Decay =>
  (w, step, rate) =>
    w * (1 - rate * lambda) - step;

const powers = [0.5, 0.8, 1, 1.5, 1.9, 2, 3];

export const members: readonly Member[] = [
  { name: "Adam", spec: adam(), rule: byAdam(), rate: 0.01 },
  {
    name: "Adam with other constants",
    spec: adam({ beta1: 0.8, beta2: 0.95, epsilon: 1e-3 }),
    rule: byAdam(0.8, 0.95, 1e-3),
    rate: 0.02,
  },
  {
    name: "Adam without bias correction",
    spec: adam({ biasCorrection: false }),
    rule: byAdam(0.9, 0.999, 1e-8, false),
    rate: 0.004,
  },
  { name: "SGD", spec: sgd({ momentum: 0 }), rule: bySgd(0), rate: 0.02 },
  { name: "SGD with momentum", spec: sgd(), rule: bySgd(0.9), rate: 0.004 },
  { name: "AdamW", spec: adamW({ lambda: 0.3 }), rule: byAdam(), decay: explicit(0.3), rate: 0.01 },
  {
    name: "SGD with explicit decay",
    spec: chain(sgd(), weightDecay({ lambda: 0.3 })),
    rule: bySgd(0.9),
    decay: explicit(0.3),
    rate: 0.004,
  },
  ...powers.map((p) => ({
    name: `pAdam, p = ${p}`,
    spec: pAdam({ p, lambda: 0.02 }),
    rule: byAdam(),
    decay: decoupled(p, 0.02),
    rate: 0.01,
  })),
  ...powers.map((p) => ({
    name: `pSGD, p = ${p}`,
    spec: pSGD({ p, lambda: 0.02, momentum: 0.5 }),
    rule: bySgd(0.5),
    decay: decoupled(p, 0.02),
    rate: 0.006,
  })),
  ...[0.8, 1, 1.5, 2].map((p) => ({
    name: `pAdam, p = ${p}, elastic`,
    spec: pAdam({ p, lambda: 0.02, elastic: 0.1 }),
    rule: byAdam(),
    decay: decoupled(p, 0.02, 0.1),
    rate: 0.01,
  })),
  ...[0.8, 1, 2].map((p) => ({
    name: `pAdam, p = ${p}, with the new weight in X`,
    spec: pAdam({ p, lambda: 0.02, variant: "late" }),
    rule: byAdam(),
    decay: decoupled(p, 0.02, 0, true),
    rate: 0.01,
  })),
  {
    name: "pAdam with λ warming up and p falling from 2",
    spec: pAdam({ p: 0.8, lambda: 0.03, lambdaWarmup: 0.4, pAnnealing: 0.7 }),
    rule: byAdam(),
    decay: (w, step, rate, progress) =>
      decoupled(2 - 1.2 * Math.min(1, progress / 0.7), 0.03 * Math.min(1, progress / 0.4))(
        w,
        step,
        rate,
        progress,
      ),
    rate: 0.01,
  },
  {
    name: "pAdam of λ = 0",
    spec: pAdam({ p: 0.5, lambda: 0 }),
    rule: byAdam(),
    rate: 0.01,
  },
  ...[1, 1.3, 2].map((p) => ({
    name: `Adam with the coupled gradient of p = ${p}`,
    spec: chain(coupledDecay({ p, lambda: 0.02 }), adam()),
    rule: byAdam(),
    coupled: (w: number) => 0.02 * p * Math.abs(w) ** (p - 1) * Math.sign(w),
    rate: 0.01,
  })),
  {
    name: "SGD with the coupled gradient of p = 1.3",
    spec: chain(coupledDecay({ p: 1.3, lambda: 0.02 }), sgd()),
    rule: bySgd(0.9),
    coupled: (w) => 0.02 * 1.3 * Math.abs(w) ** 0.3 * Math.sign(w),
    rate: 0.004,
  },
  {
    name: "Adam with the proximal map of p = 3/2",
    spec: chain(adam(), proximalThreeHalves({ lambda: 0.03 })),
    rule: byAdam(),
    decay: threeHalves(0.03),
    rate: 0.01,
  },
  {
    name: "SGD with the proximal map of p = 3/2",
    spec: chain(sgd(), proximalThreeHalves({ lambda: 0.03 })),
    rule: bySgd(0.9),
    decay: threeHalves(0.03),
    rate: 0.004,
  },
  {
    name: "Adam with soft-thresholding",
    spec: chain(adam(), softThreshold({ lambda: 0.1 })),
    rule: byAdam(),
    decay: threshold(0.1),
    rate: 0.01,
    plain: true,
  },
  {
    name: "SGD with soft-thresholding",
    spec: chain(sgd(), softThreshold({ lambda: 0.1 })),
    rule: bySgd(0.9),
    decay: threshold(0.1),
    rate: 0.004,
    plain: true,
  },
  {
    name: "clipped SGD",
    spec: chain(clipByNorm({ norm: 0.3 }), sgd()),
    rule: bySgd(0.9),
    clip: 0.3,
    rate: 0.01,
  },
  {
    name: "clipped pAdam, p = 1",
    spec: chain(clipByNorm({ norm: 0.3 }), adam(), decoupledDecay({ p: 1, lambda: 0.02 })),
    rule: byAdam(),
    clip: 0.3,
    decay: decoupled(1, 0.02),
    rate: 0.01,
  },
  {
    name: "clipped Adam with the coupled gradient of p = 1.3",
    spec: chain(clipByNorm({ norm: 0.3 }), coupledDecay({ p: 1.3, lambda: 0.02 }), adam()),
    rule: byAdam(),
    clip: 0.3,
    coupled: (w) => 0.02 * 1.3 * Math.abs(w) ** 0.3 * Math.sign(w),
    rate: 0.01,
  },
];

/** The factor min(1, clip/‖∂‖) for the gradients of everything trained. */
export function clipFactor({ clip }: Member, gradients: readonly ArrayLike<number>[]): number {
  if (clip === undefined) return 1;
  let squares = 0;
  for (const gradient of gradients) for (let k = 0; k < gradient.length; k++) squares += gradient[k] ** 2;
  return Math.min(1, clip / Math.sqrt(squares));
}

/** The next value of one parameter; `gradient` after clipping. */
export function next(
  member: Member,
  isMatrix: boolean,
  t: number,
  rate: number,
  progress: number,
  w: number,
  gradient: number,
  moments: Pair,
): number {
  const { rule, coupled, decay } = member;
  const step = rule(t, rate, gradient + (isMatrix && coupled ? coupled(w) : 0), moments);
  return isMatrix && decay ? decay(w, step, rate, progress) : w - step;
}
