import { type Shape, sizeOf } from "../engine/layers/shape.js";
import { type SequentialLayer, shapesOf } from "../engine/networks/sequential.js";
import type { FoldedSequential } from "../folded/sequential.js";
import type { Guarantee, NoGuarantee, Statement } from "./certificate.js";
import { type LayerNorms, layerNorms } from "./layerNorms.js";
import { above, notLost, orInfinity } from "./rounding.js";

/**
 * For each of the norms ℓ∞, ℓ1 and ℓ2, of inputs and outputs alike, ‖F(x) − F(y)‖ ≤ atMost·‖x − y‖ for all x and y: the product of the layers'
 * norms (Szegedy et al., arXiv:1312.6199, section 4.3), in which the two ways of a residual sum add up. F is the network once training is over,
 * as a function of real numbers with the stored float32 ones. Where a layer has no bound, neither has the network, and why is said.
 *
 * Rounded outwards. Time: that of `circularNorm` for each convolution.
 */
export function sequentialBounds(network: FoldedSequential): (Guarantee | NoGuarantee)[] {
  const outputs = sizeOf(shapesOf(network.spec));
  const norms = last(normsThrough(network));
  return (["inf", "1", "2"] as const).map((norm) => {
    const statement: Statement = {
      scope: "global",
      quantity: "slope",
      // Of a single output every norm is the absolute value.
      output: outputs === 1 ? { plus: 0, minus: null } : null,
      inputNorm: norm,
      outputNorm: norm,
      arithmetic: "real",
    };
    const value = norms[norm];
    if (typeof value === "string") return { ...statement, claim: "none", because: value };
    const method = norm === "2" ? "spectral-product" : "norm-product";
    return { ...statement, claim: "upper bound", method, atMost: value, sensitivities: null };
  });
}

/** The norms of what the first layers make of an input: of none, of one, and so on to all. */
export const normsThrough = (network: FoldedSequential): LayerNorms[] =>
  through(network, network.spec.layers, network.spec.input, "");

/** `prefix`: the place that the layers are within. */
function through(
  network: FoldedSequential,
  layers: readonly SequentialLayer[],
  input: Shape,
  prefix: string,
): LayerNorms[] {
  const all: LayerNorms[] = [{ inf: 1, "1": 1, "2": 1 }];
  let shape = input;
  layers.forEach((layer, l) => {
    const place = `${prefix}${l + 1}`;
    const output = shapesOf({ input: shape, layers: [layer] });
    if (layer.layer === "residual") {
      const shortcut = last(through(network, layer.shortcut ?? [], shape, `${place}.shortcut.`));
      const branch = last(through(network, layer.layers, shape, `${place}.`));
      all.push(combined(last(all), combined(shortcut, branch, sum), product));
    } else {
      const own = layerNorms({ layer, values: network.values[place] ?? {}, input: shape, output });
      all.push(combined(last(all), named(own, `Layer ${place} (${layer.layer})`), product));
    }
    shape = output;
  });
  return all;
}

const last = (all: readonly LayerNorms[]): LayerNorms => all[all.length - 1];

/** The reasons as sentences. */
const named = (norms: LayerNorms, name: string): LayerNorms =>
  each((norm) => {
    const value = norms[norm];
    return typeof value === "string" ? `${name} has no global bound: ${value}` : value;
  });

/** A reason to have no number is one for what is made of it, too: the first is kept. */
const combined = (a: LayerNorms, b: LayerNorms, f: (a: number, b: number) => number): LayerNorms =>
  each((norm) => {
    const [first, second] = [a[norm], b[norm]];
    if (typeof first === "string") return first;
    return typeof second === "string" ? second : f(first, second);
  });

const each = (value: (norm: keyof LayerNorms) => number | string): LayerNorms => ({
  inf: value("inf"),
  "1": value("1"),
  "2": value("2"),
});

/** What has a factor of 0 is 0, and nothing else is. */
function product(a: number, b: number): number {
  const value = orInfinity(a * b);
  return a === 0 || b === 0 ? value : notLost(above(value));
}

const sum = (a: number, b: number) => (a + b) * (1 + 2 ** -51);
