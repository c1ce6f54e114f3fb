import { type Analysis, emptyForm, type MemberFacts } from "./analysis.js";
import { pullRow, weigh } from "./backwards.js";
import type { Guarantee, LocalMethod, OutputRow } from "./certificate.js";
import { sensitivityOf } from "./globalBounds.js";
import { intervalsThrough } from "./intervals.js";
import { negated, rowOf } from "./outputRow.js";
import { meanOf, type Range } from "./point.js";
import { addUpperForm, largestOf } from "./relaxation.js";
import { above, gamma, orInfinity } from "./rounding.js";
import { savedInChange } from "./savedOnPaths.js";
import { addChangeForm, changeOf } from "./signedProducts.js";

/**
 * F(x) ≤ atMost for every x in the analysed box: by intervals, by linear relaxation, and as F(c) plus the greatest change by signed products
 * and by the global bound, the smallest first. No local bound is above the global one. With the `errors` of `predictionError` they
 * cover what a prediction in float32 comes to. Throws InputError for an output that the model has not.
 */
export function maximumOver(
  analysis: Analysis,
  output: OutputRow,
  errors: Float64Array | null = null,
): Guarantee[] {
  const { model } = analysis;
  const row = rowOf(output, model.outputs);
  const { global, signed } = changes(analysis, output, row);
  const centre = valueAtCentre(analysis, row).upper;
  const values = {
    global: above(centre + global.value),
    interval: intervalMaximum(analysis, row),
    signed: above(centre + signed),
    relaxation: relaxedMaximum(analysis, row),
  };
  const error = errors ? weigh(row, errors, row.length) : 0;
  return guarantees("maximum", output, errors ? "float32" : "real", values, error, null);
}

/**
 * |F(x) − F(c)| ≤ atMost for every x in the analysed box and its centre c: by the global bound, by signed products, and from the ends that
 * intervals and linear relaxation give F, the smallest first. No local bound is above the global one. With the `errors` of
 * `predictionError` they cover the difference of two predictions in float32. Throws InputError for an output that the model has not.
 */
export function changeOver(
  analysis: Analysis,
  output: OutputRow,
  errors: Float64Array | null = null,
): Guarantee[] {
  const { model } = analysis;
  const row = rowOf(output, model.outputs);
  const opposite = row.map((value) => -value);
  const { global, signed } = changes(analysis, output, row);
  const centre = valueAtCentre(analysis, row);
  const fromEnds = (maximum: typeof relaxedMaximum) =>
    above(Math.max(maximum(analysis, row) - centre.lower, maximum(analysis, opposite) + centre.upper));
  const values = {
    global: global.value,
    interval: fromEnds(intervalMaximum),
    signed,
    relaxation: fromEnds(relaxedMaximum),
  };
  const error = errors ? 2 * weigh(row, errors, row.length) : 0;
  return guarantees("change", output, errors ? "float32" : "real", values, error, global.sensitivities);
}

/** lower ≤ F(x) ≤ upper for every x in the analysed box: the best that `maximumOver` has for F and for −F. */
export function rangeOver(analysis: Analysis, output: OutputRow, errors: Float64Array | null = null): Range {
  return {
    lower: -maximumOver(analysis, negated(output), errors)[0].atMost,
    upper: maximumOver(analysis, output, errors)[0].atMost,
  };
}

function guarantees(
  quantity: "maximum" | "change",
  output: OutputRow,
  arithmetic: Guarantee["arithmetic"],
  values: Record<LocalMethod, number>,
  error: number,
  sensitivities: Float64Array | null,
): Guarantee[] {
  const methods = Object.keys(values) as LocalMethod[];
  return methods
    .map(
      (method): Guarantee => ({
        claim: "upper bound",
        scope: method === "global" ? "global" : "local",
        quantity,
        output,
        inputNorm: "inf",
        outputNorm: "inf",
        arithmetic,
        method,
        atMost: plusError(Math.min(orInfinity(values[method]), orInfinity(values.global)), error),
        sensitivities: method === "global" ? sensitivities : null,
      }),
    )
    .sort((a, b) => a.atMost - b.atMost);
}

const plusError = (atMost: number, error: number) =>
  error === 0 ? atMost : orInfinity(above(atMost + above(error)));

/** |r·(f(x) − f(c))| by the global sensitivities and by signed products. */
function changes({ model, members, box, reach }: Analysis, output: OutputRow, row: Float64Array) {
  const sensitivities = sensitivityOf(model, output);
  let value = 0;
  sensitivities.forEach((s, j) => {
    if (s !== 0 && reach[j] !== 0) value += s * reach[j] + Number.MIN_VALUE;
  });
  const onPaths = (inBox: number, g: Float64Array) =>
    box.paths ? above(inBox - savedInChange(box.paths, g, { ...box, reach })) : inBox;
  const form = emptyForm(model.inputs);
  for (const { member, layers } of members) addChangeForm(member, layers, layers.length - 1, row, form);
  return {
    global: { value: onPaths(value * (1 + 2 * gamma(model.inputs)), sensitivities), sensitivities },
    signed: above(onPaths(changeOf(form, reach, model), form.coefficients) / model.networks),
  };
}

function relaxedMaximum({ model, members, box }: Analysis, row: Float64Array): number {
  const form = emptyForm(model.inputs);
  for (const { member, layers } of members) addUpperForm(member, layers, layers.length - 1, row, form);
  return above(largestOf(form, box, model) / model.networks);
}

/**
 * The row is multiplied into the last layer first, so that a difference of outputs keeps what they share. An entry is one weight or the
 * difference of two, and errs relatively by one rounding, which the intervals allow for.
 */
function intervalMaximum({ model, members, box }: Analysis, row: Float64Array): number {
  const total = members.reduce((sum, facts) => above(sum + memberMaximum(facts, box, row)), 0);
  return above(total / model.networks);
}

function memberMaximum({ member, layers }: MemberFacts, box: Analysis["box"], row: Float64Array): number {
  const last = layers.length - 1;
  const { columns, negative } = member.layers[last];
  const { plus, minus } = member.room;
  const bias = Float64Array.of(pullRow(member.layers[last], row, member.room));
  const contracted = { rows: 1, columns, positive: plus, negative: negative && minus, bias };
  const ends = (values: Float64Array) => Float64Array.from(member.inputs, (j) => values[j]);
  const from = last > 0 ? layers[last - 1] : { lower: ends(box.lower), upper: ends(box.upper) };
  const { upper } = intervalsThrough(contracted, from, last === 0);
  return upper[0];
}

/** lower ≤ r·f(c) ≤ upper for the centre c of the analysed box. */
export const valueAtCentre = ({ model, members }: Analysis, row: Float64Array) =>
  meanOf(
    model,
    members.map(({ layers }) => layers[layers.length - 1].centre),
    row,
  );
