import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "psilon";
import type { Objective } from "../sweeps/objective.js";
import type { SweepStore } from "../sweeps/store.js";
import type { Trial, TrialOutcome } from "../sweeps/trial.js";
import { writeRuns } from "./database.js";
import { insert } from "./insert.js";
import { markKilled } from "./killed.js";
import { insertObjectives } from "./objectives.js";
import { keptTrials } from "./outcomes.js";
import { ownProcess } from "./processes.js";
import { PATIENCE, type Recorder, recorderOf } from "./recorder.js";
import { begunRow, commonOf, insertDataset, type Recording, type RunBegun } from "./recording.js";
import { newRunId } from "./runId.js";
import { settingsRows, valuesOf } from "./settings.js";
import { hashOfSweep, type SweepIdentity } from "./sweepIdentity.js";
import { type EndedTrial, insertTrials } from "./trials.js";
import { nothingToResume, unfinishedSweeps } from "./unfinishedSweeps.js";

/** What is recorded of a sweep beside its identity. */
export interface SweepRecording extends Recording {
  readonly objectives: readonly Objective[];
  /** How many trials there will be. */
  readonly trials: number;
  /** The command line that trains with a trial's settings. */
  readonly trainBy: (trial: Trial) => string;
  /** Whether this process runs them. */
  readonly isHere: boolean;
}

/** Milliseconds in which a file is tried again that was not to be had the last time, so that trials go on. */
const HELD_UP = 1000;

/**
 * Begins a sweep, or with `resume` goes on with the newest of the same identity that was not finished. Throws InputError where there is none, and
 * where the file that `--runs` names cannot be used; where the default one cannot, a note says so and nothing is recorded.
 */
export async function openSweep(
  recording: SweepRecording,
  identity: SweepIdentity,
  resume: boolean,
): Promise<SweepStore> {
  const recorder = recorderOf(recording.flags, recording.io);
  if (resume) return resumed(recorder, recording, identity);
  const id = newRunId();
  const row = begunRow(id, recording, identity.data);
  const begun = await recorder?.begin(async (connection) => {
    await markKilled(connection);
    const alike = (await unfinishedSweeps(connection)).find(
      (sweep) => sweep.identity === hashOfSweep(identity),
    );
    await insertDataset(connection, identity.data);
    await insert(connection, "runs", [{ ...row, identity: hashOfSweep(identity) }]);
    const { objectives, trials } = recording;
    const used = { trials, metric: objectives.map(({ metric }) => metric) };
    await insert(connection, "settings", settingsRows(id, valuesOf(identity.options), used));
    await insertObjectives(connection, id, objectives);
    return { alike };
  });
  if (begun?.alike) {
    recording.io.stderr.write(
      `note: The sweep ${begun.alike.id} of the same data and options was not finished; --resume would go on with it, and "psilon runs rm ${begun.alike.id}" removes it.\n`,
    );
  }
  return storeOf(begun ? recorder : null, recording, row, new Map());
}

async function resumed(
  recorder: Recorder | null,
  recording: SweepRecording,
  identity: SweepIdentity,
): Promise<SweepStore> {
  if (!recorder) {
    throw new InputError({
      code: "conflicting-arguments",
      found: "The option --resume goes on with a sweep that was recorded, and --no-record records none",
      remedy: "leave one of them out",
    });
  }
  const { path } = recorder;
  const { id, kept } = await writeRuns(path, async (connection) => {
    await markKilled(connection);
    const unfinished = await unfinishedSweeps(connection);
    const own = unfinished.find((sweep) => sweep.identity === hashOfSweep(identity));
    if (!own) throw await nothingToResume(connection, path, unfinished[0], identity);
    const { host, pid, process } = ownProcess();
    await connection.run(
      "UPDATE runs SET status = 'running', reason = NULL, ended = NULL, host = $1, pid = $2, process = $3 WHERE id = $4",
      [host, pid, process, own.id],
    );
    return { id: own.id, kept: await keptTrials(connection, own.id) };
  });
  return storeOf(recorder, recording, begunRow(id, recording, identity.data), kept);
}

function storeOf(
  recorder: Recorder | null,
  { isHere, trainBy }: SweepRecording,
  row: RunBegun,
  kept: ReadonlyMap<number, TrialOutcome>,
): SweepStore {
  const { id, begun } = row;
  const common = { ...commonOf(row, isHere), command: "trial" };
  let waiting: EndedTrial[] = [];
  let wait: number | undefined;
  let turn = Promise.resolve();

  /** Records all that waits in one transaction; what cannot be recorded waits for the next. */
  const record = async (more?: (connection: DuckDBConnection) => Promise<void>, patience = wait) => {
    const taken = waiting;
    waiting = [];
    const isRecorded = await recorder?.add(async (connection) => {
      await checkThere(connection, id);
      await insertTrials(connection, common, taken, trainBy);
      await more?.(connection);
    }, patience);
    if (isRecorded === false) waiting = [...taken, ...waiting];
    wait = isRecorded === false ? HELD_UP : undefined;
  };

  return {
    id,
    isRecorded: recorder !== null,
    kept,
    keep(trial, outcome) {
      const own = { trial, outcome, ended: new Date() };
      waiting.push(own);
      // Whoever comes first takes the others along.
      turn = turn.then(() => (waiting.includes(own) ? record() : undefined));
      return turn;
    },
    end(status, best, reason) {
      turn = turn.then(() =>
        record(async (connection) => {
          const ended = Date.now();
          const seconds = (ended - begun.getTime()) / 1000;
          await connection.run(
            "UPDATE runs SET status = $1, reason = $2, best = $3, ended = epoch_ms($4::BIGINT), seconds = coalesce(seconds, 0) + $5 WHERE id = $6",
            [status, reason ?? null, best?.number ?? null, BigInt(ended), seconds, id],
          );
        }, PATIENCE),
      );
      return turn;
    },
  };
}

/** Trials of a sweep that somebody has removed would belong to none. Throws InputError for one. */
async function checkThere(connection: DuckDBConnection, id: string): Promise<void> {
  const found = await connection.runAndReadAll("SELECT id FROM runs WHERE id = $1", [id]);
  if (found.currentRowCount > 0) return;
  throw new InputError({
    code: "unsuitable",
    found: `The sweep ${id} was removed from the database while it runs, and so are its trials`,
  });
}
