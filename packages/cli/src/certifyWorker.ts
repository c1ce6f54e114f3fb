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

/** What is to be found for the rows of a table. Plain data. */
export interface CertifyTask {
  readonly model: TabularModel;
  /** One of the two. */
  readonly verdicts?: Pick<CertifyOptions, "moves" | "tolerance" | "exactSeconds" | "seed">;
  readonly radii?: Pick<RadiusOptions, "tolerance" | "fixed" | "alone">;
}

export interface CertifyFindings {
  readonly verdicts: RowCertificate[];
  readonly radii: RowRadius[];
}

/** One for all chunks that this thread is given. */
let backend: Promise<Backend> | null = null;

/** Certifies the rows of a table, here or in a worker thread. */
export default async function certifyRows({
  model,
  table,
  verdicts,
  radii,
}: CertifyTask & { readonly table: Table }): Promise<CertifyFindings> {
  backend ??= createBackend();
  return {
    verdicts: verdicts ? await certifyTable(await backend, model, table, verdicts) : [],
    radii: radii ? await certifiedRadii(model, table, radii) : [],
  };
}
