import type { BackendOptions } from "../engine/backend/backend.js";
import { type NetworkKind, networkKinds } from "../engine/networks/spec.js";
import {
  type CompleteRule,
  completeRule,
  type PruningRuleName,
  pruningRules,
  type ShareRule,
} from "../engine/pruning/rule.js";
import { type WeightKind, weightKinds } from "../engine/weights/kinds.js";
import { InputError } from "../errors.js";
import { checkNames } from "../names.js";
import { encodings } from "../preprocess/bins.js";
import type { Encodings } from "../preprocess/encodings.js";
import type { KindOverride, Schema, Task } from "../preprocess/kinds.js";
import type { MonotoneColumns } from "../preprocess/monotone.js";
import type { ClassWeights } from "../preprocess/rowWeights.js";
import type { TargetOptions } from "../preprocess/targetScaling.js";
import type { Frame } from "../tables/frame.js";
import type { CertifiedObjective } from "./certifiedShare.js";
import { layerKinds } from "./layerKinds.js";
import { type Preset, presets } from "./presets.js";
import type { BaselineRunner, JobRunner } from "./runner.js";

/** How the weights are trained, by the names of the command line. */
export const optimizerNames = ["adam", "padam", "sgd", "psgd"] as const;

export type OptimizerName = (typeof optimizerNames)[number];

/** What a user may say about training on a table; everything has a default. */
export interface FitOptions {
  /** Default `net`, the PSiLON Net. */
  readonly network?: NetworkKind | undefined;
  /** Default `balanced`. */
  readonly preset?: Preset | undefined;
  /** The weight of the penalty, or `auto` (default) to search the preset's grid. */
  readonly lambda?: "auto" | number | undefined;
  /**
   * What is to be promised while columns move: training is then on the worst of what rows can become, or not, and chosen by the share of
   * held-out rows right and certified. Default: on the rows, and by the loss on held-out ones.
   */
  readonly objective?: CertifiedObjective | undefined;
  /** Units per hidden layer; hidden layers or residual blocks; passes over the rows. Defaults: the preset's. */
  readonly width?: number | undefined;
  readonly depth?: number | undefined;
  readonly epochs?: number | undefined;
  /**
   * How many networks to train as one that share their hidden matrices, and whose mean predicts; 1 is a network whose inputs' scales are
   * trained. Default: one network as it stands.
   */
  readonly members?: number | undefined;
  /** How the hidden layers' weights are parametrized. Default: the network's own. */
  readonly parametrization?: WeightKind | undefined;
  /** Default `adam`; `padam` and `psgd` are Adam and SGD with decoupled p-norm decay of the matrices. */
  readonly optimizer?: OptimizerName | undefined;
  /** The decay's p, at least 0 (default 0.8), and its weight (default 0.01): λ‖V‖_p^p, decoupled (arXiv:2404.10824). */
  readonly p?: number | undefined;
  readonly decay?: number | undefined;
  /**
   * What networks learn of numbers: `value`, `log` (only of numbers above 0; predictions come back in the target's units), or `auto`
   * (default): their logarithm where they are skewed, all above 0, and the held-out rows are then predicted better.
   */
  readonly targetScale?: "auto" | "value" | "log" | undefined;
  /** `poisson`: the target counts. Default: squared errors of numbers. */
  readonly loss?: "poisson" | undefined;
  /** Levels in (0, 1), ascending: to predict these quantiles of a number. */
  readonly quantile?: readonly number[] | undefined;
  /** The share in [0, 1) of each class's label that training spreads over all classes. Default 0. */
  readonly labelSmoothing?: number | undefined;
  /** Share of the weights to prune to exact zeros, in [0, 1). Default: no pruning. */
  readonly prune?: number | undefined;
  /**
   * Which weights become 0. Default: `l1-projection` where all weights are L1-normalized, else `magnitude`. The rule `threshold`
   * makes zeros of what decay leaves below 1e-13, and takes no share.
   */
  readonly pruning?: PruningRuleName | undefined;
  /** Whether the share to prune is that of all layers together (default) or of each. */
  readonly scope?: ShareRule["scope"];
  /** Columns in which predictions are to be monotone, everywhere and provably. Default: none. */
  readonly monotone?: MonotoneColumns | undefined;
  /** A whole number from 0 to 2⁵³ − 1; default 0. The same seed, data and options give the same model. */
  readonly seed?: number | undefined;
  readonly backend?: "auto" | "wasm" | "blas" | undefined;
  /** False trades about half the speed for the same bits on every machine (with backend `wasm`). Default true. */
  readonly relaxedSimd?: boolean | undefined;
  /** What columns are, where inference should not decide. */
  readonly columns?: Readonly<Record<string, KindOverride>> | undefined;
  readonly task?: Task | undefined;
  /**
   * How numbers, and the time that has passed of dates, become inputs: by their values, by the quantiles they lie among, or both ways;
   * one for all columns or by column. Default, and for columns
   * that are not named: whichever predicts held-out rows best.
   */
  readonly encode?: Encodings | undefined;
  /**
   * A schema by which columns are numbers, categories, truths or identifiers and which tells the task, for models of parts of one
   * table, which would otherwise take columns for different things. Default: as the rows to learn from look.
   */
  readonly kinds?: Schema | undefined;
  readonly classWeights?: ClassWeights | undefined;
  /** One weight per row of the table; a row of weight 0 is left out. */
  readonly sampleWeights?: ArrayLike<number> | undefined;
  /**
   * The rows of the table to learn from, as far as they have a target; default: all. Of the others nothing is learned,
   * not even what their columns hold. A row that is given twice, as in a bootstrap, counts twice; where rows are held out, all its
   * copies are or none.
   */
  readonly rows?: Int32Array | undefined;
  /** Rows, of the table or another, that the model is to be scored on: refused before the first step where it could not be. */
  readonly test?: { readonly frame: Frame; readonly rows: Int32Array } | undefined;
  /** Runs the jobs, for instance in workers; default: one after the other in this thread. */
  readonly run?: JobRunner | undefined;
  /** Runs the jobs of what the model is compared with likewise. */
  readonly runBaselines?: BaselineRunner | undefined;
  /** Stops training; the best network so far becomes the model. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export interface Progress {
  /** `scale`: whether a target is learned on a log scale, where that is to be found out. */
  readonly stage: "scale" | "search" | "refit";
  /** Networks trained, fractions of those under way counted in. */
  readonly done: number;
  readonly total: number;
}

