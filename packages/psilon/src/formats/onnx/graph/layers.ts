import type { FoldedDense } from "../../../folded/folded.js";
import { type Affine, addRow, type Units } from "./affine.js";
import type { Room } from "./room.js";

/** How numbers are scaled: z = (x − center)/scale. */
export interface Scaling {
  readonly centers: ArrayLike<number>;
  readonly scales: ArrayLike<number>;
}

/** Where units stand in a layer: as they are (0 and more, so that a ReLU lets them pass), or as the two halves of what may be negative. */
interface Slot {
  readonly units: Units;
  readonly start: number;
  readonly halves: boolean;
}

/**
 * The value as dense layers with ReLUs between them. What skips layers is carried through them: x = max(x, 0) − max(−x, 0), and what a ReLU
 * wrote passes the next as it is. Computed in float64 and rounded once. `inputs` says how the network's inputs are scaled before they
 * come, all of which the first layer reads, and `outputs` how the value is after it.
 */
export function layersOf(
  value: Affine,
  units: Units,
  [inputs, outputs]: readonly [Scaling, Scaling],
  room: Room,
): FoldedDense[] {
  const scaled = (i: number) => 1 / outputs.scales[i];
  const levels = unitsByLevel(value, units, room);
  const depth = levels.length - 1;
  const lastUse = lastUses(value, levels, depth);
  let before: Slot[] = slotsOf(levels[0], () => false);
  const layers: FoldedDense[] = [];
  let carried = levels[0];
  for (let level = 1; level <= depth; level++) {
    room.work(carried.length);
    carried = carried.filter((units) => (lastUse.get(units) ?? 0) > level);
    const slots = slotsOf([...levels[level], ...carried], (units) => units.level === 0);
    room.work(slots.length * before.length);
    const layer = emptyLayer(slots, before, room);
    for (const { units, start, halves } of slots) {
      if (units.level === level && units.of) writeRows(layer, start, units.of, before, inputs, () => 1);
      else carry(layer, units, start, halves, before);
    }
    layers.push(rounded(layer));
    before = slots;
    carried = [...carried, ...levels[level]];
  }
  const last = emptyLayer(
    [{ units: { count: value.bias.length, level: 0, of: null }, start: 0, halves: false }],
    before,
    room,
  );
  const moved = { ...value, bias: value.bias.map((bias, i) => bias - outputs.centers[i]) };
  writeRows(last, 0, moved, before, inputs, scaled);
  return [...layers, rounded(last)];
}

/** All units that a value needs, by their level. */
function unitsByLevel(value: Affine, inputs: Units, room: Room): Units[][] {
  const found = new Set<Units>([inputs]);
  const waiting = [value];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    room.work(next.shares.size);
    for (const units of next.shares.keys()) {
      if (found.has(units)) continue;
      found.add(units);
      if (units.of) waiting.push(units.of);
    }
  }
  const levels: Units[][] = [];
  for (const units of found) {
    levels[units.level] ??= [];
    levels[units.level].push(units);
  }
  return levels;
}

/** In which layer each units are read last; the output is one more than the depth. */
function lastUses(value: Affine, levels: readonly Units[][], depth: number): Map<Units, number> {
  const last = new Map<Units, number>();
  for (const units of levels.flat()) {
    for (const used of units.of?.shares.keys() ?? [])
      last.set(used, Math.max(last.get(used) ?? 0, units.level));
  }
  for (const used of value.shares.keys()) last.set(used, depth + 1);
  return last;
}

function slotsOf(units: readonly Units[], areHalves: (units: Units) => boolean): Slot[] {
  let start = 0;
  return units.map((one) => {
    const slot = { units: one, start, halves: areHalves(one) };
    start += one.count * (slot.halves ? 2 : 1);
    return slot;
  });
}

const widthOf = (slots: readonly Slot[]): number =>
  slots.reduce((sum, { units, halves }) => sum + units.count * (halves ? 2 : 1), 0);

interface Layer {
  readonly rows: number;
  readonly columns: number;
  readonly weight: Float64Array;
  readonly bias: Float64Array;
}

function emptyLayer(slots: readonly Slot[], before: readonly Slot[], room: Room): Layer {
  const [rows, columns] = [widthOf(slots), widthOf(before)];
  room.take(2 * rows * columns);
  return { rows, columns, weight: new Float64Array(rows * columns), bias: new Float64Array(rows) };
}

/** The rows of a layer that are the elements of a value, each times a factor. */
function writeRows(
  { weight, bias, columns }: Layer,
  first: number,
  value: Affine,
  before: readonly Slot[],
  { centers, scales }: Scaling,
  factor: (i: number) => number,
): void {
  for (const { units, start, halves } of before) {
    const share = value.shares.get(units);
    if (!share) continue;
    const row = new Float64Array(units.count);
    for (let i = 0; i < value.bias.length; i++) {
      row.fill(0);
      addRow(share, i, units.count, factor(i), row, 0);
      const at = (first + i) * columns + start;
      for (let j = 0; j < units.count; j++) {
        if (row[j] === 0) continue;
        // Beyond the first layer the inputs are carried as they come, scaled.
        const entry = units.level === 0 ? row[j] * scales[j] : row[j];
        if (units.level === 0) bias[first + i] += row[j] * centers[j];
        weight[at + j] = entry;
        if (halves) weight[at + units.count + j] = -entry;
      }
    }
  }
  for (let i = 0; i < value.bias.length; i++) bias[first + i] += factor(i) * value.bias[i];
}

/** The rows that hand units on. */
function carry(
  { weight, columns }: Layer,
  units: Units,
  start: number,
  halves: boolean,
  before: readonly Slot[],
): void {
  const from = before.find((slot) => slot.units === units)!;
  for (let j = 0; j < units.count * (halves ? 2 : 1); j++) {
    const column = from.start + (from.halves ? j : j % units.count);
    weight[(start + j) * columns + column] = !from.halves && j >= units.count ? -1 : 1;
  }
}

const rounded = ({ rows, columns, weight, bias }: Layer): FoldedDense => ({
  kind: "dense",
  rows,
  columns,
  weight: Float32Array.from(weight),
  bias: Float32Array.from(bias),
});
