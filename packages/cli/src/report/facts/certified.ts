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
  const isOfNumbers = model.target.task === "regression";
  const ofNumbers = isOfNumbers ? await guaranteeOf(backend, model, frame, { rows: labelled, signal }) : null;
  if (isOfNumbers && tolerance === undefined) return { guarantee: ofNumbers, radii: null };
  const { radii } = await certifyInChunks({ model, radii: { tolerance } }, frame, drawn, threads, {
    signal,
    onProgress: (done) => onProgress("Certifying", done, drawn.length),
  });
  const right = rightRows(backend, model, frame, drawn, tolerance);
  return {
    guarantee: ofNumbers ?? guaranteeIn(radii, right, labelled.length),
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

/** Standard deviations, of which a guarantee tells how many rows are certified at them. */
const RADIUS = 0.1;

/** What holds for half of the rows whose radii are known, and at 0.1, so that one sample tells all of classes; null where there are no rows. */
export function guaranteeIn(
  radii: readonly RowRadius[],
  right: ReadonlyMap<number, boolean>,
  drawnFrom: number,
): TableGuarantee | null {
  const [share] = certifiedAccuracy(radii, right, [RADIUS]);
  if (share === undefined) return null;
  const far = Float64Array.from(radii, ({ together }) => together ?? -1).sort();
  const middle = far[Math.floor(far.length / 2)];
  const { certified, certifiedAndRight } = share;
  return {
    norm: "inf",
    units: "standard deviations",
    arithmetic: "float32",
    radius: RADIUS,
    rows: radii.length,
    drawnFrom,
    numbers: [],
    classes: { middleRadius: middle < 0 ? null : middle, certified, certifiedAndRight },
  };
}
