/** A linear function of the outputs: f_plus, −f_minus, or the difference f_plus − f_minus. At least one is given. */
export interface OutputRow {
  readonly plus: number | null;
  readonly minus: number | null;
}

/** By which formula a global bound was found. */
export type GlobalMethod =
  | "path-norm"
  | "column"
  | "tight"
  | "improved"
  | "skip"
  | "folded"
  | "norm-product"
  | "spectral-product";

/** `global` is the best global bound, turned into a statement about the box. */
export type LocalMethod = "global" | "interval" | "signed" | "relaxation";

/** What a bound is about, exactly. */
export interface Statement {
  /** Whether it holds for all inputs, over one box, or over one box with nothing better to be had but for `gap`. */
  readonly scope: "global" | "local" | "exact";
  /**
   * What the number is about, with F the `output` (all outputs where it is null):
   * - `slope`: ‖F(x) − F(y)‖_q/‖x − y‖_p for any x, y, with p the input and q the output norm;
   * - `change`: |F(x) − F(c)| for any x in the box, with c its centre;
   * - `maximum`: F(x) for any x in the box.
   */
  readonly quantity: "slope" | "change" | "maximum";
  readonly output: OutputRow | null;
  readonly inputNorm: "1" | "2" | "inf";
  readonly outputNorm: "1" | "2" | "inf";
  /**
   * `real`: the network as a function of real numbers, its weights the stored float32 ones. `float32`: the numbers that a
   * prediction in float32 comes to, in whatever order it sums.
   */
  readonly arithmetic: "real" | "float32";
}

/** A proven upper bound: the quantity is at most `atMost`, computed in float64 and rounded outwards. */
export interface Guarantee extends Statement {
  readonly claim: "upper bound";
  readonly method: GlobalMethod | LocalMethod | "branch-and-bound";
  /** Infinity says nothing, but is true. */
  readonly atMost: number;
  /** One s_j ≥ 0 per input, such that the quantity's numerator is at most Σ_j s_j·|x_j − y_j|; null where the method has none. */
  readonly sensitivities: Float64Array | null;
}

/** A statement that there is no number for. */
export interface NoGuarantee extends Statement {
  readonly claim: "none";
  /** Why, as a sentence without its full stop. */
  readonly because: string;
}

/** What one input shows: the quantity is at least `atLeast`. It bounds nothing from above. */
export interface Sample extends Statement {
  readonly claim: "sampled lower bound";
  readonly method: "search" | "branch-and-bound";
  readonly atLeast: number;
  /** The input that shows it. */
  readonly witness: Float64Array;
}

/** A number about a network that says what it is. A guarantee and a sample share no name for their value, on purpose. */
export type Certificate = Guarantee | Sample;
