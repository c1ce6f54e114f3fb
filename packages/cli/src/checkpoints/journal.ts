import { mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BaselineJob, type Frame, InputError, type JobCheckpoint, type TrainingJob } from "psilon";
import { contentHash, hashOfRows } from "../contentHash.js";
import { optionsIn } from "../optionNames.js";
import { writeProblem } from "../output.js";
import { temporaryPath } from "../temporary.js";
import { version } from "../version.js";
import { keep, kept } from "./keptFile.js";
import { checkBegun, checkRowsBegun, type Manifest } from "./manifest.js";

const MANIFEST = "psilon-checkpoint.json";

/** What the command puts in the folder beside the manifest. */
const OWN = /^([0-9a-f]{64}\.(state|result)|\.psilon-.*\.tmp)$/;

/** A job in a journal. */
export interface KeptJob {
  /** What it came to, where that is known already. */
  readonly result: object | null;
  /** Where its state is kept while it runs. */
  readonly state: string;
  /** The state to go on from. */
  readonly resume: JobCheckpoint | undefined;
  /** Keeps what it came to, if it ran to its end. */
  keep(result: object): void;
}

/** A folder that keeps what a command's jobs came to and how far those under way are: a file by the hash of each job's contents. */
export interface Journal {
  /** To be called before the first job. Throws InputError where the journal was begun on other rows. */
  begin(train: Frame, test: Frame | null): void;
  open(job: TrainingJob | BaselineJob): KeptJob;
  /** What is to be told of what was there already, in sentences. */
  notes(): string[];
  /** To be called at last; a journal whose command is done goes. */
  close(isDone: boolean): void;
}

/**
 * Opens the journal in `folder`, made if it is not there. Throws InputError where one is there and is not to be resumed, where it was begun
 * with other options (`flags`) or by another psilon, and where the folder cannot be written.
 */
export function openJournal(folder: string, isResumed: boolean, flags: object): Journal {
  const now = { psilon: version, options: optionsIn(flags) };
  const path = join(folder, MANIFEST);
  const begun = readManifest(folder, path);
  if (begun && !isResumed) {
    throw new InputError({
      code: "conflicting-arguments",
      found: `The folder "${folder}" holds the checkpoint of a training that was not finished`,
      where: { source: folder },
      remedy: "add --resume to go on with it, or name another folder",
    });
  }
  if (begun) checkBegun(folder, begun, now);
  const isMade = begun?.isMade ?? make(folder);
  const counts = { results: 0, states: 0, damaged: 0 };
  const fresh = new Set<string>();

  const read = <T extends object>(file: string): T | null => {
    const found = kept<T>(file);
    if (found !== "damaged") return found;
    counts.damaged++;
    return null;
  };

  return {
    begin(train, test) {
      const data = { train: hashOfRows(train), test: test && hashOfRows(test) };
      if (begun) return checkRowsBegun(folder, begun.data, data);
      const manifest: Manifest = { version: 1, ...now, isMade, data };
      const temporary = temporaryPath(folder);
      writing(folder, () => {
        writeFileSync(temporary, JSON.stringify(manifest), { flag: "wx" });
        renameSync(temporary, path);
      });
    },
    open(job) {
      const hash = contentHash(job);
      const [result, state] = [join(folder, `${hash}.result`), join(folder, `${hash}.state`)];
      const found = read(result);
      const resume = found ? null : read<JobCheckpoint>(state);
      if (found && !fresh.has(hash)) counts.results++;
      if (resume) counts.states++;
      return {
        result: found,
        state,
        resume: resume ?? undefined,
        keep(value) {
          if (isCutShort(value)) return;
          keep(result, value);
          fresh.add(hash);
          rmSync(state, { force: true });
        },
      };
    },
    notes: () => [
      ...(counts.results + counts.states > 0
        ? [
            `Trainings that the checkpoint had finished: ${counts.results}; begun, which went on: ${counts.states}.`,
          ]
        : []),
      ...(counts.damaged > 0
        ? [`Damaged files in the checkpoint, whose trainings were run again: ${counts.damaged}.`]
        : []),
    ],
    close(isDone) {
      if (isDone) {
        for (const name of readdirSync(folder)) if (OWN.test(name)) rmSync(join(folder, name));
        rmSync(path, { force: true });
      }
      if (isMade) removeIfEmpty(folder);
    },
  };
}

/** Whether a job was stopped before its end. */
const isCutShort = (result: object): boolean =>
  ("outcome" in result && result.outcome === "aborted") ||
  ("predictions" in result && result.predictions === null);

function readManifest(folder: string, path: string): Manifest | null {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const failure = error as NodeJS.ErrnoException;
    if (failure.code === "ENOENT") return null;
    throw refusal(folder, failure);
  }
  try {
    const { options, data, ...others } = JSON.parse(text) as Manifest;
    return { ...others, options: { ...options }, data: { ...data } };
  } catch {
    throw new InputError({
      code: "damaged-file",
      found: `The checkpoint's "${path}" is damaged`,
      where: { source: path },
      remedy: "name another folder to begin anew",
    });
  }
}

/** Makes the folder and tells whether it was not there. */
function make(folder: string): boolean {
  return writing(folder, () => {
    try {
      mkdirSync(folder);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      readdirSync(folder);
      return false;
    }
  });
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Something is left in it, or somebody was faster.
  }
}

function writing<T>(folder: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw refusal(folder, error as NodeJS.ErrnoException);
  }
}

const refusal = (folder: string, error: NodeJS.ErrnoException) =>
  new InputError({
    code: "unwritable",
    found: `The folder "${folder}" cannot hold a checkpoint: ${writeProblem(error)}`,
    where: { source: folder },
  });
