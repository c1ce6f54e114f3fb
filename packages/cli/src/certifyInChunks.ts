import { type Frame, sliceFrame } from "psilon";
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
  frame: Frame,
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
      const task = { ...question, parts: partsOf(frame, chunks[index]) };
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

/** The rows alone, as one small table for each stretch of rows that follow one another: rows keep the numbers a person would give them. */
function partsOf(frame: Frame, rows: Int32Array): Frame[] {
  const starts = [...rows.keys()].filter((i) => i === 0 || rows[i] !== rows[i - 1] + 1);
  return starts.map((start, k) => {
    const rowCount = (starts[k + 1] ?? rows.length) - start;
    return sliceFrame(frame, rows[start], rowCount);
  });
}