const optionNames = Object.keys({
  network: true,
  preset: true,
  lambda: true,
  objective: true,
  width: true,
  depth: true,
  epochs: true,
  members: true,
  parametrization: true,
  optimizer: true,
  p: true,
  decay: true,
  targetScale: true,
  loss: true,
  quantile: true,
  labelSmoothing: true,
  prune: true,
  pruning: true,
  scope: true,
  monotone: true,
  seed: true,
  backend: true,
  relaxedSimd: true,
  columns: true,
  task: true,
  encode: true,
  kinds: true,
  classWeights: true,
  sampleWeights: true,
  rows: true,
  test: true,
  run: true,
  runBaselines: true,
  signal: true,
  onProgress: true,
} satisfies Record<keyof FitOptions, true>);

/** Throws InputError for an option that there is not and for a value out of range, whatever the data. */
export function checkOptions(options: FitOptions): void {
  checkNames(options, optionNames);
  const {
    network = "net",
    preset = "balanced",
    lambda = "auto",
    width,
    depth,
    epochs,
    members,
    parametrization,
    optimizer = "adam",
    p,
    decay,
    seed,
  } = options;
  oneOf("network", network, Object.keys(networkKinds));
  oneOf("preset", preset, Object.keys(presets));
  oneOf("backend", options.backend ?? "auto", ["auto", "wasm", "blas"]);
  if (options.task !== undefined) oneOf("task", options.task, ["regression", "classification"]);
  const { encode = {} } = options;
  for (const encoding of typeof encode === "string" ? [encode] : Object.values(encode)) {
    oneOf("encoding", encoding, encodings);
  }
  if (lambda !== "auto" && !(typeof lambda === "number" && lambda >= 0 && lambda <= 1e6)) {
    throw new InputError({
      code: "out-of-range",
      found: `λ is "auto" or a number from 0 to 1000000, but ${lambda} was given`,
      value: String(lambda),
    });
  }
  whole("width", width, 1, 4096);
  whole("depth", depth, 0, 64);
  whole("number of epochs", epochs, 1, 1_000_000);
  whole("number of members", members, 1, 64);
  whole("seed", seed, 0, Number.MAX_SAFE_INTEGER);
  if (parametrization !== undefined) oneOf("parametrization", parametrization, Object.keys(weightKinds));
  oneOf("optimizer", optimizer, optimizerNames);
  checkDecay(optimizer, p, decay);
  checkPruning(options);
  checkTargetOptions(options);
}

/** What `fitTarget` is to know; the scale that is left open is that of the values. */
export function targetOptions({ targetScale, loss, quantile }: FitOptions): TargetOptions {
  return { targetScale: targetScale === "log" ? "log" : "value", loss, quantile };
}

function checkTargetOptions({
  targetScale = "auto",
  loss,
  quantile,
  labelSmoothing,
  objective,
}: FitOptions): void {
  oneOf("scale of the target", targetScale, ["auto", "value", "log"]);
  if (loss !== undefined) oneOf("loss", loss, ["poisson"]);
  if (labelSmoothing !== undefined && !(labelSmoothing >= 0 && labelSmoothing < 1)) {
    throw new InputError({
      code: "out-of-range",
      found: `Label smoothing is a share of at least 0 and below 1, but ${labelSmoothing} was given`,
      value: String(labelSmoothing),
    });
  }
  const isAscending = (levels: readonly number[]) =>
    levels.length > 0 && levels.every((level, k) => level > (levels[k - 1] ?? 0) && level < 1);
  if (quantile !== undefined && !(Array.isArray(quantile) && isAscending(quantile))) {
    throw new InputError({
      code: "out-of-range",
      found: `Quantiles have levels above 0 and below 1, ascending, such as 0.1, 0.5, 0.9, but ${quantile} was given`,
      value: String(quantile),
    });
  }
  const others = [
    ...(quantile ? ["quantiles"] : []),
    ...(loss ? ["the Poisson loss"] : []),
    ...(loss && targetScale !== "auto" ? [`the target's scale "${targetScale}"`] : []),
    ...(objective && targetScale === "log" ? ["a log scale"] : []),
    ...(objective && (quantile || loss || targetScale === "log") ? ["the certified objective"] : []),
  ];
  if (others.length < 2) return;
  throw new InputError({
    code: "conflicting-arguments",
    found:
      `${others.slice(0, -1).join(", ")} and ${others[others.length - 1]} were asked for, which do not go together`.replace(
        /^./,
        (letter) => letter.toUpperCase(),
      ),
    remedy: "leave one of them out",
  });
}

