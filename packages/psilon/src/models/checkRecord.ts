import { networkMean } from "../bounds/boundedModel.js";
import { gamma } from "../bounds/rounding.js";
import { weightKinds } from "../engine/weights/kinds.js";
import { networkSparsity } from "../folded/figures.js";
import type { FoldedNetwork } from "../folded/folded.js";
import type { ReductionReport } from "../folded/removeDeadUnits.js";
import { rowNorms } from "../folded/rowNorms.js";
import { sparsities, storedFigures } from "./networkFigures.js";
import type { RecordedBound } from "./recordedBounds.js";
import type { Member, TrainingRecord } from "./tabularModel.js";

/** Says what is wrong with a file. */
type Refuse = (problem: string) => never;

/** By what a mean of shares may differ that was summed elsewhere. */
const ROUNDING = 1e-9;

/**
 * A file's record with the figures that its networks themselves have. The sparsities of pruned ones are those before dead units were
 * removed; they stay as they are, where they are possible. Refuses a record, or lengths, that are not the weights' own.
 */
export function checkRecord(
  record: TrainingRecord,
  members: readonly Member[],
  refuse: Refuse,
): TrainingRecord {
  const { pruning } = record;
  const removed = pruning ? pruning.removed : members.map(nothingRemoved);
  if (removed.length !== members.length)
    refuse(`it says what was removed from ${removed.length} networks, but has ${members.length}`);
  const shapes = record.parts?.flatMap((part) => Array.from({ length: part.networks }, () => part)) ?? [];
  if (record.parts && shapes.length !== members.length)
    refuse(`its record tells of ${shapes.length} networks, but it has ${members.length}`);
  members.forEach((member, m) => {
    checkShape({ ...record, ...shapes[m] }, member.network, removed[m], refuse);
    checkLengths(record, member, removed[m], refuse);
  });
  const stored = storedFigures(members);
  if (record.parameters !== stored.parameters)
    refuse(`it speaks of ${record.parameters} parameters, but its tensors hold ${stored.parameters}`);
  checkBounds(record.bounds, stored.bounds, members, refuse);
  const own = sparsities(members.map(({ network }) => network));
  checkShare("sparsity", record.sparsity, pruning ? 0 : own.sparsity, mostZeros(members, removed), refuse);
  const [least, most] = pruning ? [0, 1] : [own.nearSparsity, own.nearSparsity];
  checkShare("near-sparsity", record.nearSparsity, least, most, refuse);
  return { ...record, ...stored, ...(!pruning && own) };
}

/** Of a network that was not pruned, what a removal would have said. */
function nothingRemoved({ network }: Member): ReductionReport {
  const same = <T>(value: T) => ({ before: value, after: value });
  const { inputs, units, outputs } = sizesOf(network);
  return {
    inputs: same(inputs),
    units: same(units),
    parameters: same(numbersIn(network.architecture, [inputs, ...units, outputs])),
  };
}

function checkShape(
  { width, depth, pruning, imported }: TrainingRecord,
  network: FoldedNetwork,
  { inputs, units, parameters }: ReductionReport,
  refuse: Refuse,
): void {
  const { architecture } = network;
  const own = sizesOf(network);
  const leadsHere =
    inputs.after === own.inputs &&
    inputs.before >= inputs.after &&
    String(units.after) === String(own.units) &&
    parameters.after === numbersIn(architecture, [own.inputs, ...own.units, own.outputs]) &&
    parameters.before === numbersIn(architecture, [inputs.before, ...units.before, own.outputs]) &&
    parameters.before >= parameters.after;
  if (!leadsHere) refuse("what it says was removed does not lead to its tensors' shapes");
  // Of what was pruned before, a removal starts with less than was trained.
  const hidden = network.architecture === "resnet" ? depth + 1 : depth;
  const fits = pruning
    ? units.before.length <= hidden && units.before.every((rows) => rows <= width)
    : units.before.length === hidden &&
      units.before.every((rows) => (imported ? rows <= width : rows === width));
  if (!fits)
    refuse(
      `its record speaks of depth ${depth} and width ${width}, but a network has ${units.before.length} hidden layers of up to ${units.before.reduce((a, b) => Math.max(a, b), 0)} units`,
    );
}

