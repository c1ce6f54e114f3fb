import { freemem, totalmem } from "node:os";
import { getHeapStatistics } from "node:v8";
import { InputError } from "psilon";
import { lastingHeap } from "../heap.js";
import type { Survey } from "./lookThrough.js";
import { MOST_TEXTS } from "./readings.js";
import type { Plan } from "./readPlan.js";

const BYTES = { numbers: 8, dates: 8, categories: 4, booleans: 1, unread: 0 } as const satisfies Record<
  Plan["kind"],
  number
>;

/**
 * Bytes that learning takes beside a cell: float32 numbers and codes of all rows, the same rows as they are split, and both again where all
 * threads read them. A date becomes a number and up to three codes.
 */
const LEARNING = {
  numbers: 16,
  dates: 64,
  categories: 16,
  booleans: 16,
  unread: 0,
} as const satisfies Record<Plan["kind"], number>;

/** Bytes beside a row: its place in the parts and their orders, and columns that are looked at one by one. */
const LEARNING_ROW = 150;

/** A network's memory holds the numbers of a table without categories once more, for each that is trained at a time. */
const DENSE = 4;

/** Bytes of a linear model's numbers, of which there are no more than `LINEAR_CELLS`. */
const LINEAR = 20;
const LINEAR_CELLS = 2e7;

/** Of what is free, the share that a table may take: what else is done takes memory as well. */
const SHARE = 0.8;

/** What is to be done with a table, as far as its memory depends on it. */
export interface Use {
  /** Whether every row is wanted, so that what is too large cannot be sampled. */
  readonly isWhole?: boolean | undefined;
  /** How many networks will learn from the rows at a time, which takes several times as much. Default: none. */
  readonly learners?: number | undefined;
}

/**
 * Throws InputError where the table's columns, of so many of its rows, would not fit in memory; the system would end the process without a
 * sentence.
 */
export function checkMemory(
  source: string,
  { plans, bytes: all, rowCount }: Survey,
  rows: number,
  { isWhole = false, learners = 0 }: Use,
): void {
  // Of texts that are all different, no more than there are rows.
  const bytes = all * Math.min(1, rows / Math.min(rowCount, MOST_TEXTS));
  checkTexts(source, bytes);
  const needed =
    rows * bytesOf(plans, BYTES) + bytes + (learners === 0 ? 0 : learning(plans, rows, learners));
  // Elsewhere what the system would give up at once does not count as free. A container may have less than its machine.
  const free = process.platform === "linux" ? freemem() : totalmem();
  const left = Math.min(free, (process.constrainedMemory() || Infinity) - process.memoryUsage.rss());
  if (needed <= SHARE * left) return;
  const enough = Math.floor((rows * SHARE * left) / needed / 2);
  // One digit tells it as well.
  const digit = 10 ** Math.floor(Math.log10(Math.max(1, enough)));
  const some = Math.max(1, Math.floor(enough / digit) * digit);
  throw new InputError({
    code: "out-of-memory",
    found: `The table in ${source} has ${rowCount.toLocaleString("en-US")} rows and would take about ${megabytes(needed)} of memory${learners === 0 ? "" : " to learn from"}, but this machine has only ${megabytes(left)} left`,
    where: { source },
    remedy: `${isWhole ? "give it a part of the rows at a time" : `read some of its rows with --sample ${some}, leave columns out with --ignore`}, or free some memory`,
  });
}

/** Of the memory in which Node keeps texts, the share that they may take by their bytes in a file: some letters take twice as many here. */
const TEXTS = 0.5;

/** By what the program's own bytes differ from one run to the next, and more. */
const MARGIN = 24 * 2 ** 20;

/** Throws InputError where the texts would not fit in what Node gives, however much the machine has. */
function checkTexts(source: string, bytes: number): void {
  const { used_heap_size: used } = getHeapStatistics();
  const left = lastingHeap() - used;
  if (bytes <= TEXTS * left) return;
  const enough = Math.ceil((used + bytes / TEXTS + MARGIN) / 2 ** 20);
  throw new InputError({
    code: "out-of-memory",
    found: `The different texts in ${source} would take about ${megabytes(bytes / TEXTS)} of memory, but Node gives only ${megabytes(left)}`,
    where: { source },
    remedy: `allow more with NODE_OPTIONS=--max-old-space-size=${enough}, or leave columns of text out`,
  });
}

const bytesOf = (plans: readonly Plan[], bytes: Readonly<Record<Plan["kind"], number>>): number =>
  plans.reduce((sum, { kind }) => sum + bytes[kind], 0);

function learning(plans: readonly Plan[], rows: number, learners: number): number {
  const columns = plans.filter(({ kind }) => kind !== "unread");
  const isDense = columns.every(({ kind }) => kind === "numbers" || kind === "booleans");
  const perRow = LEARNING_ROW + bytesOf(plans, LEARNING) + (isDense ? DENSE * learners * columns.length : 0);
  return rows * perRow + LINEAR * Math.min(LINEAR_CELLS, rows * columns.length);
}

function megabytes(bytes: number): string {
  return `${Math.max(0, Math.ceil(bytes / 1e6)).toLocaleString("en-US")} MB`;
}