/** The rule that the options ask for, with everything said, or null. */
export function pruningRule(
  options: Pick<FitOptions, "network" | "parametrization" | "prune" | "pruning" | "scope">,
): CompleteRule | null {
  const { network = "net", parametrization, prune = 0, pruning, scope } = options;
  const given = pruning === "threshold" ? { rule: pruning } : { rule: pruning, sparsity: prune, scope };
  return prune > 0 || pruning === "threshold"
    ? completeRule(given, layerKinds(network, parametrization))
    : null;
}

function checkPruning(options: FitOptions): void {
  const { prune, pruning, scope, optimizer = "adam" } = options;
  if (pruning !== undefined) oneOf("pruning rule", pruning, pruningRules);
  if (prune !== undefined && !(typeof prune === "number" && prune >= 0 && prune < 1)) {
    throw new InputError({
      code: "out-of-range",
      found: `The sparsity to prune to is a share of the weights of at least 0 and below 1, but ${prune} was given`,
      value: String(prune),
    });
  }
  if (pruning === "threshold" && prune !== undefined) {
    throw new InputError({
      code: "conflicting-arguments",
      found: 'The pruning rule "threshold" finds as many zeros as there are, so it takes no sparsity',
      value: String(prune),
      remedy: `leave out the ${prune}, or use another rule`,
    });
  }
  if (pruning === "threshold" && (optimizer === "adam" || optimizer === "sgd")) {
    throw new InputError({
      code: "conflicting-arguments",
      found: `The pruning rule "threshold" makes zeros of what decay leaves, and the optimizer "${optimizer}" does not decay`,
      value: optimizer,
      remedy: `use "p${optimizer}"`,
    });
  }
  if (pruning !== undefined && pruning !== "threshold" && !prune) {
    throw new InputError({
      code: "missing-argument",
      found: `The pruning rule "${pruning}" needs a sparsity above 0 to prune to, but none was given`,
    });
  }
  if (scope !== undefined && !prune) {
    throw new InputError({
      code: "missing-argument",
      found: `The scope of pruning "${scope}" needs a sparsity above 0 to prune to, but none was given`,
    });
  }
  pruningRule(options);
}

function checkDecay(optimizer: OptimizerName, p: number | undefined, decay: number | undefined): void {
  const given = p !== undefined ? "p" : decay !== undefined ? "decay" : undefined;
  if (given && (optimizer === "adam" || optimizer === "sgd")) {
    throw new InputError({
      code: "conflicting-arguments",
      found: `The ${given === "p" ? "exponent p" : "weight of the decay"} belongs to decoupled weight decay, which the optimizer "${optimizer}" does not do`,
      value: optimizer,
      remedy: `use "p${optimizer}"`,
    });
  }
  between("exponent p of the decay", p, 0, 4);
  between("weight of the decay", decay, 0, 1e6);
}

/** Who computes, according to the options. */
export function backendOptions({
  backend = "auto",
  relaxedSimd,
}: Pick<FitOptions, "backend" | "relaxedSimd">): BackendOptions {
  return { provider: backend, ...(relaxedSimd !== undefined && { relaxedSimd }) };
}

function between(name: string, value: number | undefined, least: number, most: number): void {
  if (value !== undefined && !(typeof value === "number" && value >= least && value <= most)) {
    throw new InputError({
      code: "out-of-range",
      found: `The ${name} is a number from ${least} to ${most}, but ${value} was given`,
      value: String(value),
    });
  }
}

function oneOf(name: string, value: string, allowed: readonly string[]): void {
  if (!allowed.includes(value)) {
    throw new InputError({
      code: "unknown-choice",
      found: `The ${name} is one of ${allowed.join(", ")}, but "${value}" was given`,
      value,
    });
  }
}

/** Throws InputError for what is given and is no whole number from `least` to `most`. */
export function whole(name: string, value: number | undefined, least: number, most: number): void {
  if (value !== undefined && !(Number.isInteger(value) && value >= least && value <= most)) {
    throw new InputError({
      code: "out-of-range",
      found: `The ${name} is a whole number from ${least} to ${most}, but ${value} was given`,
      value: String(value),
    });
  }
}
