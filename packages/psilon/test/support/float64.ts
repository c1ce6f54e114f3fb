import type { NetworkSpec } from "../../src/engine/networks/spec.ts";
import { kindOf } from "../../src/engine/training/loss.ts";
import { weightKinds } from "../../src/engine/weights/kinds.ts";
import { isTransformed } from "../../src/engine/weights/transformed.ts";
import { type LayerShape, type LayerValues, layerShapes, type Problem } from "./problem.ts";
import { textbook } from "./transforms.ts";

/** The textbook objective in float64, and what finite differences need to know about it. */
export interface Evaluation {
  /** ½·loss + ½·λ·penalty. */
  value: number;
  loss: number;
  penalty: number;
  /** n × outputs. */
  output: Float64Array;
  /** How near the nearest ReLU is to its kink, as a share of its layer's root mean square. */
  margin: number;
  /** A hash of every side taken at a kink: two points with the same pattern lie on one smooth piece. */
  pattern: number;
}

/** W as rows of W (or W⁺) and W⁻. */
export interface Effective {
  plus: Float64Array;
  minus: Float64Array | null;
}

type Side = (positive: boolean) => void;

/** Π(v) of one row, by sorting (mathematics, section 5): the threshold τ, from the larger magnitudes `sizes`. */
export function sortedThreshold(sizes: readonly number[]): number {
  const sorted = [...sizes].sort((a, b) => b - a);
  let sum = 0;
  let tau = 0;
  for (let k = 1; k <= sorted.length; k++) {
    sum += sorted[k - 1];
    if (sorted[k - 1] > (sum - 1) / k) tau = (sum - 1) / k;
  }
  return tau;
}

/** W_i = g_i·[(1−α)·u + α·Π(s·u)] with u = V_i/‖V_i‖. */
export function effective(
  { kind, rows, columns, paired }: LayerShape,
  { raw, lengths }: LayerValues,
  projection: Problem["projection"],
  side: Side = () => {},
): Effective {
  const { norm } = weightKinds[kind];
  const width = paired ? 2 * columns : columns;
  if (isTransformed(kind)) {
    const row = (i: number) => Array.from(raw.subarray(i * width, (i + 1) * width));
    const whole = textbook[kind](Array.from({ length: rows }, (_, i) => row(i)));
    const side = (from: number) => Float64Array.from(whole.flatMap((w) => w.slice(from, from + columns)));
    return { plus: side(0), minus: paired ? side(columns) : null };
  }
  const plus = new Float64Array(rows * columns);
  const minus = paired ? new Float64Array(rows * columns) : null;
  const { alpha, scale } = projection ?? { alpha: 0, scale: 1 };
  const larger = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    const start = i * width;
    let size = norm === 0 ? 1 : 0;
    for (let j = 0; j < columns; j++) {
      larger[j] = Math.max(Math.abs(raw[start + j]), paired ? Math.abs(raw[start + columns + j]) : 0);
      if (norm > 0) size += larger[j] ** norm;
    }
    if (norm === 2) size = Math.sqrt(size);
    const length = lengths ? lengths[lengths.length === 1 ? 0 : i] : 1;
    const tau = projection ? sortedThreshold(Array.from(larger, (v) => (scale * v) / size)) : 0;
    for (let k = 0; k < width; k++) {
      const v = raw[start + k];
      const u = v / size;
      const projected = Math.sign(u) * Math.max(scale * Math.abs(u) - tau, 0);
      side(v > 0);
      if (projection) side(projected !== 0);
      const value = length * ((1 - alpha) * u + alpha * projected);
      if (k < columns) plus[i * columns + k] = value;
      else minus![i * columns + k - columns] = value;
    }
    if (paired)
      for (let j = 0; j < columns; j++) side(Math.abs(raw[start + j]) >= Math.abs(raw[start + columns + j]));
    side(length > 0);
  }
  return { plus, minus };
}

/** What paths of negative and of positive product come to, for each input. */
export function pathsBySign(
  spec: NetworkSpec,
  weights: readonly Effective[],
): { up: number[]; down: number[] } {
  let [up, down] = [[1], [0]];
  layerShapes(spec)
    .map((shape, l) => ({ ...shape, ...weights[l] }))
    .reverse()
    .forEach(({ rows, columns, residual, plus, minus }) => {
      const sum = (j: number, same: number[], other: number[]) =>
        Array.from({ length: rows }, (_, i) => {
          const pair = [plus[i * columns + j], (minus ?? plus)[i * columns + j]];
          const own = residual && i === j ? 1 : 0;
          return same[i] * (own + Math.max(0, ...pair)) + other[i] * Math.max(0, ...pair.map((w) => -w));
        }).reduce((a, b) => a + b);
      const each = Array.from({ length: columns }, (_, j) => [sum(j, up, down), sum(j, down, up)]);
      [up, down] = [each.map(([value]) => value), each.map(([, value]) => value)];
    });
  return { up, down };
}

