import { type Analysis, emptyForm, type LinearForm } from "./analysis.js";
import { sidesAlong } from "./box.js";
import type { Stretch } from "./paths.js";
import { endsOver, type Part, type Proposal, propose } from "./proposal.js";
import { addUpperForm, largestOf } from "./relaxation.js";
import { type Place, type RelaxedProgram, relaxedProgram } from "./relaxedProgram.js";
import { above, orInfinity } from "./rounding.js";
import { createLinearSolver, type LinearSolver, loadSolver, TOLERANCE } from "./solver.js";

/** r·f(x) + offset, one of the functions whose largest value is sought. */
export interface Objective {
  readonly row: Float64Array;
  readonly offset: number;
}

/** What makes more work needless: an upper bound that is at most `atMost`, or a witness that shows at least `atLeast`. */
export interface Enough {
  readonly atMost: number;
  readonly atLeast: number;
}

export interface BranchOptions {
  /** An upper bound known beforehand. */
  readonly atMost: number;
  /** What a point of the box shows, rounded downwards. */
  readonly reached: (x: Float64Array) => number;
  /** What rounding leaves open of the value at a point. */
  readonly rounding: number;
  readonly seconds: number;
  readonly enough: Enough | null;
}

/** An objective with its relaxation, as the solver holds it. */
interface Relaxed extends Objective {
  readonly program: RelaxedProgram;
  readonly solver: LinearSolver;
}

/** Where a path is cut in two: between two of its steps. */
interface Cut {
  readonly path: number;
  readonly step: number;
}

/** A part of the box: where its units lie, and what is left of each path. */
interface Cell {
  readonly part: Part;
  readonly stretches: readonly Stretch[];
}

/** What is known about one objective over one part of the box. */
interface Node {
  readonly objective: Relaxed;
  readonly cell: Cell;
  readonly atMost: number;
  /** Where the objective may be largest, if the solver could tell. */
  readonly point: Float64Array | null;
  /** The unit or the path to branch on; null where that would gain nothing. */
  readonly branch: Place | Cut | null;
}

/** The search ends where bound and witness are this near, as a share of how far apart they were at first. */
const GAP = 1e-9;

/** As many parts as fit into memory. */
const MOST_PARTS = 100_000;

/**
 * The largest value that any of the objectives takes in the analysed box, from both sides: `atMost` is proven, `witness` is a point of the
 * box. Branch and bound: the part with the highest bound is cut in two by the sign of one unit, or between two steps of a path. A linear program
 * over each part proposes slopes, and whatever these are, `addUpperForm` proves a bound with them; the program's solution is also a point to
 * try, and tells what to branch on.
 *
 * Ends where the gap is a billionth of what it was or no more than rounding, where `enough` is known, and after `seconds`.
 */
export async function branchAndBound(
  analysis: Analysis,
  objectives: readonly Objective[],
  { atMost, reached, rounding, seconds, enough }: BranchOptions,
): Promise<{ atMost: number; witness: Float64Array }> {
  const { box, members } = analysis;
  const highs = await loadSolver();
  const end = performance.now() + 1000 * seconds;
  const secondsLeft = () => (end - performance.now()) / 1000;

  let witness = box.centre;
  let atLeast = reached(witness);
  const tolerance = GAP * (atMost - atLeast) + 4 * rounding;
  /** The highest bound of all parts that need no branching. */
  let settled = Number.NEGATIVE_INFINITY;
  const open: Node[] = [];
  const isLow = (bound: number) =>
    bound <= Math.max(settled, atLeast + tolerance) || (enough !== null && bound <= enough.atMost);
  const add = (node: Node | null) => {
    if (!node) return;
    const value = node.point ? reached(node.point) : atLeast;
    if (node.point && value > atLeast) [witness, atLeast] = [node.point, value];
    if (node.branch === null || isLow(node.atMost)) settled = Math.max(settled, node.atMost);
    else insert(open, node);
  };

  const relaxed: Relaxed[] = [];
  try {
    for (const objective of objectives) {
      const program = relaxedProgram(analysis, objective.row);
      if (!program) return { atMost, witness };
      relaxed.push({ ...objective, program, solver: createLinearSolver(highs, program) });
    }
    const whole = {
      part: members.map(({ layers }) => layers),
      stretches: (box.paths ?? []).map(({ steps }) => ({ from: 0, to: steps.length })),
    };
    for (const objective of relaxed) add(nodeOf(analysis, objective, whole, atMost, secondsLeft()));
    while (open.length > 0 && open.length < MOST_PARTS && secondsLeft() > 0) {
      const { objective, cell, branch, ...highest } = open[open.length - 1];
      if (isLow(highest.atMost) || (enough && atLeast >= enough.atLeast)) break;
      open.pop();
      for (const half of "path" in branch! ? stretchesOf(cell, branch) : halves(cell, branch!)) {
        add(nodeOf(analysis, objective, half, highest.atMost, secondsLeft()));
      }
    }
  } finally {
    for (const { solver } of relaxed) solver.dispose();
  }
  return { atMost: Math.max(settled, ...open.slice(-1).map((node) => node.atMost)), witness };
}

