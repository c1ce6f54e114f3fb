import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import { InputError, type Table } from "psilon";
import {
  type CertifyFindings,
  type CertifyQuestion,
  type CertifyTask,
  certifyRows,
} from "./certifyWorker.js";
import type { Refusal } from "./worker.js";

/** Rows that are handed out at a time: whatever the threads, so that seeds and findings do not depend on them. */
const CHUNK = 16;

/**
 * The findings for `rows` of the table, in their order, `threads` chunks at a time; one chunk is done in this thread. After the signal no
 * chunk is begun, and the findings of those that are done are returned.
 */
export async function certifyInChunks(
  question: CertifyQuestion,
  table: Table,
  rows: Int32Array,
  threads: number,
  { signal, onRows }: { readonly signal: AbortSignal; readonly onRows: (done: number) => void },
): Promise<CertifyFindings> {
  const chunks = Array.from({ length: Math.ceil(rows.length / CHUNK) }, (_, k) =>
    rows.slice(k * CHUNK, (k + 1) * CHUNK),
  );
  const pool = chunks.length > 1 ? startPool(threads) : null;
  const found = new Array<CertifyFindings | null>(chunks.length).fill(null);
  let next = 0;
  let done = 0;
  const lane = async () => {
    while (next < chunks.length && !signal.aborted) {
      const index = next++;
      const task = { ...question, ...partOf(table, chunks[index]) };
      found[index] = await (pool ? runIn(pool, task) : certifyRows(task));
      done += chunks[index].length;
      onRows(done);
    }
  };
  try {
    await Promise.all(Array.from({ length: pool ? threads : 1 }, lane));
  } finally {
    await pool?.destroy();
  }
  return {
    verdicts: found.flatMap((findings) => findings?.verdicts ?? []),
    radii: found.flatMap((findings) => findings?.radii ?? []),
  };
}

function startPool(threads: number): Piscina {
  return new Piscina({
    filename: fileURLToPath(new URL("./certifyWorker.js", import.meta.url)),
    minThreads: 0,
    maxThreads: threads,
  });
}

async function runIn(pool: Piscina, task: CertifyTask): Promise<CertifyFindings> {
  const result: CertifyFindings | Refusal = await pool.run(task);
  if ("refusal" in result) throw new InputError(result.refusal);
  return result;
}

/** The table from the first of the rows to the last, all with the numbers that a person would give them, and the rows' places in it. */
function partOf(table: Table, rows: Int32Array): { readonly table: Table; readonly rows: Int32Array } {
  const first = Math.min(...rows);
  const end = Math.max(...rows) + 1;
  const columns = table.columns.map((cells) => cells.slice(first, end));
  return {
    table: { ...table, columns, rowCount: end - first, firstRow: table.firstRow + first },
    rows: rows.map((row) => row - first),
  };
}
