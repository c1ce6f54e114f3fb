import type { Tensor } from "../backend/arena.js";
import type { BoundLayer } from "../layers/boundLayer.js";
import type { InputSource } from "../layers/inputLinear.js";
import type { Layer, MemberLayer } from "../layers/layer.js";
import type { Parameter } from "../weights/parameter.js";
import type { Direction, NetworkSpec } from "./spec.js";

/**
 * A network in training: what computes, what is trained, and the room for one batch of at most `capacity` rows. The batch of a shared ensemble
 * holds as many rows for each member, one member's after the other's.
 */
export interface Network {
  /** What `layers` make of a row: a chain of matrices, the blocks of a ResNet, or anything else that layers can be composed to. */
  readonly architecture: NetworkSpec["architecture"] | "sequential";
  readonly inputs: number;
  readonly outputs: number;
  readonly capacity: number;
  /** capacity × inputs: a batch is written here before `forward`, and stays for `backward`. */
  readonly input: Tensor;
  /** What is not 0 of the batch in `input`, where whoever wrote it tells; where that is null, the whole batch counts. */
  readonly entries: InputSource["entries"];
  /** capacity × outputs, filled by `forward`. */
  readonly output: Tensor;
  /** ∂ℓ/∂output, filled by the loss and read by `backward`. */
  readonly outputDelta: Tensor;
  /** What computes, in the order of the way forward. */
  readonly bound: readonly BoundLayer[];
  /** What the bound layers keep that is not trained, in their order. */
  readonly state: readonly Tensor[];
  /** Everything trained, in a fixed order. */
  readonly parameters: readonly Parameter[];
  /** The matrices and biases that are trained and pruned, from the inputs to the outputs: of a shared ensemble the last layer of each member. */
  readonly layers: readonly Layer[];
  /** Each member's way from the inputs to the outputs, of which path norms and `fold` make what they need; one way where nothing is shared. */
  readonly members: readonly (readonly MemberLayer[])[];
  /** The factors of the inputs, members × inputs, where there are such. */
  readonly adapters: Tensor | null;
  /** For each input the direction in which the one output moves with it, where it is made to. */
  readonly monotone: readonly Direction[] | null;
  /** Outputs for the first n rows of the input, in training. */
  forward(n: number): void;
  /** Outputs for the first n rows of the input once training is over. */
  evaluate(n: number): void;
  /** Every parameter's gradient, after `forward` with the same n. */
  backward(n: number): void;
}
