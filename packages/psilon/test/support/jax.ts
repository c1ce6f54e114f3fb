import { numpy as np, valueAndGrad } from "@jax-js/jax";
import { kindOf } from "../../src/engine/training/loss.ts";
import { weightKinds } from "../../src/engine/weights/kinds.ts";
import { givesClosedForm } from "./cases.ts";
import { type LayerShape, type LayerValues, layerShapes, type Problem } from "./problem.ts";

// jax-js frees an array when it is passed to a function; `.ref` keeps it for one more use.
export type Parameters = { plus: np.Array; minus?: np.Array; lengths?: np.Array; bias: np.Array };
type Matrices = { plus: np.Array; minus: np.Array | null };

export const matrix = (values: Float32Array, rows: number, columns: number) =>
  np.array(values).reshape([rows, columns]);

/** max(|A|, |B|), or |A| without B. */
const larger = (plus: np.Array, minus: np.Array | null) =>
  minus ? np.maximum(np.abs(plus), np.abs(minus)) : np.abs(plus);

/** W_i = g_i·V_i/‖V_i‖, the norm of a pair taken over the larger magnitudes. */
export function effective({ kind }: LayerShape, { plus, minus, lengths }: Parameters): Matrices {
  if (weightKinds[kind].norm === 0) return { plus, minus: minus ?? null };
  const sizes = larger(plus.ref, minus ? minus.ref : null);
  const norms =
    weightKinds[kind].norm === 1
      ? sizes.sum(1, { keepdims: true })
      : np.sqrt(np.square(sizes).sum(1, { keepdims: true }));
  const factor = lengths ? lengths.div(norms) : np.reciprocal(norms);
  const scaled = { plus: plus.mul(factor.ref), minus: minus ? minus.mul(factor.ref) : null };
  factor.dispose();
  return scaled;
}

/** x·Wᵀ. */
export const times = (x: np.Array, w: np.Array) => np.matmul(x, np.transpose(w));

/** What paths of positive and of negative product come to, one number per input. */
export function pathsBySign(
  shapes: LayerShape[],
  weights: Matrices[],
): { positive: np.Array; negative: np.Array } {
  let [positive, negative] = [np.ones([1, 1]), np.zeros([1, 1])];
  for (let l = shapes.length - 1; l >= 0; l--) {
    const { plus, minus } = weights[l];
    const largest = minus ? np.maximum(plus.ref, minus.ref) : plus.ref;
    const least = minus ? np.minimum(plus.ref, minus.ref) : plus.ref;
    let up = np.maximum(largest, 0);
    const down = np.maximum(least.mul(-1), 0);
    if (shapes[l].residual) up = up.add(np.eye(shapes[l].rows));
    const same = (from: np.Array, other: np.Array) =>
      np.matmul(from.ref, up.ref).add(np.matmul(other.ref, down.ref));
    const next = [same(positive, negative), same(negative, positive)];
    for (const used of [positive, negative, up, down]) used.dispose();
    [positive, negative] = next;
  }
  return { positive, negative };
}

function forward(problem: Problem, shapes: LayerShape[], weights: Matrices[], biases: np.Array[]): np.Array {
  let h = matrix(problem.x, problem.n, problem.spec.inputs);
  shapes.forEach(({ residual }, l) => {
    const plus = weights[l].plus.ref;
    const minus = weights[l].minus?.ref;
    if (minus) {
      const z = times(np.maximum(h.ref, 0), plus)
        .add(times(np.minimum(h.ref, 0), minus))
        .add(biases[l]);
      if (residual) h = h.add(z);
      else {
        h.dispose();
        h = z;
      }
    } else {
      const input = l === 0 ? h : np.maximum(h, 0);
      h = times(input, plus).add(biases[l]);
    }
  });
  const { monotone } = problem.spec;
  if (!monotone) return h;
  const { positive, negative } = pathsBySign(shapes, weights);
  const [rising, falling] = [1, -1].map((d) => np.array(Float32Array.from(monotone, (m) => Number(m === d))));
  const slopes = negative.mul(rising).sub(positive.mul(falling));
  return h.add(times(matrix(problem.x, problem.n, monotone.length), slopes));
}

