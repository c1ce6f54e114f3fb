import type { Analysis, MemberFacts } from "../../src/bounds/analysis.ts";
import { pullRow } from "../../src/bounds/backwards.ts";
import type { Path } from "../../src/bounds/paths.ts";
import { loadSolver } from "../../src/bounds/solver.ts";

interface Row {
  readonly lower: number;
  readonly upper: number;
  readonly terms: Map<number, number>;
}

interface Program {
  readonly costs: number[];
  readonly lower: number[];
  readonly upper: number[];
  readonly integer: boolean[];
  readonly rows: Row[];
}

/** A unit's h, and max(h, 0) where its sign is open. */
interface Unit {
  readonly h: number;
  readonly positivePart: number | null;
  readonly isPositive: boolean;
}

/** HiGHS's tightest tolerance, which is absolute: networks whose numbers are far from 1 need another referee. */
const TOLERANCE = 1e-10;

/**
 * The largest r·f(x) over the analysed box by HiGHS's own branch and bound, as a mixed-integer linear program (Tjeng et al.,
 * arXiv:1711.07356): a variable for each input and each hidden unit's h, and where its sign is open a = max(h, 0) and a binary z with
 *
 *     a ≥ h,  a ≥ 0,  a ≤ h − lower·(1 − z),  a ≤ upper·z
 *
 * which for a CReLU pair gives min(h, 0) = h − a as well. Between two steps s_k and s_{k+1} of a path a binary β has s_{k+1} ≤ β ≤ s_k. A referee, and no more exact than the solver's floating point.
 */
export async function mixedIntegerMaximum(
  { model, members, box }: Analysis,
  row: Float64Array,
  seconds: number,
): Promise<number> {
  const program: Program = { costs: [], lower: [], upper: [], integer: [], rows: [] };
  for (let j = 0; j < model.inputs; j++) addVariable(program, box.lower[j], box.upper[j]);
  for (const path of box.paths ?? []) addPath(program, path);
  const constant = members.reduce((sum, facts) => sum + addMember(program, facts, row), 0);
  const { costs, lower, upper, rows, integer } = program;
  const starts = [0];
  for (const { terms } of rows) starts.push(starts[starts.length - 1] + terms.size);
  const highs = await loadSolver();
  const { constants, infinity } = highs;
  const bound = highs.withModel(
    {
      numCols: costs.length,
      numRows: rows.length,
      sense: constants.objectiveSense.maximize,
      colCost: costs,
      colLower: lower,
      colUpper: upper,
      rowLower: rows.map((one) => Math.max(one.lower, -infinity)),
      rowUpper: rows.map((one) => one.upper),
      matrix: {
        format: "csr",
        numRows: rows.length,
        numCols: costs.length,
        starts,
        indices: rows.flatMap(({ terms }) => [...terms.keys()]),
        values: rows.flatMap(({ terms }) => [...terms.values()]),
      },
      integrality: integer.map((whole) =>
        whole ? constants.variableType.integer : constants.variableType.continuous,
      ),
    },
    (solver) => {
      solver.options.set({
        output_flag: false,
        time_limit: seconds,
        mip_rel_gap: 0,
        mip_abs_gap: 0,
        mip_feasibility_tolerance: TOLERANCE,
        primal_feasibility_tolerance: TOLERANCE,
        dual_feasibility_tolerance: TOLERANCE,
      });
      solver.run();
      if (solver.getModelStatus() !== constants.modelStatus.optimal) throw new Error("The referee gave up.");
      return Number(integer.includes(true) ? solver.info.get("mip_dual_bound") : solver.getObjectiveValue());
    },
  );
  return (bound + constant) / model.networks;
}

/** Adds the member's units and costs; returns its constant. */
function addMember(program: Program, { member, layers }: MemberFacts, row: Float64Array): number {
  let units = Array.from(member.inputs, (h): Unit => ({ h, positivePart: null, isPositive: true }));
  member.layers.slice(0, -1).forEach(({ rows, columns, positive, negative, bias }, l) => {
    const { lower, upper } = layers[l];
    units = Array.from({ length: rows }, (_, i): Unit => {
      const h = addVariable(program, lower[i], upper[i]);
      const terms = new Map([[h, -1]]);
      for (let j = 0; j < columns; j++) {
        const at = i * columns + j;
        addUnit(terms, units[j], positive[at], negative ? negative[at] : 0);
      }
      program.rows.push({ terms, lower: -bias[i], upper: -bias[i] });
      return hiddenUnit(program, h, lower[i], upper[i]);
    });
  });
  const last = member.layers[layers.length - 1];
  const constant = pullRow(last, row, member.room);
  const costs = new Map<number, number>();
  for (let j = 0; j < last.columns; j++) addUnit(costs, units[j], member.room.plus[j], member.room.minus[j]);
  for (const [variable, weight] of costs) program.costs[variable] += weight;
  return constant;
}

/** Adds plus·max(h, 0) + minus·min(h, 0) to the sum. */
function addUnit(
  terms: Map<number, number>,
  { h, positivePart, isPositive }: Unit,
  plus: number,
  minus: number,
): void {
  const add = (variable: number, weight: number) =>
    weight !== 0 && terms.set(variable, (terms.get(variable) ?? 0) + weight);
  if (positivePart === null) add(h, isPositive ? plus : minus);
  else {
    add(positivePart, plus - minus);
    add(h, minus);
  }
}

/** The path's inputs, of which its start is their lower end, by how far each of its steps has gone; nothing lies beside it. */
function addPath(program: Program, { inputs, steps }: Path): void {
  const sums = new Map(inputs.map((input) => [input, new Map([[input, 1]])]));
  let before: number | null = null;
  for (const step of steps) {
    const gone = addVariable(program, 0, 1);
    for (const { input, from, to } of step) sums.get(input)!.set(gone, from - to);
    if (before !== null) {
      const whole = addVariable(program, 0, 1, true);
      for (const [less, more] of [
        [gone, whole],
        [whole, before],
      ]) {
        program.rows.push({
          lower: Number.NEGATIVE_INFINITY,
          upper: 0,
          terms: new Map([
            [less, 1],
            [more, -1],
          ]),
        });
      }
    }
    before = gone;
  }
  for (const [input, terms] of sums) {
    program.rows.push({ terms, lower: program.lower[input], upper: program.lower[input] });
  }
}

/** The unit whose h is in [low, high], with its maximum and binary where its sign is open. */
function hiddenUnit(program: Program, h: number, low: number, high: number): Unit {
  if (low >= 0 || high <= 0) return { h, positivePart: null, isPositive: low >= 0 };
  const a = addVariable(program, 0, high);
  const z = addVariable(program, 0, 1, true);
  const atMost = (upper: number, ...terms: [number, number][]) =>
    program.rows.push({ lower: Number.NEGATIVE_INFINITY, upper, terms: new Map(terms) });
  atMost(0, [h, 1], [a, -1]);
  atMost(-low, [a, 1], [h, -1], [z, -low]);
  atMost(0, [a, 1], [z, -high]);
  return { h, positivePart: a, isPositive: true };
}

function addVariable(program: Program, low: number, high: number, integer = false): number {
  program.lower.push(low);
  program.upper.push(high);
  program.integer.push(integer);
  return program.costs.push(0) - 1;
}
