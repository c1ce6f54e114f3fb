import { freemem, totalmem } from "node:os";
import { InputError } from "psilon";
import type { Survey } from "./lookThrough.js";
import type { Plan } from "./readPlan.js";

const BYTES = { numbers: 8, dates: 8, categories: 4, booleans: 1, unread: 0 } as const satisfies Record<
  Plan["kind"],
  number
>;

/** Of what is free, the share that a table may take: what is done with it takes memory as well. */
const SHARE = 0.8;

/** Throws InputError where the table's columns, of so many of its rows, would not fit in memory; the system would end the process without a sentence. */
export function checkMemory(source: string, { plans, bytes, rowCount }: Survey, rows: number): void {
  const perRow = plans.reduce((sum, { kind }) => sum + BYTES[kind], 0);
  const needed = rows * perRow + bytes;
  // Elsewhere what the system would give up at once does not count as free. A container may have less than its machine.
  const free = process.platform === "linux" ? freemem() : totalmem();
  const left = Math.min(free, (process.constrainedMemory() || Infinity) - process.memoryUsage.rss());
  if (needed <= SHARE * left) return;
  const enough = Math.floor((rows * SHARE * left) / needed / 2);
  // One digit tells it as well.
  const digit = 10 ** Math.floor(Math.log10(Math.max(1, enough)));
  const some = Math.max(1, Math.floor(enough / digit) * digit);
  throw new InputError(
    `The table in ${source} has ${rowCount.toLocaleString("en-US")} rows and would take about ${megabytes(needed)} of memory, but this machine has only ${megabytes(left)} left; read some of its rows with --sample ${some}, leave columns out with --ignore, or free some memory.`,
  );
}

function megabytes(bytes: number): string {
  return `${Math.max(0, Math.ceil(bytes / 1e6)).toLocaleString("en-US")} MB`;
}
