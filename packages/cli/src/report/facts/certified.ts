import {
  type Backend,
  type CertifiedShare,
  certifiedAccuracy,
  type Frame,
  guaranteeOf,
  type RowRadius,
  rightRows,
  type TableGuarantee,
  type TabularModel,
  type Tolerance,
} from "psilon";
import { accuracyCurve, RADII } from "../../accuracyCurve.js";
import { certifyInChunks } from "../../certifyInChunks.js";
import type { Looking } from "./looking.js";

/** How far numbers may move for sure before predictions change. */
export interface CertifiedFacts {
  readonly guarantee: TableGuarantee | null;
  /** Null for numbers without a tolerance, by which they could be right or wrong. */
  readonly radii: {
    readonly tolerance: Tolerance | null;
    /** Rows that were looked at, and among how many they were drawn. */
    readonly rows: number;
    readonly drawnFrom: number;
    readonly each: readonly RowRadius[];
    /** Shares of the rows looked at. */
    readonly shares: readonly CertifiedShare[];
    /** The same at every radius at which one changes. */
    readonly curve: readonly CertifiedShare[];
  } | null;
}

export async function certifiedFacts(
  backend: Backend,
  model: TabularModel,
  frame: Frame,
  looking: Looking,
): Promise<CertifiedFacts> {
  const { labelled, drawn, tolerance, threads, signal, onProgress } = looking;
  const guarantee = await guaranteeOf(backend, model, frame, { rows: labelled, signal });
  if (model.target.task === "regression" && tolerance === undefined) return { guarantee, radii: null };
  const { radii } = await certifyInChunks({ model, radii: { tolerance } }, frame, drawn, threads, {
    signal,
    onProgress: (done) => onProgress("Certifying", done, drawn.length),
  });
  const right = rightRows(backend, model, frame, drawn, tolerance);
  return {
    guarantee,
    radii: {
      tolerance: tolerance ?? null,
      rows: radii.length,
      drawnFrom: labelled.length,
      each: radii,
      shares: certifiedAccuracy(radii, right, RADII),
      curve: accuracyCurve(radii, right),
    },
  };
}
