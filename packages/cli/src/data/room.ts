import { stat } from "node:fs/promises";
import { freemem, totalmem } from "node:os";
import { getHeapStatistics } from "node:v8";
import { InputError } from "psilon";
import { readHead } from "./head.js";

/** Bytes from which the cells of the whole file are estimated. */
const SAMPLE = 250_000;

/** What V8 keeps free to collect garbage; so multiplied, tables of all shapes that were tried could be read within 0.9 of the estimate. */
const SLACK = 1.25;

/** Of the heap's limit, what V8 sets aside for what is young. */
const YOUNG = 48 * 2 ** 20;

/** Bytes of the program itself. */
const { used_heap_size: PROGRAM } = getHeapStatistics();

/** By what the program's own bytes differ from one run to the next, and more. */
const MARGIN = 16 * 2 ** 20;

/** Bytes of a cell's place in its column, an array that grows by copying. */
export const PLACE = 16;

/**
 * Throws InputError where the table in the file would not fit in memory, as its first part tells, which `cellsIn` cuts into cells: V8
 * would end the process without a sentence.
 */
export async function checkRoom(
  path: string,
  source: string,
  cellsIn: (text: string) => readonly string[],
): Promise<void> {
  const [head, { size }] = [await readHead(path, SAMPLE), await stat(path)];
  const bytes = cellsIn(head).reduce((sum, cell) => sum + bytesOf(cell), 0);
  refuseBeyondRoom(source, (size / head.length) * bytes);
}

/** Its place and, but for an empty one and a single letter, a string: 16 bytes and its letters. */
function bytesOf(cell: string): number {
  if (cell.length < 2) return PLACE;
  // Two bytes a letter where one of them needs it.
  const width = /[\u0080-\u00ff]/.test(cell) ? 2 : 1;
  return PLACE + 16 + 8 * Math.ceil((width * cell.length) / 8);
}

/** Throws InputError where a table of so many bytes does not fit in memory. */
export function refuseBeyondRoom(source: string, bytes: number): void {
  const needed = SLACK * bytes;
  const heap = getHeapStatistics().heap_size_limit - YOUNG - PROGRAM;
  // Elsewhere what the system would give up at once does not count as free. A container may have less than its machine.
  const free = process.platform === "linux" ? freemem() : totalmem();
  const machine = Math.min(free, (process.constrainedMemory() || Infinity) - process.memoryUsage.rss());
  if (needed <= Math.min(heap, machine)) return;
  const enough = Math.ceil((needed + PROGRAM + MARGIN) / 2 ** 20);
  throw new InputError(
    `The table in ${source} would take about ${megabytes(needed)} of memory, but ` +
      (needed <= machine
        ? `Node gives only ${megabytes(heap)}; allow more with NODE_OPTIONS=--max-old-space-size=${enough}, or leave rows or columns out of the file.`
        : `this machine has only ${megabytes(machine)} left; leave rows or columns out of the file, or free some memory.`),
  );
}

function megabytes(bytes: number): string {
  return `${Math.max(0, Math.ceil(bytes / 1e6)).toLocaleString("en-US")} MB`;
}
