import { weightKinds } from "../../src/engine/weights/kinds.ts";
import { type LayerShape, type LayerValues, layerShapes, type Problem } from "./problem.ts";

/**
 * A tensor smaller than this share of the whole gradient is held to this share of the whole: below 10⁻⁴ of it lies
 * what float32 resolves of the whole, and a derivative that is exactly 0 has no relative error.
 */
const FLOOR = 1e-3;

export const norm = (a: ArrayLike<number>) => Math.sqrt(Array.from(a).reduce((sum, v) => sum + v * v, 0));

export const distance = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  norm(Array.from(a, (value, k) => value - b[k]));

/** ‖a − b‖/‖b‖. */
export const relativeError = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  const error = distance(a, b);
  return error === 0 ? 0 : error / norm(b);
};

interface NamedTensor {
  readonly name: string;
  readonly layer: number;
  readonly tensor: keyof LayerValues;
  readonly values: Float32Array | Float64Array;
}

/** Every tensor of a gradient with its name. */
export function tensorsOf(values: readonly LayerValues[]): NamedTensor[] {
  return values.flatMap(({ raw, lengths, bias }, l) => [
    { name: `V of layer ${l}`, layer: l, tensor: "raw" as const, values: raw },
    ...(lengths ? [{ name: `g of layer ${l}`, layer: l, tensor: "lengths" as const, values: lengths }] : []),
    { name: `b of layer ${l}`, layer: l, tensor: "bias" as const, values: bias },
  ]);
}

/** A normalized row of one number has no direction to change: its gradient is 0, and rounding is all one would see. */
const isFixed = ({ kind, columns }: LayerShape) => columns === 1 && weightKinds[kind].norm > 0;

/** What a tensor's error is a share of; null for a tensor whose gradient can only be 0. */
export function scalesOf(problem: Problem, gradient: readonly LayerValues[]): (number | null)[] {
  const fixed = layerShapes(problem.spec).flatMap((shape, l) => (isFixed(shape) ? [`V of layer ${l}`] : []));
  const tensors = tensorsOf(gradient);
  const whole = norm(tensors.map(({ values }) => norm(values)));
  return tensors.map(({ name, values }) =>
    fixed.includes(name) ? null : Math.max(norm(values), FLOOR * whole),
  );
}

/** The worst relative error over the tensors of a problem's gradient. */
export function worstTensor(
  problem: Problem,
  found: readonly LayerValues[],
  expected: readonly LayerValues[],
): { name: string; error: number } {
  const references = tensorsOf(expected);
  const scales = scalesOf(problem, expected);
  let worst = { name: "none", error: 0 };
  tensorsOf(found).forEach(({ name, values }, k) => {
    const scale = scales[k];
    if (scale === null) return;
    const error = scale === 0 ? norm(values) : distance(values, references[k].values) / scale;
    // So that a NaN is the worst error of all.
    if (!(error <= worst.error)) worst = { name, error };
  });
  return worst;
}
