import type { NetworkSpec } from "../../src/engine/networks/spec.ts";
import type { PenaltyKind } from "../../src/engine/penalties/penalty.ts";
import { normal } from "../../src/engine/random/normal.ts";
import type { Random } from "../../src/engine/random/random.ts";
import { kindOf, type LossKind, targetColumns } from "../../src/engine/training/loss.ts";
import { weightKinds } from "../../src/engine/weights/kinds.ts";
import type { Projection } from "../../src/engine/weights/weight.ts";
import { objective } from "./float64.ts";

type Numbers = Float32Array | Float64Array;

/** Every trained value of one layer; a pair's V has rows [V⁺_i, V⁻_i]. */
export interface LayerValues<A extends Numbers = Numbers> {
  raw: A;
  lengths: A | null;
  bias: A;
}

/** One objective ½·loss + ½·λ·penalty at one point, as plain numbers that every implementation reads. */
export interface Problem {
  readonly spec: NetworkSpec;
  readonly loss: LossKind;
  readonly penalty: PenaltyKind;
  readonly form: "auto" | "explicit";
  readonly lambda: number;
  readonly projection: Projection | null;
  readonly n: number;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly rowWeights: Float32Array | null;
  readonly values: readonly LayerValues<Float32Array>[];
}

export interface LayerShape {
  readonly kind: NetworkSpec["hidden"];
  readonly rows: number;
  readonly columns: number;
  readonly paired: boolean;
  readonly residual: boolean;
}

const shapes = new WeakMap<NetworkSpec, LayerShape[]>();

/** The shapes of a network's layers, which finite differences ask for at every step. */
export function layerShapes(spec: NetworkSpec): LayerShape[] {
  const found = shapes.get(spec) ?? shapesOf(spec);
  shapes.set(spec, found);
  return found;
}

function shapesOf(spec: NetworkSpec): LayerShape[] {
  const { architecture, inputs, width, depth, outputs, hidden, output } = spec;
  const isResnet = architecture === "resnet";
  const count = isResnet ? depth + 2 : depth + 1;
  return Array.from({ length: count }, (_, l) => {
    const isLast = l === count - 1;
    const paired = isResnet && l > 0;
    return {
      kind: isLast ? output : hidden,
      rows: isLast ? outputs : width,
      columns: l === 0 ? inputs : width,
      paired,
      residual: paired && !isLast,
    };
  });
}

const fill = (length: number, draw: () => number) => Float32Array.from({ length }, draw);

/** Directions with rows of very different size, lengths of both signs, biases: nothing at its starting value. */
export function randomValues(spec: NetworkSpec, random: Random): LayerValues<Float32Array>[] {
  return layerShapes(spec).map(({ kind, rows, columns, paired, residual }) => {
    const width = paired ? 2 * columns : columns;
    const { norm, length } = weightKinds[kind];
    // A size at which the signal neither dies nor explodes, so that every layer matters to the loss.
    const size =
      (residual ? 0.5 : 1.5) * (norm === 0 ? 1 / Math.sqrt(columns) : norm === 1 ? Math.sqrt(columns) : 1);
    const raw = new Float32Array(rows * width);
    for (let i = 0; i < rows; i++) {
      const rowSize = norm === 0 ? size : Math.exp(normal(random));
      for (let j = 0; j < width; j++) raw[i * width + j] = rowSize * normal(random);
    }
    const signed = () => (random.next() < 0.5 ? -1 : 1) * size * (0.6 + 0.8 * random.next());
    const lengths = norm === 0 || length === "fixed" ? null : fill(length === "shared" ? 1 : rows, signed);
    return { raw, lengths, bias: fill(rows, () => 0.3 * normal(random)) };
  });
}

export interface ProblemOptions {
  readonly spec: NetworkSpec;
  readonly loss: LossKind;
  readonly penalty: PenaltyKind;
  readonly form?: "auto" | "explicit";
  readonly projection?: Projection;
  readonly n: number;
  readonly weighted?: boolean;
  readonly random: Random;
}

/**
 * A random problem away from the kinks of ReLU, where a float32 and a float64 pass could take different sides, with λ
 * such that loss and penalty pull about as hard.
 */
export function randomProblem(options: ProblemOptions): Problem {
  const { spec, loss, n, random } = options;
  for (;;) {
    const values = randomValues(spec, random);
    const x = fill(n * spec.inputs, () => normal(random));
    const kind = kindOf(loss);
    const classes = kind === "logistic" ? 2 : kind === "poisson" ? 6 : spec.outputs;
    const isAny = kind === "squared-error" || kind === "quantile";
    const y = fill(n * targetColumns(loss, spec.outputs), () =>
      isAny ? normal(random) : Math.floor(classes * random.next()),
    );
    const rowWeights = options.weighted ? fill(n, () => Math.floor(4 * random.next()) / 1.5) : null;
    const free: Problem = {
      spec,
      loss,
      penalty: options.penalty,
      form: options.form ?? "auto",
      lambda: 0,
      projection: options.projection ?? null,
      n,
      x,
      y,
      rowWeights,
      values,
    };
    const { margin, loss: lossValue, penalty } = objective(free, values);
    if (margin > 2e-6 && lossValue > 0) {
      return penalty > 0 ? { ...free, lambda: Math.fround(lossValue / penalty) } : free;
    }
  }
}
