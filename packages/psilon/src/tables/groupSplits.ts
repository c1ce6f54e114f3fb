import type { Random } from "../engine/random/random.js";
import { shuffle } from "../engine/random/shuffle.js";
import { InputError } from "../errors.js";
import { checkFolds, checkFraction, type Split, splitBy } from "./splits.js";

/**
 * k splits whose test parts are disjoint and cover all rows, each of whole groups: rows of one group are on one side. `groups`: the group of
 * each row, numbered from 0. Parts are as even in rows, and with `labels` in each class, as the groups allow. Throws InputError for a k that
 * is not a whole number from 2 to the number of groups.
 */
export function groupFolds(groups: Int32Array, k: number, random: Random, labels?: Int32Array): Split[] {
  const members = rowsByGroup(groups);
  checkFolds(k, members.length, "groups");
  const fold = deal(members, groups.length, new Array<number>(k).fill(1 / k), random, labels);
  return Array.from({ length: k }, (_, test) => splitBy(groups.length, (row) => fold[row] === test));
}

/** Whole groups set aside that have about a share of the rows, and with `labels` of each class; at least one group on either side. */
export function groupHoldout(
  groups: Int32Array,
  fraction: number,
  random: Random,
  labels?: Int32Array,
): Split {
  checkFraction(fraction);
  const members = rowsByGroup(groups);
  if (members.length < 2) {
    throw new InputError({
      code: "empty-part",
      found: `The rows to split are of ${members.length === 1 ? "a single group" : "no group"}, and a split needs at least 2`,
      remedy: "split them without groups, or add rows of others",
    });
  }
  const part = deal(members, groups.length, [1 - fraction, fraction], random, labels);
  return splitBy(groups.length, (row) => part[row] === 1);
}

function rowsByGroup(groups: Int32Array): number[][] {
  const members: number[][] = [];
  for (const [row, group] of groups.entries()) {
    members[group] ??= [];
    members[group].push(row);
  }
  return members;
}

/**
 * The part of each row: groups are dealt out one after the other, large ones first and those of about one size in random order, each to the
 * part p where Σ_c n_pc² / (N_c²·share_p) grows least, over the classes c and all rows as one more. Every part gets a group.
 */
function deal(
  members: readonly (readonly number[])[],
  rows: number,
  shares: readonly number[],
  random: Random,
  labels: Int32Array | undefined,
): Int32Array {
  const order = shuffle([...members], random).sort((a, b) => magnitude(b) - magnitude(a));
  const totals = countsOf(
    Array.from({ length: rows }, (_, row) => row),
    labels,
  );
  const parts = shares.map((share) => ({
    share,
    counts: new Map<number, number>(),
    groups: [] as number[][],
  }));
  for (const group of order) {
    const counts = [...countsOf(group, labels)];
    const growth = ({ share, counts: held }: (typeof parts)[number]) =>
      counts.reduce((sum, [label, count]) => {
        const total = totals.get(label) ?? 0;
        return sum + (count * (2 * (held.get(label) ?? 0) + count)) / (total * total * share);
      }, 0);
    const costs = parts.map(growth);
    const best = parts[costs.indexOf(Math.min(...costs))];
    best.groups.push([...group]);
    for (const [label, count] of counts) best.counts.set(label, (best.counts.get(label) ?? 0) + count);
  }
  // A small share may have been too little for any.
  for (const empty of parts.filter(({ groups }) => groups.length === 0)) {
    const fullest = parts.reduce((a, b) => (b.groups.length > a.groups.length ? b : a));
    empty.groups.push(...fullest.groups.splice(-1));
  }
  const part = new Int32Array(rows);
  for (const [p, { groups }] of parts.entries()) for (const row of groups.flat()) part[row] = p;
  return part;
}

/** Groups of which one is not twice as large as the other have the same. */
const magnitude = ({ length }: readonly number[]): number => 31 - Math.clz32(length);

const ALL_ROWS = -1;

/** By class, and of all together. */
function countsOf(rows: readonly number[], labels: Int32Array | undefined): Map<number, number> {
  const counts = new Map([[ALL_ROWS, rows.length]]);
  if (labels) for (const row of rows) counts.set(labels[row], (counts.get(labels[row]) ?? 0) + 1);
  return counts;
}