/** The explicit path norm or improved bound: the vector of ones through the layers' magnitudes. */
export function explicitPenalty(
  problem: Problem,
  weights: readonly Effective[],
  side: Side = () => {},
): number {
  const improved = problem.penalty === "improved-bound";
  let u: number[] = Array(problem.spec.inputs).fill(1);
  layerShapes(problem.spec).forEach(({ rows, columns, residual }, l) => {
    const { plus, minus } = weights[l];
    u = Array.from({ length: rows }, (_, i) => {
      let sum = 0;
      for (let j = 0; j < columns; j++) {
        const [p, m] = [plus[i * columns + j], minus ? minus[i * columns + j] : 0];
        const own = residual && i === j ? 1 : 0;
        if (own) {
          side(1 + p > 0);
          side(1 + m > 0);
        }
        const size = improved
          ? own + Math.max(Math.abs(p), Math.abs(m))
          : Math.abs(own + p) + (minus ? Math.abs(own + m) : 0);
        sum += size * u[j];
      }
      return sum;
    });
  });
  return u.reduce((sum, value) => sum + value, 0);
}

function penaltyValue(
  problem: Problem,
  values: readonly LayerValues[],
  weights: Effective[],
  side: Side,
): number {
  const { penalty } = problem;
  if (penalty === "none") return 0;
  if (penalty === "l2") {
    let sum = 0;
    values.forEach(({ raw, lengths }, l) => {
      const isPlain = layerShapes(problem.spec)[l].kind === "plain";
      for (const v of lengths ?? (isPlain ? raw : [])) sum += v * v;
    });
    return sum;
  }
  if (typeof penalty !== "object" && penalty !== "l1-over-l2" && penalty !== "product-of-norms") {
    return explicitPenalty(problem, weights, side);
  }
  // Layer by layer the rows of W, those of a pair with both halves.
  const filters = layerShapes(problem.spec).map(({ rows, columns }, l) =>
    Array.from({ length: rows }, (_, i) => {
      const { plus, minus } = weights[l];
      const row = (half: Float64Array | null) => half?.subarray(i * columns, (i + 1) * columns) ?? [];
      return [...row(plus), ...row(minus)];
    }),
  );
  const powers = (row: number[], p: number) => row.reduce((sum, w) => sum + Math.abs(w) ** p, 0);
  if (typeof penalty === "object")
    return filters.flat().reduce((sum, row) => sum + powers(row, penalty.p), 0);
  if (penalty === "l1-over-l2") {
    return filters.flat().reduce((sum, row) => sum + powers(row, 1) / Math.sqrt(powers(row, 2)), 0);
  }
  return filters.reduce((product, rows, l) => {
    const own = layerShapes(problem.spec)[l].residual ? 1 : 0;
    return product * (own + Math.sqrt(rows.reduce((sum, row) => sum + powers(row, 2), 0)));
  }, 1);
}

/** ℓ of one row, whose outputs stand at row·outputs. */
export function rowLoss(
  problem: Pick<Problem, "loss" | "y"> & { spec: { outputs: number } },
  output: ArrayLike<number>,
  row: number,
): number {
  const { outputs } = problem.spec;
  const z = (k: number) => output[row * outputs + k];
  const y = (k: number) => problem.y[row * outputs + k];
  const sum = (of: (k: number) => number) => {
    let total = 0;
    for (let k = 0; k < outputs; k++) total += of(k);
    return total;
  };
  if (problem.loss === "squared-error") return sum((k) => (z(k) - y(k)) ** 2) / outputs;
  if (problem.loss === "poisson") {
    const rate = (value: number) => Math.exp(Math.min(value, 30)) * (1 + Math.max(value - 30, 0));
    return sum((k) => rate(z(k)) - y(k) * z(k)) / outputs;
  }
  const target = problem.y[row];
  const loss = typeof problem.loss === "string" ? { kind: problem.loss, smoothing: 0 } : problem.loss;
  if (loss.kind === "quantile") {
    const pinball = (level: number, error: number) => (error > 0 ? level * error : (level - 1) * error);
    return sum((k) => pinball(loss.levels[k], target - z(k))) / outputs;
  }
  const { smoothing } = loss;
  if (loss.kind === "logistic") {
    const share = (1 - smoothing) * target + smoothing / 2;
    return Math.max(z(0), 0) + Math.log1p(Math.exp(-Math.abs(z(0)))) - share * z(0);
  }
  let top = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < outputs; k++) top = Math.max(top, z(k));
  const whole = Math.log(sum((k) => Math.exp(z(k) - top))) + top;
  return whole - (1 - smoothing) * z(target) - (smoothing * sum(z)) / outputs;
}

