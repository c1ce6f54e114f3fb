import { createRandom, type Random } from "../../engine/random/random.js";
import { ALPHAS } from "./alphas.js";
import type { Breathe } from "./breathe.js";
import { conjugateGradients } from "./conjugateGradients.js";
import { weightedMeans } from "./constant.js";
import type { Ridge, RidgeRows } from "./linear.js";
import { sparseDesign } from "./sparseDesign.js";
import { dot } from "./vector.js";

/** Ends with coefficients to eight digits or so. */
const THOROUGHLY = { enough: 1e-24, most: 1000 };
/** The score has one valley as a rule: after so many α without a better one there is none. */
const PATIENCE = 4;
/** Noise for so many rows tells the freedom to within a percent. */
const NOISE = 20_000;

/**
 * What `fitRidge` finds, by conjugate gradients for every α from the strongest on, with no matrix but the rows' own numbers. The
 * freedom left, n − 1 − tr H, is what a fit leaves of white noise (Girard, Numerische Mathematik 1989).
 */
export async function fitSparseRidge(
  { inputs, targets, rows, weights }: RidgeRows,
  breathe: Breathe,
): Promise<Ridge> {
  const d = inputs.length / rows;
  const outputs = targets.length / rows;
  const design = sparseDesign(inputs, d, weights);
  const weightOf = (row: number) => weights?.[row] ?? 1;
  const weighted = (values: Float64Array) => values.map((value, row) => weightOf(row) * value);
  const squares = (values: Float64Array) => dot(weighted(values), values);

  const means = weightedMeans(targets, outputs, weights);
  const sides = Array.from({ length: outputs }, (_, k) =>
    Float64Array.from({ length: rows }, (_, row) => targets[row * outputs + k] - means[k]),
  );
  const random = createRandom(0);
  const noises = Array.from({ length: Math.ceil(NOISE / rows) }, () => whiteNoise(rows, weightOf, random));

  const fitsAt = async (alpha: number) => {
    const ridge = new Float64Array(d + 1).fill(alpha, 0, d);
    const precondition = await design.curvatureInverse(
      Float64Array.from({ length: rows }, (_, row) => weightOf(row)),
      ridge,
    );
    const product = (v: Float64Array) => {
      const sums = v.map((value, j) => ridge[j] * value);
      design.addRows(weighted(design.products(v)), sums);
      return sums;
    };
    const fit = async (side: Float64Array) => {
      const moments = new Float64Array(d + 1);
      design.addRows(weighted(side), moments);
      const coefficients = await conjugateGradients({ product, precondition }, moments, THOROUGHLY, breathe);
      const fitted = design.products(coefficients);
      return { coefficients, residuals: side.map((value, row) => value - fitted[row]) };
    };
    const fits = [];
    for (const side of sides) fits.push(await fit(side));
    let freedom = 0;
    for (const noise of noises) freedom += dot(weighted(noise), (await fit(noise)).residuals) / noises.length;
    const residual = fits.reduce((sum, { residuals }) => sum + squares(residuals), 0);
    return { alpha, score: residual / freedom ** 2, solutions: fits.map(({ coefficients }) => coefficients) };
  };

  let best = await fitsAt(ALPHAS[0]);
  for (let place = 1; place < ALPHAS.length && place <= ALPHAS.indexOf(best.alpha) + PATIENCE; place++) {
    const found = await fitsAt(ALPHAS[place]);
    if (found.score < best.score) best = found;
  }

  const coefficients = new Float64Array(outputs * d);
  const bias = best.solutions.map((solution, k) => {
    const slopes = solution.subarray(0, d);
    coefficients.set(slopes, k * d);
    return means[k] + solution[d] - dot(slopes, design.means);
  });
  return { inputs: d, outputs, weights: coefficients, bias: Float64Array.from(bias), alpha: best.alpha };
}

/** ±1 by chance, in units in which rows count alike, minus the mean: no intercept has a share in it. */
function whiteNoise(rows: number, weightOf: (row: number) => number, random: Random): Float64Array {
  const signs = Float64Array.from({ length: rows }, (_, row) => {
    const sign = random.next() < 0.5 ? -1 : 1;
    return weightOf(row) > 0 ? sign / Math.sqrt(weightOf(row)) : 0;
  });
  const [mean] = weightedMeans(
    signs,
    1,
    Float64Array.from(signs, (_, row) => weightOf(row)),
  );
  return signs.map((sign) => sign - mean);
}
