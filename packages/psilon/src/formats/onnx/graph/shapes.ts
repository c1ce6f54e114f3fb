import { sizeOf } from "./affine.js";

/** More axes than tensors of networks have. */
export const MOST_AXES = 16;

/** The shape that two have together, sizes of 1 stretched (https://onnx.ai/onnx/repo-docs/Broadcasting.html); null where they do not go together. */
export function broadcast(a: readonly number[], b: readonly number[]): number[] | null {
  const rank = Math.max(a.length, b.length);
  const dims: number[] = [];
  for (let d = 0; d < rank; d++) {
    const [m, n] = [a, b].map((one) => one[d - rank + one.length] ?? 1);
    if (m !== n && m !== 1 && n !== 1) return null;
    dims.push(m === 1 ? n : m);
  }
  return dims;
}

/** For each element of the shape `to` the place of the one in `from` that is stretched there. */
export function stretched(from: readonly number[], to: readonly number[]): Int32Array {
  const steps = stepsOf(from);
  const own = to.map((_, d) => {
    const axis = d - to.length + from.length;
    return axis >= 0 && from[axis] > 1 ? steps[axis] : 0;
  });
  return placesBy(to, own);
}

/** For each element of a tensor of the shape `dims` with its axes in the order `axes` the place that it has in `dims`. */
export function transposed(dims: readonly number[], axes: readonly number[]): Int32Array {
  const steps = stepsOf(dims);
  return placesBy(
    axes.map((axis) => dims[axis]),
    axes.map((axis) => steps[axis]),
  );
}

/** How far apart neighbours along each axis are. */
function stepsOf(dims: readonly number[]): number[] {
  const steps = dims.map(() => 1);
  for (let d = dims.length - 2; d >= 0; d--) steps[d] = steps[d + 1] * dims[d + 1];
  return steps;
}

/** The places of a tensor's elements in their order, where a step along each axis goes so far. */
function placesBy(dims: readonly number[], steps: readonly number[]): Int32Array {
  const index = dims.map(() => 0);
  let place = 0;
  return Int32Array.from({ length: sizeOf(dims) }, () => {
    const current = place;
    for (let d = dims.length - 1; d >= 0; d--) {
      place += steps[d];
      if (++index[d] < dims[d]) break;
      place -= steps[d] * dims[d];
      index[d] = 0;
    }
    return current;
  });
}
