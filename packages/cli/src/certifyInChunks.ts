import type { Table } from "psilon";
import {
  type CertifyFindings,
  type CertifyQuestion,
  type CertifyTask,
  certifyRows,
} from "./certifyWorker.js";
import { createPool, runInThread, type TaskHooks } from "./threads.js";

/** Rows that are handed out at a time: whatever the threads, so that seeds and findings do not depend on them. */
const CHUNK = 16;

/**
 * The findings for `rows` of the table, in their order, `threads` chunks at a time. One chunk is done in this thread, unless a solver
 * would keep it from hearing Ctrl-C. After the signal the findings so far are returned. Progress is told in rows.
 */
export async function certifyInChunks(
  question: CertifyQuestion,
  table: Table,
  rows: Int32Array,
  threads: number,
  { signal, onProgress }: TaskHooks,
): Promise<CertifyFindings> {
  const chunks = Array.from({ length: Math.ceil(rows.length / CHUNK) }, (_, k) =>
    rows.slice(k * CHUNK, (k + 1) * CHUNK),
  );
  const isLong = chunks.length > 1 || typeof question.verdicts?.exactSeconds === "number";
  const pool = isLong ? createPool("./certifyWorker.js", threads) : null;
  const found = new Array<CertifyFindings | null>(chunks.length).fill(null);
  let next = 0;
  let done = 0;
  const lane = async () => {
    while (next < chunks.length && !signal.aborted) {
      const index = next++;
      let told = 0;
      const report = (count: number) => {
        done += count - told;
        told = count;
        onProgress(done);
      };
      const task = { ...question, ...partOf(table, chunks[index]) };
      const findings = pool
        ? await runInThread<CertifyTask, CertifyFindings>(pool, task, signal, report)
        : await certifyRows(task, { signal, onProgress: report });
      report(findings.verdicts.length + findings.radii.length);
      found[index] = findings;
    }
  };
  try {
    onProgress(0);
    await Promise.all(Array.from({ length: pool ? threads : 1 }, lane));
  } finally {
    await pool?.destroy();
  }
  return {
    verdicts: found.flatMap((findings) => findings?.verdicts ?? []),
    radii: found.flatMap((findings) => findings?.radii ?? []),
  };
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
