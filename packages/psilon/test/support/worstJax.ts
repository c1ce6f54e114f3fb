import { numpy as np, valueAndGrad } from "@jax-js/jax";
import {
  effective,
  lossOf,
  matrix,
  type Parameters,
  parametersOf,
  pathsBySign,
  readGradients,
  times,
} from "./jax.ts";
import { type LayerValues, layerShapes } from "./problem.ts";
import type { WorstProblem } from "./worstFloat64.ts";

/** An array's ends; no operation here uses up its operands. */
interface Ends {
  readonly lower: np.Array;
  readonly upper: np.Array;
}

const half = (a: np.Array, b: np.Array) => a.ref.add(b.ref).mul(0.5);

/** H·Wᵀ by centre and radius. */
function throughMatrix({ lower, upper }: Ends, w: np.Array): Ends {
  const centre = times(half(lower, upper), w.ref);
  const radius = times(half(upper, lower.ref.mul(-1)), np.abs(w.ref));
  return { lower: centre.ref.sub(radius.ref), upper: centre.add(radius) };
}

/** Σ_j of what w⁺_j·max(h_j, 0) + w⁻_j·min(h_j, 0) can be; the weights have n or 1 times rows × columns. */
function throughPair({ lower, upper }: Ends, plus: np.Array, minus: np.Array): Ends {
  const [n, columns] = lower.shape;
  const wide = (a: np.Array) => a.ref.reshape([n, 1, columns]);
  const at = (h: np.Array) => plus.ref.mul(np.maximum(wide(h), 0)).add(minus.ref.mul(np.minimum(wide(h), 0)));
  const straddles = np.minimum(wide(upper), wide(lower).mul(-1)).greater(0);
  const [low, high] = [np.minimum(at(lower), at(upper)), np.maximum(at(lower), at(upper))];
  return {
    lower: np.where(straddles.ref, np.minimum(low.ref, 0), low).sum(2),
    upper: np.where(straddles, np.maximum(high.ref, 0), high).sum(2),
  };
}

const shift = ({ lower, upper }: Ends, by: np.Array): Ends => ({
  lower: lower.ref.add(by.ref),
  upper: upper.ref.add(by.ref),
});

/** The first layer: everything but groups by an interval, a group by the least and the largest of its weights. */
function firstLayer({ n, spec, x, lower, upper, size, groups }: WorstProblem, w: np.Array): Ends {
  const { inputs } = spec;
  const isGroup = (j: number) => groups.some(({ first, count }) => j >= first && j < first + count);
  const end = (to: Float32Array) =>
    matrix(
      x.map((own, at) => (isGroup(at % inputs) ? (1 - size) * own : own + size * (to[at] - own))),
      n,
      inputs,
    );
  let ends = throughMatrix({ lower: end(lower), upper: end(upper) }, w);
  for (const { first, count } of groups) {
    const cases = w.ref.slice([], [first, first + count]);
    const moves = Float32Array.from({ length: n }, (_, r) =>
      x.subarray(r * inputs + first, r * inputs + first + count).includes(1) ? size : 0,
    );
    const add = (to: np.Array, extreme: np.Array) => to.add(np.matmul(matrix(moves, n, 1), extreme));
    ends = {
      lower: add(ends.lower, np.min(cases.ref, 1, { keepdims: true }).transpose()),
      upper: add(ends.upper, np.max(cases, 1, { keepdims: true }).transpose()),
    };
  }
  return ends;
}

/** ½·ℓ(the worst of the box) and its gradient by automatic differentiation of the textbook formulas, in float32. */
export function worstJaxGradients(problem: WorstProblem): {
  value: number;
  gradients: LayerValues<Float32Array>[];
} {
  const { spec, n, x, y, loss } = problem;
  const shapes = layerShapes(spec);
  const last = shapes.length - 1;
  const objective = (parameters: Parameters[]): np.Array => {
    const weights = parameters.map((layer, l) => effective(shapes[l], layer));
    const biases = parameters.map(({ bias }) => bias);
    const label = Float32Array.from({ length: n * spec.outputs }, (_, at) =>
      Number(loss === "softmax" && y[Math.floor(at / spec.outputs)] === at % spec.outputs),
    );
    let h = shift(firstLayer(problem, weights[0].plus), biases[0]);
    for (let l = 1; l <= last; l++) {
      const { plus, minus } = weights[l];
      const { rows, columns, residual } = shapes[l];
      const read: Ends = minus ? h : { lower: np.maximum(h.lower.ref, 0), upper: np.maximum(h.upper.ref, 0) };
      if (l === last && loss === "softmax") {
        const own = matrix(label, n, rows);
        const difference = (w: np.Array) =>
          w.ref.reshape([1, rows, columns]).sub(np.matmul(own.ref, w.ref).reshape([n, 1, columns]));
        const { upper } = throughPair(read, difference(plus), difference(minus ?? plus));
        const above = biases[l].ref
          .reshape([1, rows])
          .sub(np.matmul(own.ref, biases[l].ref.reshape([rows, 1])));
        return lossOf(problem, upper.add(above)).mul(0.5);
      }
      const next = minus
        ? throughPair(read, plus.ref.reshape([1, rows, columns]), minus.ref.reshape([1, rows, columns]))
        : throughMatrix(read, plus);
      const moved = residual
        ? { lower: next.lower.add(h.lower.ref), upper: next.upper.add(h.upper.ref) }
        : next;
      h = shift(moved, biases[l]);
    }
    if (spec.monotone) {
      const { positive, negative } = pathsBySign(shapes, weights);
      const [rising, falling] = [1, -1].map((d) =>
        np.array(Float32Array.from(spec.monotone!, (m) => Number(m === d))),
      );
      const slopes = negative.mul(rising).sub(positive.mul(falling));
      const box = (to: Float32Array) =>
        matrix(
          x.map((own, at) => own + problem.size * (to[at] - own)),
          n,
          spec.inputs,
        );
      const term = throughMatrix({ lower: box(problem.lower), upper: box(problem.upper) }, slopes);
      h = { lower: h.lower.add(term.lower), upper: h.upper.add(term.upper) };
    }
    return lossOf(problem, worstEnd(problem, h)).mul(0.5);
  };
  const [value, gradients] = valueAndGrad(objective)(parametersOf(problem)) as [np.Array, Parameters[]];
  return { value: value.js() as number, gradients: readGradients(shapes, gradients) };
}

/** Of each output the end where the loss is larger. */
function worstEnd({ n, spec, loss, y }: WorstProblem, { lower, upper }: Ends): np.Array {
  const { outputs } = spec;
  if (loss === "squared-error") {
    const target = matrix(y, n, outputs);
    const isUpper = half(lower, upper).greater(target);
    return np.where(isUpper, upper, lower);
  }
  const up = Float32Array.from({ length: n * outputs }, (_, at) =>
    Number(loss === "logistic" ? y[at] === 0 : y[Math.floor(at / outputs)] !== at % outputs),
  );
  const isUp = matrix(up, n, outputs);
  return upper.ref.mul(isUp.ref).add(lower.ref.mul(isUp.mul(-1).add(1)));
}
