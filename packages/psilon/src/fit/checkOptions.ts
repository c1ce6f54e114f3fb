import {
  aFunction,
  anObject,
  aSignal,
  asGiven,
  aText,
  checkValues,
  type Kind,
  rowNumbers,
  trueOrFalse,
} from "../arguments.js";
import { networkKinds } from "../engine/networks/spec.js";
import { pruningRules } from "../engine/pruning/rule.js";
import { weightKinds } from "../engine/weights/kinds.js";
import { InputError } from "../errors.js";
import { checkNames } from "../names.js";
import { encodings } from "../preprocess/bins.js";
import { checkCoverage } from "../preprocess/interval.js";
import { aSchema } from "../preprocess/kinds.js";
import { checkWeights } from "../preprocess/rowWeights.js";
import { checkSplitColumns } from "../tables/rowSplitter.js";
import { type FitOptions, type OptimizerName, optimizerNames, pruningRule } from "./options.js";
import { presets } from "./presets.js";
import { checkThreshold } from "./thresholdAim.js";

/** The names of all options of training. */
export const optionNames: readonly string[] = Object.keys({
  network: true,
  preset: true,
  lambda: true,
  objective: true,
  width: true,
  depth: true,
  epochs: true,
  learningRate: true,
  batchSize: true,
  patience: true,
  timeLimit: true,
  validationCurve: true,
  members: true,
  parametrization: true,
  optimizer: true,
  p: true,
  decay: true,
  targetScale: true,
  loss: true,
  quantile: true,
  interval: true,
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
  threshold: true,
  positive: true,
  sampleWeights: true,
  groups: true,
  timeColumn: true,
  rows: true,
  test: true,
  run: true,
  runBaselines: true,
  signal: true,
  onProgress: true,
} satisfies Record<keyof FitOptions, true>);

/** Of options whose values are looked at nowhere else before they are used. */
const kinds = {
  objective: anObject,
  encode: {
    name: `one of ${encodings.map((one) => `"${one}"`).join(", ")}, or an object of these by column,`,
    is: (value) => typeof value === "string" || anObject.is(value),
  },
  monotone: anObject,
  relaxedSimd: trueOrFalse,
  columns: anObject,
  kinds: aSchema,
  positive: aText,
  rows: rowNumbers,
  test: anObject,
  run: aFunction,
  runBaselines: aFunction,
  signal: aSignal,
  onProgress: aFunction,
} satisfies Partial<Record<keyof FitOptions, Kind>>;

/** Throws InputError for an option that there is not and for a value out of range, whatever the data. */
export function checkOptions(options: FitOptions): void {
  checkNames(options, optionNames);
  checkValues(options, kinds);
  checkWeights(options);
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
  checkChoice("network", network, Object.keys(networkKinds));
  checkChoice("preset", preset, Object.keys(presets));
  checkChoice("backend", options.backend ?? "auto", ["auto", "wasm", "blas"]);
  if (options.task !== undefined) checkChoice("task", options.task, ["regression", "classification"]);
  const { encode = {} } = options;
  for (const encoding of typeof encode === "string" ? [encode] : Object.values(encode)) {
    checkChoice("encoding", encoding, encodings);
  }
  if (lambda !== "auto" && !(typeof lambda === "number" && lambda >= 0 && lambda <= 1e6)) {
    throw new InputError({
      code: "out-of-range",
      found: `λ is "auto" or a number from 0 to 1000000, but ${asGiven(lambda)} was given`,
      value: String(lambda),
    });
  }
  whole("width", width, 1, 4096);
  whole("depth", depth, 0, 64);
  whole("number of epochs", epochs, 1, 1_000_000);
  checkPace(options);
  whole("number of members", members, 1, 64);
  whole("seed", seed, 0, Number.MAX_SAFE_INTEGER);
  if (parametrization !== undefined)
    checkChoice("parametrization", parametrization, Object.keys(weightKinds));
  checkChoice("optimizer", optimizer, optimizerNames);
  checkDecay(optimizer, p, decay);
  checkPruning(options);
  if (options.interval !== undefined) checkCoverage(options.interval);
  checkTargetOptions(options);
  checkThreshold(options);
  checkSplitColumns(options);
}

function checkPace({ learningRate, batchSize, patience, timeLimit, objective }: FitOptions): void {
  between("learning rate", learningRate, 1e-8, 100);
  whole("batch size", batchSize, 1, 1_000_000);
  whole("patience", patience, 1, 1_000_000);
  between("time limit in seconds", timeLimit, 0.001, 1e9);
  if (patience === undefined || !objective) return;
  throw new InputError({
    code: "conflicting-arguments",
    found:
      "Patience looks at the loss on the rows as they are, and the certified objective at the worst case",
    value: String(patience),
    remedy: "leave one of them out",
  });
}

function checkTargetOptions({
  targetScale = "auto",
  loss,
  quantile,
  labelSmoothing,
  objective,
  threshold,
}: FitOptions): void {
  checkChoice("scale of the target", targetScale, ["auto", "value", "log"]);
  if (loss !== undefined) checkChoice("loss", loss, ["poisson"]);
  if (
    labelSmoothing !== undefined &&
    !(typeof labelSmoothing === "number" && labelSmoothing >= 0 && labelSmoothing < 1)
  ) {
    throw new InputError({
      code: "out-of-range",
      found: `Label smoothing is a share of at least 0 and below 1, but ${asGiven(labelSmoothing)} was given`,
      value: String(labelSmoothing),
    });
  }
  const isAscending = (levels: readonly unknown[]) =>
    levels.length > 0 &&
    levels.every((level, k) => typeof level === "number" && level > Number(levels[k - 1] ?? 0) && level < 1);
  if (quantile !== undefined && !(Array.isArray(quantile) && isAscending(quantile))) {
    throw new InputError({
      code: "out-of-range",
      found: `Quantiles have levels above 0 and below 1, ascending, such as 0.1, 0.5, 0.9, but ${asGiven(quantile)} was given`,
      value: String(quantile),
    });
  }
  const others = [
    ...(quantile ? ["quantiles"] : []),
    ...(loss ? ["the Poisson loss"] : []),
    ...(loss && targetScale !== "auto" ? [`the target's scale "${targetScale}"`] : []),
    ...(objective && targetScale === "log" ? ["a log scale"] : []),
    ...(threshold ? ["a threshold"] : []),
    ...(objective && (quantile || loss || targetScale === "log" || threshold)
      ? ["the certified objective"]
      : []),
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

function checkPruning(options: FitOptions): void {
  const { prune, pruning, scope, optimizer = "adam" } = options;
  if (pruning !== undefined) checkChoice("pruning rule", pruning, pruningRules);
  if (prune !== undefined && !(typeof prune === "number" && prune >= 0 && prune < 1)) {
    throw new InputError({
      code: "out-of-range",
      found: `The sparsity to prune to is a share of the weights of at least 0 and below 1, but ${asGiven(prune)} was given`,
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

function between(name: string, value: number | undefined, least: number, most: number): void {
  if (value !== undefined && !(typeof value === "number" && value >= least && value <= most)) {
    throw new InputError({
      code: "out-of-range",
      found: `The ${name} is a number from ${least} to ${most}, but ${asGiven(value)} was given`,
      value: String(value),
    });
  }
}

function checkChoice(name: string, value: string, allowed: readonly string[]): void {
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
      found: `The ${name} is a whole number from ${least} to ${most}, but ${asGiven(value)} was given`,
      value: String(value),
    });
  }
}