/** (1/n)·Σ_r w_r·ℓ_r. */
export function lossOf({ loss, n, y, rowWeights, spec }: Problem, output: np.Array): np.Array {
  const { outputs } = spec;
  let rows: np.Array;
  if (loss === "squared-error") {
    rows = np.square(output.sub(matrix(y, n, outputs))).mean(1);
  } else if (loss === "poisson") {
    rows = np
      .exp(output.ref)
      .sub(output.mul(matrix(y, n, outputs)))
      .mean(1);
  } else if (typeof loss === "object" && loss.kind === "quantile") {
    const error = np.array(y).reshape([n, 1]).sub(output);
    const levels = np.array([...loss.levels]).reshape([1, outputs]);
    rows = np.maximum(error.ref.mul(levels.ref), error.mul(levels.sub(1))).mean(1);
  } else {
    const smoothing = typeof loss === "object" ? loss.smoothing : 0;
    if (kindOf(loss) === "logistic") {
      const z = output.reshape([n]);
      const tail = np.log(np.exp(np.abs(z.ref).mul(-1)).add(1));
      const share = y.map((label) => (1 - smoothing) * label + smoothing / 2);
      rows = np
        .maximum(z.ref, 0)
        .add(tail)
        .sub(z.mul(np.array(share)));
    } else {
      const share = new Float32Array(n * outputs).fill(smoothing / outputs);
      for (let r = 0; r < n; r++) share[r * outputs + y[r]] += 1 - smoothing;
      rows = np.log(np.exp(output.ref).sum(1)).sub(output.mul(matrix(share, n, outputs)).sum(1));
    }
  }
  return (rowWeights ? rows.mul(np.array(rowWeights)) : rows).mean();
}

/** P = |∏g_l|·Σ|γ_k| or B = |g_0|·∏(1 + |g_l|)·Σ|γ_k|. */
function closedForm(shapes: LayerShape[], lengths: np.Array[]): np.Array {
  return shapes
    .map(({ rows, residual }, l) => {
      const size = np.abs(lengths[l]).sum();
      if (residual) return size.add(1);
      const isSharedOutput = l === shapes.length - 1 && weightKinds[shapes[l].kind].length === "shared";
      return isSharedOutput ? size.mul(rows) : size;
    })
    .reduce((product, factor) => product.mul(factor));
}

/** x^p for x ≥ 0 and p a multiple of ½: sqrt is exact where exp and log are not. */
function power(x: np.Array, p: number): np.Array {
  const root = np.sqrt(x);
  return Array.from({ length: 2 * p }, (_, k) => (k < 2 * p - 1 ? root.ref : root)).reduce((a, b) =>
    a.mul(b),
  );
}

/** Σ|W|^p, Σ_i ‖W_i‖₁/‖W_i‖₂, or ∏_l ‖W_l‖_F with 1 + ‖W_l‖_F in a residual block; the rest go to `explicit`. */
function penaltyOf(problem: Problem, shapes: LayerShape[], weights: Matrices[]): np.Array {
  const { penalty } = problem;
  const isOfEntries =
    typeof penalty === "object" || penalty === "l1-over-l2" || penalty === "product-of-norms";
  if (!isOfEntries) return explicit(problem, shapes, weights);
  const factors = weights.map(({ plus, minus }, l) => {
    const w = minus ? np.concatenate([plus.ref, minus.ref], 1) : plus.ref;
    if (typeof penalty === "object") return power(np.abs(w), penalty.p).sum();
    if (penalty === "l1-over-l2")
      return np
        .abs(w.ref)
        .sum(1)
        .div(np.sqrt(np.square(w).sum(1)))
        .sum();
    const norm = np.sqrt(np.square(w).sum());
    return shapes[l].residual ? norm.add(1) : norm;
  });
  return factors.reduce((all, factor) =>
    penalty === "product-of-norms" ? all.mul(factor) : all.add(factor),
  );
}

/** The vector of ones through the layers' magnitudes. */
function explicit({ penalty, spec }: Problem, shapes: LayerShape[], weights: Matrices[]): np.Array {
  let u = np.ones([spec.inputs, 1]);
  shapes.forEach(({ residual, rows }, l) => {
    const plus = weights[l].plus.ref;
    const minus = weights[l].minus?.ref ?? null;
    let magnitudes: np.Array;
    if (penalty === "improved-bound" || !minus) {
      magnitudes = larger(plus, minus);
      if (residual) magnitudes = magnitudes.add(np.eye(rows));
    } else if (residual) {
      magnitudes = np.abs(plus.add(np.eye(rows))).add(np.abs(minus.add(np.eye(rows))));
    } else magnitudes = np.abs(plus).add(np.abs(minus));
    u = np.matmul(magnitudes, u);
  });
  return u.sum();
}

