import { aFunction, type Kind, numbers, oneOf } from "../arguments.js";
import { checkGiven } from "../names.js";
import type { Frame } from "../tables/frame.js";
import type { Encoder } from "./encoder.js";
import { type EncoderOptions, fitEncoder } from "./fitEncoder.js";
import { fitTarget } from "./fitTarget.js";
import { checkToLearn, type Schema } from "./kinds.js";
import type { Target } from "./target.js";
import type { TargetOptions } from "./targetScaling.js";

/** What stands between a table and a network: what the columns are, how they become inputs, and how outputs become predictions. */
export interface Preprocessing {
  readonly schema: Schema;
  readonly encoder: Encoder;
  readonly target: Target;
}

const optionKinds = {
  unseen: oneOf("zeros", "error"),
  encodingOf: aFunction,
  targetScale: oneOf("value", "log"),
  loss: oneOf("poisson"),
  quantile: numbers,
} satisfies Record<keyof (EncoderOptions & TargetOptions), Kind>;

/**
 * Learns inputs and targets from `rows` of the frame, whose columns are what the schema says. Throws InputError as `fitEncoder` and
 * `fitTarget` do.
 */
export function fitPreprocessing(
  frame: Frame,
  rows: Int32Array,
  schema: Schema,
  options: EncoderOptions & TargetOptions = {},
): Preprocessing {
  checkToLearn(frame, rows, schema);
  checkGiven(options, optionKinds);
  return {
    schema,
    encoder: fitEncoder(frame, rows, schema, options),
    target: fitTarget(frame, rows, schema, options),
  };
}
