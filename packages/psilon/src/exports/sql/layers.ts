import { type ExportPlan, outputsOf, type PlanLayer, type PlanMember } from "../plan.js";
import type { Dialect } from "./dialect.js";
import { type Column, carried, type Step } from "./steps.js";
import { digits32, sumOf } from "./terms.js";

/**
 * From the inputs to y1, y2, …, the sums of the members' outputs: a step for each layer, with a column for each unit h that some weight
 * reads. What comes later is carried along: inputs that members still read, the sums so far, and whether all cells are `known`.
 */
export function memberSteps({ members }: ExportPlan, dialect: Dialect): Step[] {
  const sums = Array.from({ length: outputsOf(members) }, (_, k) => `y${k + 1}`);
  return members.flatMap((member, m) => {
    const later = new Set(members.slice(m + 1).flatMap(({ inputs }) => inputs));
    const prefix = members.length > 1 ? `member_${m + 1}_` : "";
    return stepsOf(member, {
      prefix,
      dialect,
      later: [...later].sort((a, b) => a - b),
      before: m > 0 ? sums : [],
    });
  });
}

interface Place {
  readonly prefix: string;
  readonly dialect: Dialect;
  /** Inputs that members behind it read. */
  readonly later: readonly number[];
  /** The sums of the outputs of those before it. */
  readonly before: readonly string[];
}

const inputName = (place: number): string => `x${place + 1}`;

function stepsOf(member: PlanMember, { prefix, dialect, later, before }: Place): Step[] {
  const { layers, inputs, slopes } = member;
  const steps: Step[] = [];
  const sloped = slopes ? inputs : [];
  const kept = [...new Set([...later, ...sloped])].sort((a, b) => a - b).map(inputName);
  let read = inputs.map(inputName);
  layers.forEach((layer, l) => {
    const name = `${prefix}layer_${l + 1}`;
    const next = layers[l + 1] as PlanLayer | undefined;
    if (layer.activation === "crelu") {
      steps.push({
        name: `${name}_activations`,
        columns: [...halves(layer, dialect), ...carried([...kept, ...before, "known"])],
      });
      read = Array.from({ length: layer.columns }, (_, j) => `u${j + 1}`);
    }
    const units = unitsOf(layer, read, dialect);
    if (next) {
      const wanted = readBy(next);
      const columns = units.flatMap((sum, i) => {
        if (!wanted.has(i)) return [];
        return [
          {
            sql: next.activation === "relu" ? `${dialect.greatest}(${sum}, 0e0)` : sum,
            name: `h${i + 1}`,
          },
        ];
      });
      steps.push({ name, columns: [...columns, ...carried([...kept, ...before, "known"])] });
      read = units.map((_, i) => `h${i + 1}`);
      return;
    }
    const linear = slopes ? termsOf(slopes, sloped.map(inputName)) : [];
    const columns = units.map((sum, k) => ({
      sql: sumOf([sum, ...linear, ...(before.length > 0 ? [`p.${before[k]}`] : [])]),
      name: `y${k + 1}`,
    }));
    steps.push({ name, columns: [...columns, ...carried([...later.map(inputName), "known"])] });
  });
  return steps;
}

/** Those of a layer's inputs that it reads, by the units of the layer before. */
function readBy({ activation, residual, rows, columns, weight }: PlanLayer): Set<number> {
  const units = activation === "crelu" ? columns / 2 : columns;
  const wanted = new Set<number>(residual ? Array.from({ length: rows }, (_, i) => i) : []);
  weight.forEach((value, at) => {
    if (value !== 0) wanted.add((at % columns) % units);
  });
  return wanted;
}

/** max(h, 0) as the first half of u and min(h, 0) as the second. */
function halves(layer: PlanLayer, { greatest, least }: Dialect): Column[] {
  const units = layer.columns / 2;
  const wanted = [...readBy(layer)].sort((a, b) => a - b);
  return [greatest, least].flatMap((half, side) =>
    wanted.map((i) => ({ sql: `${half}(p.h${i + 1}, 0e0)`, name: `u${side * units + i + 1}` })),
  );
}

/** W·a(x) + b, plus x where `residual`, for inputs of these names. */
function unitsOf(
  { residual, rows, columns, weight, bias }: PlanLayer,
  names: readonly string[],
  { double }: Dialect,
): string[] {
  return Array.from({ length: rows }, (_, i) => {
    const terms = termsOf(weight.subarray(i * columns, (i + 1) * columns), names);
    // x is the sum of its halves, one of which is 0.
    const own = residual ? [`p.${names[i]}`, `p.${names[columns / 2 + i]}`] : [];
    const weighed = [...own, ...terms];
    // A constant alone might be a decimal of fixed digits.
    if (weighed.length === 0) return `CAST(${digits32(bias[i])} AS ${double})`;
    return sumOf([...(bias[i] === 0 ? [] : [digits32(bias[i])]), ...weighed]);
  });
}

/** Each weight that is not 0 times what it reads. */
const termsOf = (weights: Float32Array, names: readonly string[]): string[] =>
  names.flatMap((name, j) => (weights[j] === 0 ? [] : [`${digits32(weights[j])} * p.${name}`]));
