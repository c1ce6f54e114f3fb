import type { Analysis } from "./analysis.js";
import { pullRow } from "./backwards.js";
import type { PiecewiseLayer } from "./boundedModel.js";
import type { LinearProgram, ProgramRow } from "./solver.js";

/** A hidden unit's place. */
export interface Place {
  readonly member: number;
  readonly layer: number;
  readonly unit: number;
}

/** The linear relaxation of a model over a box, to be solved over the box or over parts of it. */
export interface RelaxedProgram extends LinearProgram {
  /** What the costs were divided by. */
  readonly unit: number;
  readonly equations: readonly Equation[];
  /** The model's inputs. */
  readonly inputs: readonly Unit[];
  /** By path the variables of its steps. */
  readonly steps: readonly (readonly number[])[];
}

/** scale·v, which the next layer reads with its weights for max(h, 0), or with those for min(h, 0). */
interface Share {
  readonly variable: number;
  readonly scale: number;
  readonly isPositive: boolean;
}

/** An input or a unit as h = offset + Σ scale·v; of a unit's two shares the first is max(h, 0), the second min(h, 0). */
export interface Unit {
  readonly offset: number;
  readonly shares: readonly Share[];
}

/** A hidden unit, how far it ranges, and its equation's place among the rows; if its sign is open its chord follows. */
interface Equation {
  readonly place: Place;
  readonly unit: Unit;
  readonly range: number;
  readonly row: number;
}

/** A unit that moves by less than this share of what is summed to it is a constant to the solver. */
const CONSTANT = 2 ** -40;

/**
 * The linear relaxation of the sum of the members' r·f over the analysed box and its paths. Every variable lies in [0, 1], so that the
 * solver's tolerances are shares of what a number can range: h = lower + (upper − lower)·v for inputs and for units whose sign is fixed, and where it is open
 *
 *     max(h, 0) = upper·v⁺,  min(h, 0) = lower·v⁻,  v⁺ + v⁻ ≤ 1,
 *
 * the triangle between the kink and its chord. An equation says what h is of the layer below; its dual is what the maximum gains where h
 * does, and so the slope with which a pass backwards should read h. On a path an input is lower + Σ_k (to − from)_k·s_k with
 * 1 ≥ s_1 ≥ s_2 ≥ … ≥ 0, the path's convex hull (derived); on the path itself all before some s_k are 1, and all after it 0. Null where
 * a number is not finite.
 */
export function relaxedProgram({ members, box }: Analysis, row: Float64Array): RelaxedProgram | null {
  const costs: number[] = [];
  const rows: ProgramRow[] = [];
  const equations: Equation[] = [];
  const unitOver = (lower: number, upper: number, isPositive: boolean): Unit => {
    costs.push(0);
    return { offset: lower, shares: [{ variable: costs.length - 1, scale: upper - lower, isPositive }] };
  };
  const openUnit = (lower: number, upper: number): Unit => {
    const shares = [unitOver(0, upper, true), unitOver(0, lower, false)].flatMap((part) => part.shares);
    return { offset: 0, shares };
  };
  const paths = box.paths ?? [];
  const steps = paths.map((path) => path.steps.map(() => costs.push(0) - 1));
  const onPaths = new Map<number, Share[]>();
  paths.forEach(({ inputs: own, steps: shifts }, p) => {
    for (const input of own) onPaths.set(input, []);
    shifts.forEach((step, k) => {
      const variable = steps[p][k];
      for (const { input, from, to } of step) {
        onPaths.get(input)!.push({ variable, scale: to - from, isPositive: true });
      }
      if (k > 0) rows.push(noMoreThan(variable, steps[p][k - 1]));
    });
  });
  const inputs = Array.from(box.lower, (low, j): Unit => {
    const shares = onPaths.get(j);
    return shares ? { offset: low, shares } : unitOver(low, box.upper[j], true);
  });
  members.forEach(({ member, layers }, m) => {
    let below = Array.from(member.inputs, (j) => inputs[j]);
    const last = layers.length - 1;
    member.layers.slice(0, last).forEach((layer, l) => {
      const { lower, upper, size } = layers[l];
      below = Array.from(lower, (low, i): Unit => {
        const range = upper[i] - low;
        if (range <= CONSTANT * size[i]) return { offset: low, shares: [] };
        const isOpen = low < 0 && upper[i] > 0;
        const unit = isOpen ? openUnit(low, upper[i]) : unitOver(low, upper[i], low >= 0);
        equations.push({ place: { member: m, layer: l, unit: i }, unit, range, row: rows.length });
        rows.push(equationOf(unit, range, layer, i, l === 0, below));
        if (isOpen) rows.push(chordOf(unit));
        return unit;
      });
    });
    const { plus, minus } = member.room;
    pullRow(member.layers[last], row, member.room);
    below.forEach(({ shares }, j) => {
      for (const { variable, scale, isPositive } of shares) {
        costs[variable] += (isPositive ? plus : minus)[j] * scale;
      }
    });
  });
  const numbers = [...costs, ...rows.flatMap(({ weights, upper }) => [...weights.values(), upper])];
  if (!numbers.every(Number.isFinite)) return null;

  const unit = Math.max(...costs.map(Math.abs)) || 1;
  return { costs: costs.map((cost) => cost / unit), rows, unit, equations, inputs, steps };
}

/** h − Σ_j (what the unit reads of unit j below) = bias, divided by how far h ranges. */
function equationOf(
  unit: Unit,
  range: number,
  { columns, positive, negative, bias }: PiecewiseLayer,
  i: number,
  first: boolean,
  below: readonly Unit[],
): ProgramRow {
  const weights = new Map(unit.shares.map(({ variable, scale }) => [variable, scale / range]));
  let constant = bias[i] - unit.offset;
  below.forEach(({ offset, shares }, j) => {
    const plus = positive[i * columns + j];
    const minus = first ? plus : negative ? negative[i * columns + j] : 0;
    constant += (offset >= 0 ? plus : minus) * offset;
    for (const { variable, scale, isPositive } of shares) {
      // A network may read one input twice, and inputs on one path share their variables.
      const before = weights.get(variable) ?? 0;
      weights.set(variable, before - ((isPositive ? plus : minus) * scale) / range);
    }
  });
  return { weights, lower: constant / range, upper: constant / range };
}

/** v⁺ + v⁻ ≤ 1. */
const chordOf = ({ shares }: Unit): ProgramRow => ({
  weights: new Map(shares.map(({ variable }) => [variable, 1])),
  lower: Number.NEGATIVE_INFINITY,
  upper: 1,
});

/** later − earlier ≤ 0. */
const noMoreThan = (later: number, earlier: number): ProgramRow => ({
  weights: new Map([
    [later, 1],
    [earlier, -1],
  ]),
  lower: Number.NEGATIVE_INFINITY,
  upper: 0,
});