/** The whole objective at `values`, by plain loops over the definitions. */
export function objective(problem: Problem, values: readonly LayerValues[]): Evaluation {
  const { n, x, rowWeights, lambda, projection, spec } = problem;
  const shapes = layerShapes(spec);
  let pattern = 0;
  const side: Side = (positive) => {
    pattern = (Math.imul(pattern, 31) + (positive ? 7 : 3)) | 0;
  };
  let margin = Number.POSITIVE_INFINITY;
  const watch = (z: Float64Array) => {
    let squares = 0;
    let least = Number.POSITIVE_INFINITY;
    for (const value of z) {
      side(value > 0);
      squares += value * value;
      least = Math.min(least, Math.abs(value));
    }
    margin = Math.min(margin, least / Math.sqrt(squares / z.length));
  };

  const weights = shapes.map((shape, l) => effective(shape, values[l], projection, side));
  let h: Float64Array = Float64Array.from(x);
  shapes.forEach(({ rows, columns, residual }, l) => {
    const { plus, minus } = weights[l];
    const { bias } = values[l];
    const next = new Float64Array(n * rows);
    if (l > 0) watch(h);
    for (let r = 0; r < n; r++) {
      for (let i = 0; i < rows; i++) {
        let sum = bias[i];
        for (let j = 0; j < columns; j++) {
          const input = h[r * columns + j];
          if (minus) sum += (input > 0 ? plus[i * columns + j] : minus[i * columns + j]) * input;
          else if (l === 0 || input > 0) sum += plus[i * columns + j] * input;
        }
        next[r * rows + i] = residual ? h[r * rows + i] + sum : sum;
      }
    }
    h = next;
  });
  const { monotone } = spec;
  if (monotone) {
    const { up, down } = pathsBySign(spec, weights);
    const slopes = monotone.map((d, j) => (d > 0 ? down[j] : -up[j]) * Math.abs(d));
    h = h.map((value, r) => slopes.reduce((sum, slope, j) => sum + slope * x[r * slopes.length + j], value));
  }

  if (kindOf(problem.loss) === "quantile") {
    // Its kinks are where an output meets the target.
    const { outputs } = spec;
    watch(Float64Array.from(h, (value, k) => problem.y[Math.floor(k / outputs)] - value));
  }
  let loss = 0;
  for (let r = 0; r < n; r++) loss += ((rowWeights ? rowWeights[r] : 1) * rowLoss(problem, h, r)) / n;
  const penalty = penaltyValue(problem, values, weights, side);
  return { value: 0.5 * loss + 0.5 * lambda * penalty, loss, penalty, output: h, margin, pattern };
}

/**
 * f′(0) by a central difference, for f that also tells which smooth piece it is on; where the two ends do not lie on
 * one piece however small the step, null.
 */
export function centralDifference(f: (step: number) => { value: number; pattern: number }): number | null {
  for (const step of [1e-5, 1e-6, 1e-7]) {
    const [ahead, behind] = [f(step), f(-step)];
    if (ahead.pattern === behind.pattern) return (ahead.value - behind.value) / (2 * step);
  }
  return null;
}

/** The derivative of the problem's objective along `direction` in one tensor, or null at a kink. */
export function directionalDerivative(
  problem: Problem,
  layer: number,
  tensor: keyof LayerValues,
  direction: ArrayLike<number>,
): number | null {
  return derivativeAlong(problem.values, layer, tensor, direction, (values) => objective(problem, values));
}

/** The derivative of what `f` makes of the values along `direction` in one tensor, or null at a kink. */
export function derivativeAlong(
  start: readonly LayerValues[],
  layer: number,
  tensor: keyof LayerValues,
  direction: ArrayLike<number>,
  f: (values: LayerValues[]) => ReturnType<Parameters<typeof centralDifference>[0]>,
): number | null {
  return centralDifference((step) => {
    const moved = new Float64Array(start[layer][tensor]!);
    for (let k = 0; k < moved.length; k++) moved[k] += step * direction[k];
    const values = [...start];
    values[layer] = { ...start[layer], [tensor]: moved };
    return f(values);
  });
}

/** The whole gradient of the problem's objective, one central difference per trained number. */
export function finiteDifferences(problem: Problem): LayerValues<Float64Array>[] {
  const along = (layer: number, tensor: keyof LayerValues) => {
    const { length } = problem.values[layer][tensor]!;
    return Float64Array.from({ length }, (_, k) => {
      const unit = new Float64Array(length);
      unit[k] = 1;
      const derivative = directionalDerivative(problem, layer, tensor, unit);
      if (derivative === null) throw new Error(`Entry ${k} of ${tensor} in layer ${layer} sits on a kink.`);
      return derivative;
    });
  };
  return problem.values.map(({ lengths }, l) => ({
    raw: along(l, "raw"),
    lengths: lengths && along(l, "lengths"),
    bias: along(l, "bias"),
  }));
}