/** Each row's norm is its |g|, or less where entries were removed. */
function checkLengths(
  { parametrization, pruning }: TrainingRecord,
  { network, lengths }: Member,
  { units }: ReductionReport,
  refuse: Refuse,
): void {
  const { layers } = network;
  const last = layers.length - 1;
  layers.forEach((layer, l) => {
    const kind = weightKinds[l < last ? parametrization.hidden : parametrization.output];
    // Which blocks were removed is not told, and so not whose the lengths are.
    const isTold = units.before.length === units.after.length;
    const rowsBefore = l < last ? units.before[l] : layer.rows;
    const count = !isTold ? 0 : kind.length === "row" ? rowsBefore : kind.length === "shared" ? 1 : 0;
    const sizes = lengths[l].map(Math.abs);
    if (sizes.length !== count)
      refuse(`it gives layer ${l} ${sizes.length} lengths, but ${count} belong there`);
    if (count === 0) return;
    const largest = sizes.reduce((a, b) => Math.max(a, b));
    const isEach = count === layer.rows;
    rowNorms(layer, kind.norm === 2 ? 2 : 1).forEach((norm, i) => {
      const size = isEach ? sizes[i] : largest;
      // Weights are lengths times directions in float32, down to its smallest numbers.
      const slack = size * gamma(layer.columns + 16, "float32") + layer.columns * 2 ** -149;
      if (norm > size + slack || (!pruning && norm < size - slack))
        refuse(`it gives row ${i} of layer ${l} a length of ${size}, but its weights have ${norm}`);
    });
  });
}

/** Sums may have been taken in another order, and files of psilon 0.1.0 did not round them outwards. */
function checkBounds(
  given: readonly RecordedBound[],
  own: readonly RecordedBound[],
  members: readonly Member[],
  refuse: Refuse,
): void {
  const noise = 1 + 4 * gamma(networkMean(members).operations);
  for (const { name, value } of given) {
    const bound = own.find((candidate) => candidate.name === name)?.value;
    const stated = value ?? Number.POSITIVE_INFINITY;
    if (bound === undefined || stated * noise < bound || stated > bound * noise)
      refuse(`it gives the bound "${name}" as ${value}, but its weights have ${bound ?? "no such bound"}`);
  }
}

function checkShare(name: string, share: number, least: number, most: number, refuse: Refuse): void {
  if (share < least - ROUNDING || share > most + ROUNDING)
    refuse(
      `it gives the ${name} as ${share}, but its weights have ${least === most ? most : `${least} to ${most}`}`,
    );
}

/** What is not 0 was not 0 before a removal. */
function mostZeros(members: readonly Member[], removed: readonly ReductionReport[]): number {
  return members.reduce((sum, { network }, m) => {
    const { inputs, units, outputs } = sizesOf(network);
    const count = (sizes: readonly number[]) => weightsIn(network.architecture, sizes);
    const nonzero = (1 - networkSparsity(network)) * count([inputs, ...units, outputs]);
    const before = count([removed[m].inputs.before, ...removed[m].units.before, outputs]);
    return sum + (1 - nonzero / before) / members.length;
  }, 0);
}

function sizesOf({ layers }: FoldedNetwork) {
  return {
    inputs: layers[0].columns,
    units: layers.slice(0, -1).map(({ rows }) => rows),
    outputs: layers[layers.length - 1].rows,
  };
}

/** Weights of a network with so many inputs, units and outputs. */
function weightsIn(architecture: FoldedNetwork["architecture"], sizes: readonly number[]): number {
  return sizes
    .slice(1)
    .reduce((sum, rows, l) => sum + rows * sizes[l] * (architecture === "resnet" && l > 0 ? 2 : 1), 0);
}

/** With the biases. */
function numbersIn(architecture: FoldedNetwork["architecture"], sizes: readonly number[]): number {
  return sizes.slice(1).reduce((sum, rows) => sum + rows, weightsIn(architecture, sizes));
}