function hasClosedForm({ penalty, form, spec }: Problem): boolean {
  const fits = penalty === (spec.architecture === "resnet" ? "improved-bound" : "path-norm");
  return form === "auto" && fits && spec.hidden === "l1-shared" && givesClosedForm(spec.output);
}

/** ½·loss + ½·λ·penalty and its gradient by automatic differentiation of the textbook formulas, in float32. */
export function jaxGradients(problem: Problem): { value: number; gradients: LayerValues<Float32Array>[] } {
  const shapes = layerShapes(problem.spec);
  const objective = (parameters: Parameters[]): np.Array => {
    let penalty: np.Array | null = null;
    if (problem.penalty === "l2") {
      penalty = parameters
        .flatMap(({ plus, minus, lengths }, l) =>
          lengths ? [lengths] : shapes[l].kind !== "plain" ? [] : minus ? [plus, minus] : [plus],
        )
        .map((tensor) => np.square(tensor.ref).sum())
        .reduce((sum, term) => sum.add(term), np.array(0));
    } else if (hasClosedForm(problem)) {
      penalty = closedForm(
        shapes,
        parameters.map(({ lengths }) => lengths!.ref),
      );
    }
    const weights = parameters.map((layer, l) => effective(shapes[l], layer));
    const output = forward(
      problem,
      shapes,
      weights,
      parameters.map(({ bias }) => bias),
    );
    if (!penalty && problem.penalty !== "none") penalty = penaltyOf(problem, shapes, weights);
    for (const { plus, minus } of weights) {
      plus.dispose();
      minus?.dispose();
    }
    const loss = lossOf(problem, output).mul(0.5);
    return penalty ? loss.add(penalty.mul(0.5 * problem.lambda)) : loss;
  };

  const [value, gradients] = valueAndGrad(objective)(parametersOf(problem)) as [np.Array, Parameters[]];
  return { value: value.js() as number, gradients: readGradients(shapes, gradients) };
}

/** A problem's values as jax-js takes them. */
export function parametersOf({ spec, values }: Problem): Parameters[] {
  return layerShapes(spec).map(({ rows, columns, paired }, l): Parameters => {
    const { raw, lengths, bias } = values[l];
    const [plus, minus] = halves(raw, rows, columns, paired);
    return {
      plus: matrix(plus, rows, columns),
      ...(minus ? { minus: matrix(minus, rows, columns) } : {}),
      ...(lengths ? { lengths: matrix(lengths, lengths.length, 1) } : {}),
      bias: np.array(bias),
    };
  });
}

export function readGradients(
  shapes: readonly LayerShape[],
  gradients: readonly Parameters[],
): LayerValues<Float32Array>[] {
  return gradients.map(({ plus, minus, lengths, bias }, l) => ({
    raw: joined(read(plus), minus ? read(minus) : null, shapes[l]),
    lengths: lengths ? read(lengths) : null,
    bias: read(bias),
  }));
}

const read = (array: np.Array) => array.dataSync() as Float32Array;

/** The rows of V⁺ and of V⁻, which alternate in a pair. */
function halves(
  raw: Float32Array,
  rows: number,
  columns: number,
  paired: boolean,
): [Float32Array, Float32Array | null] {
  if (!paired) return [raw, null];
  const plus = new Float32Array(rows * columns);
  const minus = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    plus.set(raw.subarray(2 * i * columns, (2 * i + 1) * columns), i * columns);
    minus.set(raw.subarray((2 * i + 1) * columns, (2 * i + 2) * columns), i * columns);
  }
  return [plus, minus];
}

/** The inverse of `halves`. */
function joined(plus: Float32Array, minus: Float32Array | null, { rows, columns }: LayerShape): Float32Array {
  if (!minus) return plus;
  const raw = new Float32Array(2 * rows * columns);
  for (let i = 0; i < rows; i++) {
    raw.set(plus.subarray(i * columns, (i + 1) * columns), 2 * i * columns);
    raw.set(minus.subarray(i * columns, (i + 1) * columns), (2 * i + 1) * columns);
  }
  return raw;
}
