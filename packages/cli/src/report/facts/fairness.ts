import type { Frame, Move, RowCertificate, TabularModel, Tolerance } from "psilon";
import { certifyInChunks } from "../../certifyInChunks.js";
import type { Looking } from "./looking.js";

/** What becomes of predictions when one column alone changes. */
export interface FairnessFacts {
  readonly column: string;
  readonly move: Move;
  readonly tolerance: Tolerance | null;
  /** Rows that were looked at, and among how many they were drawn. */
  readonly rows: number;
  readonly drawnFrom: number;
  readonly certified: number;
  /** Rows with a counterexample, which was predicted. */
  readonly refuted: readonly RowCertificate[];
  /** The numbers of rows of which neither was found. */
  readonly unknown: readonly number[];
}

export async function fairnessFacts(
  model: TabularModel,
  frame: Frame,
  { labelled, drawn, tolerance, fair, seed, threads, signal, onProgress }: Looking,
): Promise<FairnessFacts[]> {
  const found: FairnessFacts[] = [];
  for (const [column, move] of Object.entries(fair)) {
    const moves = { move: { [column]: move } };
    const question = { model, verdicts: { moves, tolerance, exactSeconds: null, seed } };
    const { verdicts } = await certifyInChunks(question, frame, drawn, threads, {
      signal,
      onProgress: (done) => onProgress(`Changing ${column}`, done, drawn.length),
    });
    const of = (verdict: RowCertificate["verdict"]) => verdicts.filter((one) => one.verdict === verdict);
    found.push({
      column,
      move,
      tolerance: tolerance ?? null,
      rows: verdicts.length,
      drawnFrom: labelled.length,
      certified: of("certified").length,
      refuted: of("refuted"),
      unknown: of("unknown").map(({ row }) => row),
    });
  }
  return found;
}
