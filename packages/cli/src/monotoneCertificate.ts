import { certifyMonotone, createBackend, type MonotoneFinding } from "psilon";
import { readModel } from "./data/modelFile.js";
import { exitCodes } from "./exitCodes.js";
import type { Io } from "./io.js";
import { modelColumns } from "./modelColumns.js";
import { monotoneColumns, monotoneIn } from "./monotoneColumns.js";
import { type ReadingFlags, readOptionsFor } from "./readingOptions.js";
import { monotoneFindingsText } from "./render/monotone.js";
import { readFrame } from "./tables/readFrame.js";
import { type Unseen, withUnseen } from "./unseen.js";

export interface MonotoneFlags extends ReadingFlags {
  readonly monotone: readonly string[];
  readonly seed?: number;
  readonly unseen: Unseen;
  readonly json?: true;
}

/** `psilon certify --monotone`: prints what was found of each column and returns the exit code. */
export async function certifyMonotoneColumns(
  path: string,
  data: string | undefined,
  flags: MonotoneFlags,
  io: Io,
): Promise<number> {
  const asked = monotoneColumns(flags.monotone);
  const model = withUnseen(await readModel(path), flags.unseen);
  const columns = monotoneIn(modelColumns(model), asked);
  const frame =
    data === undefined ? null : await readFrame(data, io, readOptionsFor(model.schema, flags, io));
  const findings = certifyMonotone(await createBackend(), model, columns, frame, flags.seed);
  const result = { model: path, data: frame?.origin.source ?? null, findings };
  io.stdout.write(
    flags.json ? `${JSON.stringify(result)}\n` : monotoneFindingsText(path, findings, model, frame !== null),
  );
  const some = (verdict: MonotoneFinding["verdict"]) => findings.some((one) => one.verdict === verdict);
  return some("refuted") ? exitCodes.refuted : some("unknown") ? exitCodes.unknown : exitCodes.ok;
}
