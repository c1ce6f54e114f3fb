import type { Analysis, MemberFacts } from "./analysis.js";
import { pullRow, weigh } from "./backwards.js";
import { gamma } from "./rounding.js";
import { LARGEST_WEIGHT, type MixedIntegerProgram, type ProgramRow, SMALLEST_WEIGHT } from "./solver.js";

/** A program whose maximum, plus `constant` and divided by the number of networks, is at least that of r·f over the box. */
export interface NetworkProgram extends MixedIntegerProgram {
  /** Rounded upwards, with what rounding and dropped weights leave open. */
  readonly constant: number;
}

interface Builder {
  readonly costs: number[];
  readonly lower: number[];
  readonly upper: number[];
  readonly integer: boolean[];
  readonly rows: ProgramRow[];
}

/** A weighted sum of variables. */
interface Terms {
  readonly variables: number[];
  readonly weights: number[];
  /** What weights too small for the solver can come to. */
  dropped: number;
}

/** A hidden unit: the variable of h, and that of max(h, 0) where its sign is open. */
interface Unit {
  readonly h: number;
  readonly positivePart: number | null;
  readonly sign: 1 | 0 | -1;
}

/**
 * The sum of the members' r·f over the box as a mixed-integer linear program (Tjeng et al., arXiv:1711.07356): a variable for each
 * input and for each hidden unit's h, and, where the analysis leaves the sign open, a = max(h, 0) and a binary z with
 *
 *     a ≥ h,  a ≥ 0,  a ≤ h − lower·(1 − z),  a ≤ upper·z
 *
 * which for a CReLU pair gives min(h, 0) = h − a as well. Each equation has a slack of what rounding its weights can come to, so that
 * the program relaxes the network and never restricts it. Its variables are the inputs that feed a network, in order, then the rest.
 * Null where a number is too large for the solver.
 */
export function networkProgram({ model, members, box }: Analysis, row: Float64Array): NetworkProgram | null {
  const builder: Builder = { costs: [], lower: [], upper: [], integer: [], rows: [] };
  for (let j = 0; j < model.inputs; j++) addVariable(builder, box.lower[j], box.upper[j], false);
  const constant = members.reduce((sum, facts) => sum + addMember(builder, facts, row), 0);
  const { costs, lower, upper, rows } = builder;
  const numbers = [...costs, ...lower, ...upper, ...rows.flatMap(({ weights }) => weights), constant];
  const fits = numbers.every((x) => Math.abs(x) < LARGEST_WEIGHT);
  return fits ? { ...builder, constant } : null;
}

/** Adds the member's units and costs; returns what its part of the objective has on top of them. */
function addMember(builder: Builder, { member, layers }: MemberFacts, row: Float64Array): number {
  let units: Unit[] = Array.from(member.inputs, (h) => ({ h, positivePart: null, sign: 1 }));
  const last = layers.length - 1;
  member.layers.slice(0, -1).forEach(({ rows, columns, positive, negative, bias }, l) => {
    const { lower, upper, size } = layers[l];
    units = Array.from({ length: rows }, (_, i): Unit => {
      const h = addVariable(builder, lower[i], upper[i], false);
      const terms: Terms = { variables: [h], weights: [-1], dropped: 0 };
      for (let j = 0; j < columns; j++) {
        const at = i * columns + j;
        addUnit(builder, terms, units[j], positive[at], negative ? negative[at] : 0);
      }
      const slack = terms.dropped + 2 ** -50 * size[i];
      addRow(builder, terms, -bias[i] - slack, -bias[i] + slack);
      return addHiddenUnit(builder, h, lower[i], upper[i]);
    });
  });
  const { plus, minus } = member.room;
  const { rows, columns } = member.layers[last];
  const constant = pullRow(member.layers[last], row, member.room);
  const terms: Terms = { variables: [], weights: [], dropped: 0 };
  for (let j = 0; j < columns; j++) addUnit(builder, terms, units[j], plus[j], minus[j]);
  terms.variables.forEach((variable, t) => {
    builder.costs[variable] += terms.weights[t];
  });
  return constant + terms.dropped + 2 * gamma(rows + 16) * weigh(row, layers[last].size, rows);
}

/** Adds plus·max(h, 0) + minus·min(h, 0) to the sum. */
function addUnit(
  builder: Builder,
  terms: Terms,
  { h, positivePart, sign }: Unit,
  plus: number,
  minus: number,
): void {
  if (positivePart === null) {
    addTerm(builder, terms, h, sign > 0 ? plus : minus);
  } else {
    addTerm(builder, terms, positivePart, plus - minus);
    addTerm(builder, terms, h, minus);
  }
}

function addTerm({ lower, upper }: Builder, terms: Terms, variable: number, weight: number): void {
  if (weight === 0) return;
  if (Math.abs(weight) <= SMALLEST_WEIGHT) {
    terms.dropped += Math.abs(weight) * Math.max(-lower[variable], upper[variable]);
  } else {
    terms.variables.push(variable);
    terms.weights.push(weight);
  }
}

/** The unit whose h is in [low, high], with its maximum and binary where its sign is open. */
function addHiddenUnit(builder: Builder, h: number, low: number, high: number): Unit {
  if (low >= 0) return { h, positivePart: null, sign: 1 };
  if (high <= 0) return { h, positivePart: null, sign: -1 };
  const a = addVariable(builder, 0, high, false);
  const z = addVariable(builder, 0, 1, true);
  const atMost = (variables: number[], weights: number[], upper: number) =>
    builder.rows.push({ lower: Number.NEGATIVE_INFINITY, upper, variables, weights });
  atMost([h, a], [1, -1], 0);
  atMost([a, h, z], [1, -1, -low], -low);
  atMost([a, z], [1, -high], 0);
  return { h, positivePart: a, sign: 0 };
}

function addVariable(
  { costs, lower, upper, integer }: Builder,
  low: number,
  high: number,
  whole: boolean,
): number {
  lower.push(low);
  upper.push(high);
  integer.push(whole);
  return costs.push(0) - 1;
}

const addRow = ({ rows }: Builder, { variables, weights }: Terms, lower: number, upper: number) =>
  rows.push({ lower, upper, variables, weights });
