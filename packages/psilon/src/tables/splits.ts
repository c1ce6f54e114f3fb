import { aCount, asGiven, checkArgument, isObject, type Kind } from "../arguments.js";
import type { Random } from "../engine/random/random.js";
import { shuffle } from "../engine/random/shuffle.js";
import { InputError } from "../errors.js";

/** Two parts of the rows 0 … n − 1, each ascending; in time there may be rows after both. */
export interface Split {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/**
 * Sets a share of n rows aside, drawn at random; at least one row on either side.
 *
 * `fraction`: in (0, 1). `labels`: with them, the classes' shares are the same in both parts to within a row, and every
 * class has a row in the train part, a class of two rows both where others can be held out. Throws InputError where that
 * leaves no row to hold out.
 */
export function holdout(n: number, fraction: number, random: Random, labels?: Int32Array): Split {
  checkRowCount(n);
  checkFraction(fraction);
  if (n < 2) {
    throw new InputError({
      code: "empty-part",
      found: `There ${n === 1 ? "is 1 row" : "are no rows"}, and a split needs at least 2`,
    });
  }
  const classes = rowsByClass(n, random, labels);
  // The first of each class stays, and where others can go both of a class of two, since one row alone is no class to learn.
  // The rest stand class after class, and those taken lie evenly along the line.
  const ofTwo = classes.some((rows) => rows.length > 2) ? 2 : 1;
  const line = classes.flatMap((rows) => rows.slice(rows.length === 2 ? ofTwo : 1));
  if (line.length === 0) {
    throw new InputError({
      code: "empty-part",
      found: "Every class has a single row, so none can be held out",
    });
  }
  const wanted = Math.min(Math.max(1, Math.round(n * fraction)), line.length);
  const isTest = new Uint8Array(n);
  const offset = random.next();
  for (let taken = 0; taken < wanted; taken++)
    isTest[line[Math.floor(((taken + offset) * line.length) / wanted)]] = 1;
  return splitBy(n, (row) => isTest[row] === 1);
}

/**
 * k splits of n rows whose test parts are disjoint, cover all rows and differ by at most one row in size. With `labels`
 * each class, too, is dealt out to within a row, so that a class of two rows or more is in every train part. Throws
 * InputError for a k that is not a whole number from 2 to n.
 */
export function kFolds(n: number, k: number, random: Random, labels?: Int32Array): Split[] {
  checkRowCount(n);
  checkFolds(k, n, "rows");
  const fold = new Int32Array(n);
  rowsByClass(n, random, labels)
    .flat()
    .forEach((row, place) => {
      fold[row] = place % k;
    });
  return Array.from({ length: k }, (_, test) => splitBy(n, (row) => fold[row] === test));
}

/**
 * One split per list of test rows, counted from 0 in the order of the table. Throws InputError for a list that is empty,
 * names a row twice or one that is not there, or leaves nothing to train on.
 */
export function splitsFromTestRows(n: number, testRows: readonly (readonly number[])[]): Split[] {
  checkRowCount(n);
  if (!Array.isArray(testRows) || testRows.length === 0 || !testRows.every(Array.isArray)) {
    throw new InputError({
      code: "wrong-type",
      found: "Splits are given as a list of lists of test rows, with one list at least",
    });
  }
  return testRows.map((rows, index) => {
    const name = `Split ${index + 1}`;
    const isTest = new Uint8Array(n);
    for (const row of rows) {
      if (!(Number.isInteger(row) && row >= 0 && row < n)) {
        throw new InputError({
          code: "unknown-row",
          found: `${name} names the test row ${row}, but the rows are numbered from 0 to ${n - 1}`,
          value: String(row),
        });
      }
      if (isTest[row] === 1) {
        throw new InputError({
          code: "named-twice",
          found: `${name} names the test row ${row} twice`,
          where: { row },
        });
      }
      isTest[row] = 1;
    }
    if (rows.length === 0) {
      throw new InputError({ code: "empty-part", found: `${name} has no test rows` });
    }
    if (rows.length === n) {
      throw new InputError({
        code: "empty-part",
        found: `${name} has all ${n} rows for testing and none to train on`,
      });
    }
    return splitBy(n, (row) => isTest[row] === 1);
  });
}

const checkRowCount = (n: unknown): void => checkArgument("number of rows", n, aCount);

/** Throws InputError for a share that is none of the rows, or all. */
export function checkFraction(fraction: number): void {
  if (fraction > 0 && fraction < 1) return;
  throw new InputError({
    code: "out-of-range",
    found: `The share of rows to hold out is between 0 and 1, but ${asGiven(fraction)} was given`,
    value: String(fraction),
  });
}

/** Throws InputError for a number of folds that is not a whole number from 2 to the number of what is dealt out to them. */
export function checkFolds(k: number, most: number, dealt: "rows" | "groups"): void {
  if (Number.isInteger(k) && k >= 2 && k <= most) return;
  throw new InputError({
    code: "out-of-range",
    found: `The number of folds is a whole number from 2 to the number of ${dealt}, ${most}, but ${asGiven(k)} was given`,
    value: String(k),
  });
}

/** The rows at the given places: `pick(rows, split.train)` for a split of `rows.length` rows. */
export function pick(rows: Int32Array, places: Int32Array): Int32Array {
  return places.map((place) => rows[place]);
}

/**
 * Splits of ascending `rows`, of which some may stand there several times, as places: all copies of a row are in one part, for a
 * network that has learned one would know the others.
 *
 * `labels`: one per place. `split`: splits the different rows, given with their labels.
 */
export function splitCopies(
  rows: Int32Array,
  labels: Int32Array | undefined,
  split: (rows: Int32Array, labels: Int32Array | undefined) => readonly Split[],
): Split[] {
  const places = Int32Array.from(rows.keys());
  const firsts = places.filter((place) => rows[place] !== rows[place - 1]);
  const splits = split(pick(rows, firsts), labels && pick(labels, firsts));
  const copiesOf = (some: Int32Array) => {
    const isIn = new Uint8Array(rows.length === 0 ? 0 : rows[rows.length - 1] + 1);
    for (const first of some) isIn[rows[firsts[first]]] = 1;
    return places.filter((place) => isIn[rows[place]] === 1);
  };
  return splits.map(({ train, test }) => ({ train: copiesOf(train), test: copiesOf(test) }));
}

const aRandom: Kind = {
  name: "one",
  is: (value) => isObject(value) && "next" in value && "uint32" in value,
  remedy: "make one by createRandom of psilon/engine",
};

/** Throws InputError for what draws no random numbers. */
export const checkRandom = (random: unknown): void =>
  checkArgument("generator of random numbers", random, aRandom);

/** The rows in random order, class by class where there are labels. */
function rowsByClass(n: number, random: Random, labels: Int32Array | undefined): number[][] {
  checkRandom(random);
  const rows = Array.from({ length: n }, (_, row) => row);
  if (!labels) return [shuffle(rows, random)];
  const classes = new Map<number, number[]>();
  for (const row of rows) {
    const members = classes.get(labels[row]);
    if (members) members.push(row);
    else classes.set(labels[row], [row]);
  }
  // By label, not by first row, so that the split does not depend on how the table is sorted.
  return [...classes].sort(([a], [b]) => a - b).map(([, members]) => shuffle(members, random));
}

/** The rows for which it holds to test on, all others to train on. */
export function splitBy(n: number, isTest: (row: number) => boolean): Split {
  const rows = new Int32Array(n);
  let train = 0;
  let test = n;
  // Test rows from the end on, the last one first.
  for (let row = 0; row < n; row++) rows[isTest(row) ? --test : train++] = row;
  return { train: rows.slice(0, train), test: rows.slice(test).reverse() };
}
