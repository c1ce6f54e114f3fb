import {
  type Backend,
  type CertifyOptions,
  certifiedRadii,
  certifyTable,
  createBackend,
  type RadiusOptions,
  type RowCertificate,
  type RowRadius,
  type Table,
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
  readonly table: Table;
  readonly rows: Int32Array;
}

export interface CertifyFindings {
  readonly verdicts: RowCertificate[];
  readonly radii: RowRadius[];
}

/** One for all chunks that this thread is given. */
let backend: Promise<Backend> | null = null;

/** Certifies the rows in this thread; after the signal, those done so far. Progress is told in rows. */
export async function certifyRows(
  { model, table, rows, verdicts, radii }: CertifyTask,
  { signal, onProgress }: TaskHooks,
): Promise<CertifyFindings> {
  backend ??= createBackend();
  const more = { rows, signal, onRow: onProgress };
  return {
    verdicts: verdicts ? await certifyTable(await backend, model, table, { ...verdicts, ...more }) : [],
    radii: radii ? await certifiedRadii(model, table, { ...radii, ...more }) : [],
  };
}

/** The same in a worker thread; see `certifyInChunks`. */
export default function work({ task, port }: Errand<CertifyTask>) {
  return answer(port, (hooks) => certifyRows(task, hooks));
}
