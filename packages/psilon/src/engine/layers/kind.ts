import type { Backend } from "../backend/backend.js";
import type { Random } from "../random/random.js";
import type { WeightKind } from "../weights/kinds.js";
import type { BoundLayer, Source } from "./boundLayer.js";
import type { Layer } from "./layer.js";
import type { Shape } from "./shape.js";

/** What layers are bound with. */
export interface Binding {
  readonly backend: Backend;
  /** The most examples of a batch. */
  readonly capacity: number;
  /** What parameters start with. */
  readonly random: Random;
}

/** What a layer reads, and what one example of it is. */
export interface ShapedSource extends Source {
  readonly shape: Shape;
}

/** A layer in training: its passes, and of these the matrices with their biases that are pruned and penalized. */
export interface Bound {
  /** In the order of the way forward; the last one's output is the layer's. */
  readonly passes: readonly BoundLayer[];
  readonly layers: readonly Layer[];
}

/** A parameter before it is made, as what it trains (`Parameter.raw`) will be. */
export interface KeptParameter {
  /** As it is called among those of its layer. */
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** Of a vector `plain`. */
  readonly kind: WeightKind;
}

/** What `BoundLayer.state` will be. */
export interface KeptState extends Omit<KeptParameter, "kind"> {
  /** What its numbers are in; default: all. */
  readonly least?: number;
  readonly most?: number;
  /** Whether what is evaluated does without it. */
  readonly isForTraining?: boolean;
}

/** What a layer trains and what it keeps beside, each in the order of its passes. */
export interface Kept {
  readonly parameters: readonly KeptParameter[];
  readonly state?: readonly KeptState[];
}

/** One kind of layer; `Spec` says what there is to choose, as plain data. What it reads it leaves as it is, since others may read it, too. */
export interface LayerKind<Spec> {
  /** By name what there is to choose, so that nothing else is left out without a word. */
  readonly choices: Readonly<Record<Spec extends unknown ? keyof Spec : never, true>>;
  /**
   * The shape of what it writes; where it cannot read `input`, a text that says what it reads, as the end of the sentence "It reads …".
   */
  readonly shape: (spec: Spec, input: Shape) => Shape | string;
  /**
   * What there is to be saved of it once it is trained, known before it is made, so that a file's claims can be checked; nothing where this
   * is left out.
   */
  readonly keeps?: (spec: Spec, input: Shape) => Kept;
  /** For an input that it can read, and the shape of what it writes. */
  readonly bind: (binding: Binding, spec: Spec, input: ShapedSource, shape: Shape) => Bound;
}
