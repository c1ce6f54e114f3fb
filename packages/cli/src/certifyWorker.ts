import {
  type Backend,
  type CertifyOptions,
  certifiedRadii,
  certifyTable,
  createBackend,
  InputError,
  type RadiusOptions,
  type RowCertificate,
  type RowRadius,
  type Table,
  type TabularModel,
} from "psilon";
import type { Refusal } from "./worker.js";

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

/** Certifies the rows in this thread. */
export async function certifyRows(task: CertifyTask): Promise<CertifyFindings> {
  const { model, table, rows, verdicts, radii } = task;
  backend ??= createBackend();
  return {
    verdicts: verdicts ? await certifyTable(await backend, model, table, { ...verdicts, rows }) : [],
    radii: radii ? await certifiedRadii(model, table, { ...radii, rows }) : [],
  };
}

/** The same in a worker thread; see `certifyInChunks`. */
export default async function work(task: CertifyTask): Promise<CertifyFindings | Refusal> {
  try {
    return await certifyRows(task);
  } catch (error) {
    if (error instanceof InputError) return { refusal: error.message };
    throw error;
  }
}
