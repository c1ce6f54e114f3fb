import { asGiven } from "../../arguments.js";
import { InputError } from "../../errors.js";
import type { Adam } from "./adam.js";
import type { ClipByNorm } from "./clipByNorm.js";
import type { CoupledDecay, ProximalDecay, WeightDecay } from "./comparators.js";
import type { DecoupledDecay } from "./decoupledDecay.js";
import type { Sgd } from "./sgd.js";

/** What an optimizer does to the weights, or to their gradient. */
export type Decay = CoupledDecay | DecoupledDecay | WeightDecay | ProximalDecay;

/** One link of an optimizer, as plain data. */
export type Transform = ClipByNorm | Sgd | Adam | Decay;

/**
 * An optimizer: transforms in the order in which they act. Gradient clipping, coupled decay, the moment rule, decay of
 * the weights; each at most once, the moment rule exactly once, and one decay. Plain data, made by `adam()`, `pAdam(…)`,
 * `chain(clipByNorm(…), sgd(), decoupledDecay(…))` and so on.
 */
export type OptimizerSpec = readonly Transform[];

/** One optimizer after the other; the order is that of the steps. */
export function chain(...parts: readonly OptimizerSpec[]): OptimizerSpec {
  return parts.flat();
}

/** An optimizer's transforms by what they are. */
export interface OptimizerParts {
  readonly clip: ClipByNorm | null;
  readonly rule: Sgd | Adam;
  readonly decay: Decay | null;
}

/** |w|^p of a larger p overflows float32 where weights are of size 10¹⁰. */
const LARGEST_P = 4;

const stages = {
  "clip-by-norm": 0,
  "coupled-decay": 1,
  sgd: 2,
  adam: 2,
  "decoupled-decay": 3,
  "weight-decay": 3,
  "proximal-decay": 3,
} as const;

/** Checks an optimizer and takes it apart. Throws InputError for a combination or a value that makes no sense. */
export function optimizerParts(spec: OptimizerSpec): OptimizerParts {
  const names = spec.map(({ kind }) => `"${kind}"`).join(", ");
  const isRule = (one: Transform) => one.kind === "sgd" || one.kind === "adam";
  const isClip = (one: Transform) => one.kind === "clip-by-norm";
  const rules = spec.filter(isRule);
  const clips = spec.filter(isClip);
  const decays = spec.filter((one): one is Decay => !isRule(one) && !isClip(one));
  if (rules.length !== 1) {
    throw new InputError({
      code: rules.length === 0 ? "missing-argument" : "conflicting-arguments",
      found: `An optimizer needs exactly one moment rule, sgd or adam, but ${rules.length} were found in [${names}]`,
    });
  }
  if (decays.length > 1 || clips.length > 1) {
    throw new InputError({
      code: "conflicting-arguments",
      found: `An optimizer takes at most one decay and one clipping, but [${names}] was given`,
      remedy: "leave one of each (decay by two norms is decoupledDecay's `elastic`)",
    });
  }
  if (spec.some((one, k) => k > 0 && stages[one.kind] < stages[spec[k - 1].kind])) {
    throw new InputError({
      code: "conflicting-arguments",
      found: `The transforms [${names}] are out of order: clipping comes first, then coupled decay, the moment rule, and the decay of weights`,
    });
  }
  for (const one of spec) checkTransform(one);
  return { clip: clips[0] ?? null, rule: rules[0], decay: decays[0] ?? null };
}

function checkTransform(one: Transform): void {
  const demand = (good: boolean, name: string, value: number, expected: string) => {
    if (!good)
      throw new InputError({
        code: "out-of-range",
        found: `The ${name} of "${one.kind}" must be ${expected}, but ${asGiven(value)} was given`,
        value: String(value),
      });
  };
  const demandShare = (name: string, value: number) =>
    demand(value >= 0 && value <= 1, name, value, "in [0, 1]");
  const demandFraction = (name: string, value: number) =>
    demand(value >= 0 && value < 1, name, value, "in [0, 1)");
  const demandSize = (name: string, value: number, least = 0) =>
    demand(
      value >= least && value < Number.POSITIVE_INFINITY,
      name,
      value,
      `a finite number of at least ${least}`,
    );
  if ("lambda" in one) demandSize("λ", one.lambda);
  switch (one.kind) {
    case "clip-by-norm":
      demand(one.norm > 0, "norm", one.norm, "above 0");
      break;
    case "sgd":
      demandFraction("momentum", one.momentum);
      break;
    case "adam":
      demandFraction("β₁", one.beta1);
      demandFraction("β₂", one.beta2);
      demandSize("ε", one.epsilon, 1e-16);
      break;
    case "proximal-decay":
      demand(one.p === 1 || one.p === 1.5, "p", one.p, "1 or 1.5");
      break;
    case "coupled-decay":
      demand(one.p >= 0 && one.p <= LARGEST_P, "p", one.p, `in [0, ${LARGEST_P}]`);
      break;
    case "decoupled-decay":
      demand(one.p >= 0 && one.p <= LARGEST_P, "p", one.p, `in [0, ${LARGEST_P}]`);
      demandSize("elastic λ₂", one.elastic);
      demandShare("warm-up of λ", one.lambdaWarmup);
      demandShare("annealing of p", one.pAnnealing);
  }
}
