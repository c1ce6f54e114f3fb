import type { FoldedNetwork } from "../folded/folded.js";
import { type BoundedModel, type ModelPart, type NetworkMean, networkMean } from "./boundedModel.js";
import type { GlobalMethod, Guarantee, OutputRow } from "./certificate.js";
import { normProducts } from "./normProduct.js";
import { rowOf } from "./outputRow.js";
import { type PairPass, passBack, type SignedRow } from "./passBack.js";
import { type PathMethod, passes } from "./passes.js";
import { gamma, orInfinity } from "./rounding.js";
import { spectralProduct } from "./spectralProduct.js";

const normPairs = [
  ["inf", "1", "infToOne"],
  ["inf", "inf", "infToInf"],
  ["1", "inf", "oneToInf"],
] as const;

/** A bound of all outputs by paths, ℓ∞→ℓ1. */
export interface PathBound extends Guarantee {
  readonly method: PathMethod;
  readonly sensitivities: Float64Array;
}

/**
 * ‖F(x) − F(y)‖₁ ≤ atMost·‖x − y‖_∞ for all x, y, where F is the mean of the networks: every bound by paths, the smallest first, in one pass
 * of one vector each, so that training can be watched by it. Throws InputError as `boundedModel` does.
 */
export function pathBounds(parts: readonly ModelPart[]): PathBound[] {
  const mean = networkMean(parts);
  return passesOf(mean)
    .map(([method, pass]) => pathBound(mean, method, pass))
    .sort((a, b) => a.atMost - b.atMost);
}

/** The tightest bound of one network by paths. */
export const networkBound = (networks: readonly FoldedNetwork[]): number =>
  pathBounds(networks.map((network) => ({ network })))[0].atMost;

function pathBound(mean: NetworkMean, method: PathMethod, pass: PairPass): PathBound {
  const sensitivities = sensitivitiesBy(mean, pass, new Float64Array(mean.outputs).fill(1));
  const bound = slope(mean, method, null, "inf", "1", sum(sensitivities), sensitivities);
  return { ...bound, method, sensitivities };
}

/**
 * ‖F(x) − F(y)‖_q ≤ atMost·‖x − y‖_p for all x, y: every global bound but the spectral product, for ℓ∞→ℓ1, ℓ∞→ℓ∞ and ℓ1→ℓ∞, the smallest of each
 * pair of norms first. Of an ensemble it is the mean of its members' bounds (per input, before they are summed). For one
 * `output` or a difference of two the output norm says nothing, and each method is listed for ℓ∞ and ℓ1 inputs. Throws
 * InputError for an output that the model has not.
 */
export function globalBounds(model: NetworkMean, output: OutputRow | null = null): Guarantee[] {
  const signed = output && { row: rowOf(output, model.outputs) };
  const guarantees = passesOf(model).flatMap(([method, pass]) => {
    const guarantee = (
      inputNorm: "1" | "inf",
      outputNorm: "1" | "inf",
      atMost: number,
      s: Float64Array | null,
    ) => slope(model, method, output, inputNorm, outputNorm, atMost, s);
    if (signed) {
      const s = sensitivitiesBy(model, pass, signed);
      return [guarantee("inf", "inf", sum(s), s), guarantee("1", "inf", largest(s), s)];
    }
    const all = pathBound(model, method, pass);
    const rows = Array.from({ length: model.outputs }, (_, k) =>
      model.outputs === 1
        ? all.sensitivities
        : sensitivitiesBy(model, pass, { row: rowOf({ plus: k, minus: null }, model.outputs) }),
    );
    return [
      all,
      guarantee("inf", "inf", largest(rows.map(sum)), null),
      guarantee("1", "inf", largest(rows.map(largest)), null),
    ];
  });
  const members = model.members.map(({ network }) => normProducts(network, signed));
  const products = (signed ? normPairs.slice(1) : normPairs).map(([inputNorm, outputNorm, key]) => {
    const value = members.reduce((total, member) => total + member[key], 0) / model.networks;
    return slope(model, "norm-product", output, inputNorm, outputNorm, outwards(model, value), null);
  });
  const place = ({ inputNorm, outputNorm }: Guarantee) =>
    normPairs.findIndex(([p, q]) => p === inputNorm && q === outputNorm);
  return [...guarantees, ...products].sort((a, b) => place(a) - place(b) || a.atMost - b.atMost);
}

/** The spectral product, ℓ2→ℓ2, by comparison; its time grows with the cube of the width. */
export function spectralBound(model: NetworkMean, output: OutputRow | null = null): Guarantee {
  const signed = output && { row: rowOf(output, model.outputs) };
  const value =
    model.members.reduce((total, { network }) => total + spectralProduct(network, signed), 0) /
    model.networks;
  return slope(model, "spectral-product", output, "2", "2", outwards(model, value), null);
}

/**
 * One s_j per input with |F(x + δ) − F(x)| ≤ Σ_j s_j·|δ_j| for every x and δ: entry for entry the smallest of all bounds by paths, since each
 * of them bounds |∂F/∂x_j| wherever there is a derivative. Rounded outwards; 0 only for an input that provably does not matter.
 */
export function sensitivityOf(model: BoundedModel, output: OutputRow): Float64Array {
  const key = `${output.plus} ${output.minus}`;
  const known = model.sensitivities.get(key);
  if (known) return known;
  const signed = { row: rowOf(output, model.outputs) };
  const least = passesOf(model)
    .map(([, pass]) => sensitivitiesBy(model, pass, signed))
    .reduce((smallest, s) => smallest.map((value, j) => Math.min(value, s[j])));
  model.sensitivities.set(key, least);
  return least;
}

/** A linear term that stands among the members as a network of its own takes any pass. */
const passesOf = ({ members }: NetworkMean) => passes[members[0].network.architecture];

/** The mean of the members' vectors s, rounded outwards. */
function sensitivitiesBy(
  model: NetworkMean,
  pass: PairPass,
  outputs: Float64Array | SignedRow,
): Float64Array {
  const total = new Float64Array(model.inputs);
  for (const { network, inputs } of model.members) {
    const s = passBack(network, pass, outputs);
    for (let j = 0; j < s.length; j++) total[inputs[j]] += s[j];
  }
  return total.map((value) => outwards(model, value / model.networks));
}

/** A sum of products of positive numbers errs relatively, by as many roundings as a term meets. */
const outwards = (model: NetworkMean, value: number) => orInfinity(value * (1 + 2 * gamma(model.operations)));

/** Not rounded again: what each term was raised by is enough for all roundings of its path and for those of this sum. */
const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0);

const largest = (values: Float64Array | readonly number[]) => {
  let most = 0;
  for (const value of values) most = Math.max(most, value);
  return most;
};

const slope = (
  { outputs }: NetworkMean,
  method: GlobalMethod,
  output: OutputRow | null,
  inputNorm: "1" | "2" | "inf",
  outputNorm: "1" | "2" | "inf",
  atMost: number,
  s: Float64Array | null,
): Guarantee => ({
  claim: "upper bound",
  scope: "global",
  quantity: "slope",
  // Of a single output every norm is the absolute value.
  output: output ?? (outputs === 1 ? { plus: 0, minus: null } : null),
  inputNorm,
  outputNorm,
  arithmetic: "real",
  method,
  atMost,
  sensitivities: s,
});
