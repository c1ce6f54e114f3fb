import { asGiven } from "../../arguments.js";
import { InputError } from "../../errors.js";
import { type WeightKind, weightKinds } from "../weights/kinds.js";

/** The shape of a network and how its weights are parametrized. */
export interface NetworkSpec {
  readonly architecture: "mlp" | "resnet";
  readonly inputs: number;
  /** Units of every hidden layer, coordinates of the residual stream. */
  readonly width: number;
  /** Hidden layers of an MLP, residual blocks of a ResNet. */
  readonly depth: number;
  readonly outputs: number;
  /** Units of each hidden layer of an MLP, where they differ because dead ones were removed; else all have `width`. */
  readonly widths?: readonly number[];
  /** Every layer but the last. */
  readonly hidden: WeightKind;
  /** The last layer. */
  readonly output: WeightKind;
  /**
   * How many networks to train as one (derived; TabM's "mini" form, arXiv:2410.24210): they share all but factors of their inputs and their
   * last layer, and their mean predicts. One is a network whose inputs' scales are trained. Without it a network is as it always was.
   */
  readonly members?: number;
  /** One per input, where the one output is to be monotone in some (`networks/monotone`). */
  readonly monotone?: readonly Direction[];
}

/** How the output may move when an input grows: not upwards, either way, not downwards. */
export type Direction = -1 | 0 | 1;

/** The named networks: what a layer's weight is, and the penalty that goes with it. */
export const networkKinds = {
  /** PSiLON Net (arXiv:2404.19112). */
  net: { architecture: "mlp", hidden: "l1-shared", output: "l1-row", penalty: "path-norm" },
  /** PSiLON ResNet: CReLU residual blocks and the improved bound (arXiv:2404.19112, theorem 2). */
  resnet: { architecture: "resnet", hidden: "l1-shared", output: "l1-row", penalty: "improved-bound" },
  /** Standard Net, the paper's baseline: L2 weight normalization with the penalty Σg². */
  standard: { architecture: "mlp", hidden: "l2-row", output: "l2-row", penalty: "l2" },
  /** A plain MLP with the penalty ΣW². */
  mlp: { architecture: "mlp", hidden: "plain", output: "plain", penalty: "l2" },
} as const;

/** The name of a network: see `networkKinds`. */
export type NetworkKind = keyof typeof networkKinds;

/** Throws InputError when a size is not a whole number in its range. */
export function checkSpec(spec: NetworkSpec): void {
  const sizes = [
    ["inputs", spec.inputs, 1],
    ["width", spec.width, 1],
    ["depth", spec.depth, 0],
    ["outputs", spec.outputs, 1],
    ["members", spec.members ?? 1, 1],
  ] as const;
  for (const [name, value, least] of sizes) {
    if (!Number.isInteger(value) || value < least) {
      throw new InputError({
        code: "out-of-range",
        found: `A network's ${name} must be a whole number of at least ${least}, but ${asGiven(value)} was given`,
        value: String(value),
      });
    }
  }
  const { monotone, inputs, outputs, members } = spec;
  const isLinear = spec.architecture === "mlp" && (spec.widths?.length ?? spec.depth) === 0;
  if (members !== undefined && isLinear) {
    throw new InputError({
      code: "unsuitable",
      found: `The members of a shared ensemble share hidden layers, and an MLP of depth 0 has none, but ${members} members were asked for`,
      value: String(members),
      remedy: "take a depth of at least 1, or no members",
    });
  }
  if (members !== undefined && spec.hidden !== "plain" && weightKinds[spec.hidden].norm === 0) {
    throw new InputError({
      code: "unsuitable",
      found: `The members of a shared ensemble weigh the columns of one first matrix, which "${spec.hidden}" weights have as a whole`,
      value: spec.hidden,
      remedy: "use L1- or L2-normalized or plain weights, or no members",
    });
  }
  if (monotone && (outputs !== 1 || monotone.length !== inputs)) {
    throw new InputError({
      code: "wrong-shape",
      found: `A monotone network has one output and a direction for each of its ${inputs} inputs, but ${outputs} outputs and ${monotone.length} directions were given`,
    });
  }
}
