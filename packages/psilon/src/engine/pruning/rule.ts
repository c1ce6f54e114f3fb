import { asGiven } from "../../arguments.js";
import { InputError } from "../../errors.js";
import type { NetworkKinds } from "../networks/kinds.js";
import { type Parametrization, type WeightKind, weightKinds } from "../weights/kinds.js";

/**
 * Which entries of the matrices become exact zeros:
 *
 * - `l1-projection`: by the projection of L1-normalized rows onto the L1 ball, blended in (arXiv:2404.19112)
 * - `magnitude`: the smallest |W|, at once
 * - `gradual-magnitude`: the smallest |W|, more every epoch (arXiv:1710.01878)
 * - `path-magnitude`: those on the weakest paths, θ·∂‖Φ(θ)‖₁/∂θ, more every epoch
 * - `residual`: whole residual blocks, those nearest to the identity, at once
 * - `filter-l1`, `filter-l2`: whole rows with their biases, the units of a dense layer and the kernels of a convolution, those of the
 *   smallest norm, at once (arXiv:1608.08710)
 * - `threshold`: |W| < 1e-13, as many as there are
 */
export const pruningRules = [
  "l1-projection",
  "magnitude",
  "gradual-magnitude",
  "path-magnitude",
  "residual",
  "filter-l1",
  "filter-l2",
  "threshold",
] as const;

/** One of `pruningRules`. */
export type PruningRuleName = (typeof pruningRules)[number];

/** The rules whose share is one of blocks or of rows, so that of all entries another share may be 0. */
export const wholeRules: readonly PruningRuleName[] = ["residual", "filter-l1", "filter-l2"];

/** A rule that makes zeros of a share of the entries. */
export interface ShareRule {
  /** Default: `l1-projection` where all weights are L1-normalized, else `magnitude`. */
  readonly rule?: Exclude<PruningRuleName, "threshold"> | undefined;
  /** Share of the matrices' entries that end as 0, in [0, 1); for `residual`, of the blocks' entries at most, for filters of the rows of all layers but the last. */
  readonly sparsity: number;
  /** Whether the share is that of all layers together (default) or of each. */
  readonly scope?: "global" | "layer" | undefined;
}

/** A rule and how far it goes. */
export type PruningRule = ShareRule | { readonly rule: "threshold" };

/** A rule with everything said. */
export type CompleteRule =
  | { readonly [name in keyof Required<ShareRule>]: NonNullable<ShareRule[name]> }
  | { readonly rule: "threshold" };

/** The rule with its defaults. Throws InputError for a value out of range and for a network that it cannot prune. */
export function completeRule(given: PruningRule, network: NetworkKinds): CompleteRule {
  const isL1 = kindsIn(network).every((kind) => weightKinds[kind].norm === 1);
  const { rule = isL1 ? "l1-projection" : "magnitude" } = given;
  if (!pruningRules.includes(rule)) {
    throw new InputError({
      code: "unknown-choice",
      found: `The pruning rule is one of ${pruningRules.join(", ")}, but "${rule}" was given`,
      value: rule,
    });
  }
  checkNetwork(rule, network);
  if (given.rule === "threshold") return given;
  const { sparsity, scope = "global" } = given;
  if (!(sparsity >= 0 && sparsity < 1)) {
    throw new InputError({
      code: "out-of-range",
      found: `The sparsity to prune to is a share of the weights of at least 0 and below 1, but ${asGiven(sparsity)} was given`,
      value: String(sparsity),
    });
  }
  if (scope !== "global" && scope !== "layer") {
    throw new InputError({
      code: "unknown-choice",
      found: `The scope of pruning is one of global, layer, but "${scope}" was given`,
      value: scope,
    });
  }
  if (rule === "residual" && scope === "layer") {
    throw new InputError({
      code: "conflicting-arguments",
      found: 'The rule "residual" removes whole blocks, so its scope is "global", but "layer" was given',
    });
  }
  return { rule, sparsity, scope } as CompleteRule;
}

const kindsIn = ({ hidden, between = [], output }: NetworkKinds): WeightKind[] => [
  hidden,
  ...between,
  output,
];

function checkNetwork(rule: PruningRuleName, network: NetworkKinds): void {
  const { architecture, hidden } = network;
  const isOfFilters = rule === "filter-l1" || rule === "filter-l2";
  if (rule === "residual" && architecture === "mlp") {
    throw new InputError({
      code: "unsuitable",
      found: 'The rule "residual" removes the residual blocks of a ResNet, and this network is an MLP',
      remedy: "use another rule or a ResNet",
    });
  }
  const kinds = kindsIn(network);
  // Which layers stand in blocks, a network of any list of layers tells when the rule is made.
  const inBlocks = architecture === "sequential" ? [] : [hidden];
  for (const kind of rule === "residual" ? inBlocks : isOfFilters ? kinds.slice(0, -1) : kinds) {
    const { norm, length, normed }: Parametrization = weightKinds[kind];
    if (rule === "l1-projection" && norm !== 1) {
      throw new InputError({
        code: "unsuitable",
        found: `The rule "l1-projection" projects L1-normalized weights, and this network has "${kind}" ones`,
        value: kind,
        remedy: 'use another rule, such as "magnitude", or L1-normalized weights, as "net" and "resnet" have',
      });
    }
    if (rule === "residual") checkRemovable(kind);
    const isFixed = normed !== "nothing" && normed !== "matrix" && length !== "row";
    if (isOfFilters && isFixed && normed !== null) {
      throw new InputError({
        code: "unsuitable",
        found: `The rule "${rule}" makes whole rows 0, and "${kind}" weights keep the norms of their rows or columns`,
        value: kind,
        remedy: "use another rule, plain weights, or weights with a length for each row",
      });
    }
    if (normed === null) {
      throw new InputError({
        code: "unsuitable",
        found: `Weights of the kind "${kind}" cannot be pruned, since an entry of V at 0 leaves its entry of W another value`,
        value: kind,
        remedy: "use L1- or L2-normalized or plain weights, or train without pruning",
      });
    }
  }
}

/** Throws InputError where a whole matrix of this kind cannot be made 0. */
export function checkRemovable(kind: WeightKind): void {
  const { length }: Parametrization = weightKinds[kind];
  if (kind === "plain" || length === "shared" || length === "row") return;
  throw new InputError({
    code: "unsuitable",
    found: `The rule "residual" sets a block's length to 0, and "${kind}" weights have none`,
    value: kind,
    remedy: "use another rule",
  });
}
