import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import type { Table } from "psilon";
import certifyRows, { type CertifyFindings, type CertifyTask } from "./certifyWorker.js";

/** Rows that are handed out at a time: whatever the threads, so that seeds and findings do not depend on them. */
const CHUNK = 16;

/**
 * The findings for `rows` of the table, in their order, `threads` chunks at a time; one chunk is done in this thread. After the signal no
 * chunk is begun, and the findings of those that are done are returned.
 */
export async function certifyInChunks(
  task: CertifyTask,
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
      const chunk = { ...task, table: rowsOf(table, chunks[index]) };
      found[index] = await (pool ? pool.run(chunk) : certifyRows(chunk));
      done += chunks[index].length;
      onRows(done);
    }
  };
  try {
    await Promise.all(Array.from({ length: pool ? threads : 1 }, lane));
  } finally {
    await pool?.destroy();
  }
  const joined = <T extends { readonly row: number }>(of: (findings: CertifyFindings) => T[]): T[] =>
    found.flatMap((findings, k) =>
      findings ? of(findings).map((one, i) => ({ ...one, row: table.firstRow + chunks[k][i] })) : [],
    );
  return { verdicts: joined((one) => one.verdicts), radii: joined((one) => one.radii) };
}

function startPool(threads: number): Piscina {
  return new Piscina({
    filename: fileURLToPath(new URL("./certifyWorker.js", import.meta.url)),
    minThreads: 0,
    maxThreads: threads,
  });
}

function rowsOf(table: Table, rows: Int32Array): Table {
  const columns = table.columns.map((cells) => Array.from(rows, (row) => cells[row]));
  return { ...table, columns, rowCount: rows.length };
}
