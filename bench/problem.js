/**
 * The job every peer does, from the same numbers: an L1-normalized network on a fixed batch.
 *
 * A shape is "inputs-width-depth-batch", depth counting hidden layers. Hidden rows are W_i = g·V_i/‖V_i‖₁ with one g
 * per layer, output rows W_i = γ_i·V_i/‖V_i‖₁, with ReLU between layers and one output.
 */
export const STEP_SHAPES = ["16-64-3-32", "16-256-4-64", "50-500-3-400"];
/** m × n × k: C (m × n) ← A (m × k)·B (k × n). */
export const PRODUCT_SHAPES = ["512x512x512", "64x256x256"];
/** The network of the prediction measure, and how many rows it predicts at once. */
export const PREDICTION_SHAPE = "16-64-2-100000";

/** Objective: ½·mean squared error + ½·λ·|∏ g|·Σ|γ|. Adam: bias-corrected, ε outside the root. */
export const LAMBDA = 1e-6;
export const ADAM = { rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
/** After so many steps from the same start, every peer must report the same objective. */
export const CHECKED_STEPS = 10;

/** The batch and the initial parameters of a shape; `length` is [g] or γ. */
export function problem(shape) {
  const [inputs, width, depth, batch] = shape.split("-").map(Number);
  const random = uniform(1);
  const fill = (length) => Float32Array.from({ length }, random);
  const sizes = [inputs, ...Array(depth).fill(width), 1];
  const x = fill(batch * inputs);
  const y = fill(batch);
  const layers = sizes.slice(1).map((rows, l) => {
    const columns = sizes[l];
    // Lengths that keep the signal's size from layer to layer, so that all parameters have a gradient.
    return {
      rows,
      columns,
      direction: fill(rows * columns),
      bias: fill(rows),
      length: Float32Array.of(Math.sqrt(1.5 * columns)),
    };
  });
  return { inputs, width, depth, batch, x, y, layers };
}

/** x, y, then direction, bias and length of each layer, as one run of float32 for the peers in Python. */
export function flatten({ x, y, layers }) {
  const parts = [x, y, ...layers.flatMap(({ direction, bias, length }) => [direction, bias, length])];
  return Buffer.concat(parts.map(({ buffer }) => Buffer.from(buffer)));
}

/** The layers' effective weights, for prediction. */
export function fold(layers) {
  return layers.map(({ rows, columns, direction, bias, length }) => {
    const weight = direction.slice();
    for (let i = 0; i < rows; i++) {
      const row = weight.subarray(i * columns, (i + 1) * columns);
      const norm = row.reduce((sum, value) => sum + Math.abs(value), 0);
      for (let j = 0; j < columns; j++) row[j] *= length[0] / norm;
    }
    return { rows, columns, weight, bias };
  });
}

/** Mulberry32, scaled to [−1, 1). */
function uniform(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
}
