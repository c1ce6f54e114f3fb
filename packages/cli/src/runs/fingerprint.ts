import type { Frame } from "psilon";
import { hashOfRows } from "../contentHash.js";

/** By what a table is known again, wherever it lies. */
export interface DataFingerprint {
  /** As a person names it. */
  readonly source: string;
  /** SHA-256 over all its cells. */
  readonly hash: string;
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly kind: string }[];
}

export function fingerprintOf(frame: Frame): DataFingerprint {
  return {
    source: frame.origin.source,
    hash: hashOfRows(frame),
    rows: frame.rowCount,
    columns: frame.columns.map(({ name, kind }) => ({ name, kind })),
  };
}