/** Bounds the objective over the part, by `inherited` if nothing lower is found; null where the part is proven to be empty. */
function nodeOf(
  analysis: Analysis,
  objective: Relaxed,
  cell: Cell,
  inherited: number,
  seconds: number,
): Node | null {
  const { program, solver, row, offset } = objective;
  const { lower, upper } = endsOver(program, cell.part, cell.stretches);
  const solution = solver.solve(lower, upper, seconds);
  const proposal = solution && propose(analysis, program, solution);
  const point = proposal?.point ?? null;
  // What is below 0 for 0·f(x) at every x of the part is so because it has none.
  if (proposal && !point && boundOver(analysis, new Float64Array(row.length), cell, proposal).atMost < 0) {
    return null;
  }
  const bound = boundOver(analysis, row, cell, point && proposal);
  const atMost = Math.min(
    inherited,
    orInfinity(above(above(bound.atMost / analysis.model.networks) + offset)),
  );
  const branch = proposal && point ? loosestOf(analysis, cell, bound.form, proposal) : firstOpen(cell);
  return { objective, cell, atMost, point, branch };
}

/** The members' sum of r·f(x) is at most this in the part. */
function boundOver(
  { model, members, box }: Analysis,
  row: Float64Array,
  { part, stretches }: Cell,
  proposal: Proposal | null,
): { readonly atMost: number; readonly form: LinearForm } {
  const form = emptyForm(model.inputs);
  members.forEach(({ member }, m) => {
    addUpperForm(member, part[m], part[m].length - 1, row, form, proposal?.slopes[m]);
  });
  const sides = stretches.length > 0 ? sidesAlong(box, stretches) : box;
  return { atMost: largestOf(form, sides, model), form };
}

/**
 * The unit whose triangle adds most to the bound, or the path of which the solution is a mixture of several points, if that adds more; null
 * where there is neither. The path is cut next to the point tried in the mixture's place, so that neither half has this mixture.
 */
function loosestOf(
  { box }: Analysis,
  { stretches }: Cell,
  { coefficients }: LinearForm,
  { mixture, point, positions, loosest, added }: Proposal,
): Place | Cut | null {
  let branch: Place | Cut | null = loosest;
  let most = loosest ? added : -1;
  box.paths?.forEach(({ inputs }, path) => {
    const { from, to } = stretches[path];
    const apart = inputs.map((j) => Math.abs(mixture![j] - point![j]));
    const isMixture = apart.some((d, i) => d > TOLERANCE * (box.upper[inputs[i]] - box.lower[inputs[i]]));
    if (to - from < 2 || !isMixture) return;
    const between = apart.reduce((sum, d, i) => sum + d * Math.abs(coefficients[inputs[i]]), 0);
    const step = Math.min(Math.max(Math.round(positions[path]), from + 1), to - 1);
    if (between > most) [most, branch] = [between, { path, step }];
  });
  return branch;
}

/** The part where the unit is at least 0, and the one where it is at most 0. */
function halves({ part, stretches }: Cell, { member, layer, unit }: Place): Cell[] {
  return (["lower", "upper"] as const).map((end) => ({
    stretches,
    part: part.map((layers, m) =>
      layers.map((facts, l) => {
        if (m !== member || l !== layer) return facts;
        const ends = facts[end].slice();
        ends[unit] = 0;
        return { ...facts, [end]: ends };
      }),
    ),
  }));
}

/** The part up to the cut, and the one from there on. */
const stretchesOf = ({ part, stretches }: Cell, { path, step }: Cut): Cell[] =>
  [{ to: step }, { from: step }].map((end) => ({
    part,
    stretches: stretches.map((whole, p) => (p === path ? { ...whole, ...end } : whole)),
  }));

/** The first unit whose sign is open, or else the middle of a path. */
function firstOpen({ part, stretches }: Cell): Place | Cut | null {
  for (const [member, layers] of part.entries()) {
    for (const [layer, { lower, upper }] of layers.slice(0, -1).entries()) {
      const unit = lower.findIndex((low, i) => low < 0 && upper[i] > 0);
      if (unit >= 0) return { member, layer, unit };
    }
  }
  const path = stretches.findIndex(({ from, to }) => to - from > 1);
  return path < 0 ? null : { path, step: (stretches[path].from + stretches[path].to) >> 1 };
}

/** Keeps the nodes in the order of their bounds, the highest last. */
function insert(nodes: Node[], node: Node): void {
  let from = 0;
  let to = nodes.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (nodes[middle].atMost < node.atMost) from = middle + 1;
    else to = middle;
  }
  nodes.splice(from, 0, node);
}
