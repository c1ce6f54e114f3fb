import type { DuckDBConnection } from "@duckdb/node-api";
import { type Frame, InputError } from "psilon";
import { inOptions } from "../remedies.js";
import type { Objective } from "../sweeps/objective.js";
import { fingerprintOf } from "./fingerprint.js";
import { insert } from "./insert.js";
import { markKilled } from "./killed.js";
import { insertObjectives } from "./objectives.js";
import { insertPart, type Part } from "./parts.js";
import { PATIENCE, recorderOf } from "./recorder.js";
import { begunRow, commonOf, insertDataset, type Recording } from "./recording.js";
import { insertResults, type Results } from "./results.js";
import { newRunId } from "./runId.js";
import { givenIn, settingsRows, type Values } from "./settings.js";
import type { Status } from "./status.js";

/** What a run came to at its end. */
export interface RunResults extends Results {
  /** What its settings came to. */
  readonly used: Values;
  /** What computed. */
  readonly backend?: string;
  /** The model's file, and SHA-256 over it. */
  readonly model?: { readonly path: string; readonly hash: string };
  /** Runs of their own that it is made of, and what the best of them is told by. */
  readonly parts?: readonly Omit<Part, "number" | "ended">[];
  readonly objectives?: readonly Objective[];
}

/** A run of a command that has begun. */
export interface Run {
  /** Absent where it is not recorded. */
  readonly id?: string | undefined;
  end(results: RunResults): Promise<void>;
  /** To be called with what ended it before; after `end` it does nothing. */
  fail(error: unknown): Promise<void>;
}

const INTERRUPTED = "It was interrupted.";

/**
 * Records that a run begins, on a table and where there is one another to test on. Throws InputError where the file that `--runs` names cannot
 * be used; where the default one cannot, a note says so and nothing is recorded.
 */
export async function beginRun(recording: Recording, frame: Frame, test: Frame | null): Promise<Run> {
  const { flags, io } = recording;
  const recorder = recorderOf(flags, io);
  if (!recorder) return { end: async () => {}, fail: async () => {} };
  const id = newRunId();
  const given = givenIn(flags);
  const [data, other] = [fingerprintOf(frame), test && fingerprintOf(test)];
  const begun = { ...begunRow(id, recording, data), test: other?.source, test_hash: other?.hash };
  const isBegun = await recorder.begin(async (connection) => {
    await markKilled(connection);
    await insertDataset(connection, data);
    if (other) await insertDataset(connection, other);
    await insert(connection, "runs", [begun]);
    await insert(connection, "settings", settingsRows(id, given));
    return true;
  });
  let isOpen = isBegun === true;

  const close = async (
    status: Status,
    reason: string | null,
    { backend, model }: Partial<RunResults>,
    more?: (connection: DuckDBConnection, ended: Date) => Promise<void>,
  ) => {
    if (!isOpen) return;
    isOpen = false;
    const ended = new Date();
    await recorder.add(async (connection) => {
      const { rowsChanged } = await connection.run(
        `UPDATE runs SET status = $1, reason = $2, ended = epoch_ms($3::BIGINT), seconds = $4::DOUBLE,
          backend = coalesce($5, backend), model = $6, model_hash = $7 WHERE id = $8`,
        [
          ...[status, reason, BigInt(ended.getTime()), (ended.getTime() - begun.begun.getTime()) / 1000],
          ...[backend ?? null, model?.path ?? null, model?.hash ?? null, id],
        ],
      );
      // Whoever removed it in the meantime does not want it.
      if (rowsChanged > 0) await more?.(connection, ended);
    }, PATIENCE);
  };

  return {
    id: isOpen ? id : undefined,
    end: (results) => {
      const isStopped = io.signal.aborted;
      const reason = isStopped ? INTERRUPTED : null;
      return close(isStopped ? "interrupted" : "done", reason, results, async (connection, ended) => {
        await connection.run("DELETE FROM settings WHERE run = $1", [id]);
        await insert(connection, "settings", settingsRows(id, given, results.used));
        await insertResults(connection, id, results);
        await insertObjectives(connection, id, results.objectives ?? []);
        const common = { ...commonOf(begun, true), command: "entry" };
        for (const [number, part] of (results.parts ?? []).entries())
          await insertPart(connection, common, { ...part, number, ended });
      });
    },
    fail: (error) => {
      const said = error instanceof InputError ? inOptions(error) : String(error);
      return io.signal.aborted
        ? close("interrupted", error instanceof InputError ? said : INTERRUPTED, {})
        : close("failed", said, {});
    },
  };
}
