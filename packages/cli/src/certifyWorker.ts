import {
  type Backend,
  type CertifyOptions,
  certifiedRadii,
  certifyTable,
  createBackend,
  type Frame,
  type RadiusOptions,
  type RowCertificate,
  type RowRadius,
  type TabularModel,
} from "psilon";
import { answer, type Errand, type TaskHooks } from "./threads.js";

/** What is to be found for rows of a table. Plain data. */
export interface CertifyQuestion {
  readonly model: TabularModel;
  /** One of the two. */
  readonly verdicts?: Pick<CertifyOptions, "moves" | "tolerance" | "exactSeconds" | "seed">;
  readonly radii?: Pick<RadiusOptions, "tolerance" | "fixed" | "alone">;
}

export interface CertifyTask extends CertifyQuestion {
  /** All rows of these, which are parts of one table. */
  readonly parts: readonly Frame[];
}

export interface CertifyFindings {
  readonly verdicts: RowCertificate[];
  readonly radii: RowRadius[];
}

/** One for all chunks that this thread is given. */
let backend: Promise<Backend> | null = null;

/** Certifies the rows in this thread; after the signal, those done so far. Progress is told in rows. */
export async function certifyRows(
  { model, parts, verdicts, radii }: CertifyTask,
  { signal, onProgress }: TaskHooks,
): Promise<CertifyFindings> {
  backend ??= createBackend();
  const found: CertifyFindings = { verdicts: [], radii: [] };
  for (const frame of parts) {
    if (signal.aborted) break;
    const before = found.verdicts.length + found.radii.length;
    const more = { signal, onRow: (done: number) => onProgress(before + done) };
    if (verdicts) {
      found.verdicts.push(...(await certifyTable(await backend, model, frame, { ...verdicts, ...more })));
    }
    if (radii) found.radii.push(...(await certifiedRadii(model, frame, { ...radii, ...more })));
  }
  return found;
}

/** The same in a worker thread; see `certifyInChunks`. */
export default function work({ task, port }: Errand<CertifyTask>) {
  return answer(port, (hooks) => certifyRows(task, hooks));
}
