import { isNotConnectionError, type Job, type JobsOptions, Queue, UnrecoverableError, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { InputError, type ProblemCode, type TrainOptions } from "psilon";
import type { Trial, TrialOutcome } from "../sweeps/trial.js";
import { createPool, runInThread } from "../threads.js";
import type { RedisAddress } from "./address.js";
import { connect } from "./connect.js";
import { guardedBackend, JOB_OPTIONS, TAKEN_OVER } from "./guardedBackend.js";
import { lastUsed } from "./lastUsed.js";
import { LACK, NO_STUDY, readTrialMessage, type StudyReference, writeOutcome } from "./messages.js";
import { KEYS, PREFIX, QUEUE } from "./names.js";
import { LIMITS } from "./packedStudy.js";
import { getPieces } from "./pieces.js";
import { createRepeatedNotes } from "./repeatedNotes.js";
import type { TrialErrand } from "./trialThread.js";

export interface WorkerOptions {
  readonly concurrency: number;
  /** What to compute with instead of what sweeps ask for. */
  readonly backend: TrainOptions["backend"];
  /** Drains it: what has begun is finished, and nothing else begun. */
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/**
 * When a worker counts as dead: milliseconds that its hold on a trial lasts, which it renews all the while, and between two looks for trials that nobody
 * holds; and how a trial is offered again that was given back.
 */
export interface Pace {
  readonly lock: number;
  readonly look: number;
  readonly offers: Pick<JobsOptions, "attempts" | "backoff">;
}

const PACE: Pace = { lock: 30_000, look: 30_000, offers: JOB_OPTIONS };

/** Problems of a worker and not of a trial: another one may have what it lacks. */
const LACKS: ReadonlySet<ProblemCode> = new Set(["unsupported-version", "not-installed", "out-of-memory"]);

/** Studies that a worker keeps. */
const KEPT = 4;

export interface WorkerResult {
  readonly done: number;
  readonly failed: number;
  readonly refused: number;
}

/** Runs trials from a queue until the signal comes. Throws InputError for a server that cannot be worked with. */
export async function runWorker(
  address: RedisAddress,
  { concurrency, backend, signal, say }: WorkerOptions,
  { lock, look, offers } = PACE,
): Promise<WorkerResult> {
  const { client } = await connect(address, (note) => say(`note: ${note}`));
  const queue = new Queue(QUEUE, {
    connection: client,
    prefix: PREFIX,
    skipVersionCheck: true,
    // What is kept of events is the sweeps' to say.
    skipMetasUpdate: true,
  });
  // The worker hears the same.
  queue.on("error", () => {});
  const pool = createPool("./queue/trialThread.js", concurrency);
  const study = studies(client);
  const counts = { done: 0, failed: 0, refused: 0 };
  const trials = createRepeatedNotes(say);
  const refusals = createRepeatedNotes((note) => say(`note: ${note}`));
  const troubles = createRepeatedNotes((note) => say(`note: ${note}`));
  const lacks = new Set<string>();
  const refused = (why: string) => {
    counts.refused++;
    refusals.note(why);
  };

  const run = async (job: Job<unknown>): Promise<object> => {
    const { sweep, study: reference, number, settings } = readTrialMessage(job.data, LIMITS.bytes);
    if ((await client.exists(KEYS.waiting(sweep))) === 0) {
      refused(`Nobody waits for trial ${number} of ${sweep} any more.`);
      job.opts.removeOnFail = true;
      throw new UnrecoverableError("Nobody waits for it any more.");
    }
    const packed = await study(reference);
    if (packed === null) {
      refused(`The study of trial ${number} of ${sweep} is not on the server.`);
      throw new UnrecoverableError(NO_STUDY);
    }
    const trial: Trial = { number, settings };
    const errand: TrialErrand = { trial, hash: reference.hash, packed, backend };
    const outcome = await runInThread<TrialErrand, TrialOutcome>(pool, errand, undefined, () => {}).catch(
      (error: unknown): TrialOutcome => {
        if (!(error instanceof InputError) || LACKS.has(error.problem.code)) throw error;
        return { status: "failed", reason: error.message };
      },
    );
    if (outcome.status === "failed") counts.failed++;
    else counts.done++;
    trials.note(
      outcome.status === "failed"
        ? `Trial ${number} of ${sweep} failed: ${outcome.reason}`
        : `Trial ${number} of ${sweep}: ${outcome.seconds.toFixed(1)} s`,
    );
    return writeOutcome(outcome);
  };

  /** A trial that this worker cannot run goes back into the queue, for another that can. */
  const giveBack = ({ message, problem }: InputError, { attemptsMade }: Job): Error => {
    if (!lacks.has(message)) say(`note: Trials are left to other workers: ${message}`);
    lacks.add(message);
    // To find out that memory is short takes as long as a trial.
    const isLast = problem.code === "out-of-memory" && attemptsMade >= TAKEN_OVER;
    return isLast ? new UnrecoverableError(`${LACK}${message}`) : new Error(`${LACK}${message}`);
  };

  const worker = new Worker<unknown, object>(
    QUEUE,
    async (job) => {
      try {
        return await run(job);
      } catch (error) {
        if (error instanceof UnrecoverableError) throw error;
        if (error instanceof InputError && LACKS.has(error.problem.code)) throw giveBack(error, job);
        const reason =
          error instanceof InputError
            ? error.message
            : `Something failed that should not have: ${(error as Error).message}`;
        refused(reason);
        // What is refused is not kept.
        await job.updateData(null);
        throw new UnrecoverableError(reason);
      }
    },
    {
      connection: client,
      prefix: PREFIX,
      concurrency,
      skipVersionCheck: true,
      lockDuration: lock,
      stalledInterval: look,
      maxStalledCount: TAKEN_OVER,
      runRetryDelay: Math.min(lock, 5000),
      removeOnComplete: JOB_OPTIONS.removeOnComplete as { age: number },
      removeOnFail: JOB_OPTIONS.removeOnFail as { age: number },
    },
    guardedBackend(client, queue, { ...JOB_OPTIONS, ...offers }, () =>
      refused("A message in the queue is not readable; it was thrown away."),
    ),
  );
  worker.on("failed", (job) => {
    if (job?.deferredFailure !== undefined) refused("A trial was given up whose workers died each time.");
  });
  worker.on("error", (error) => {
    if (!signal.aborted && isNotConnectionError(error)) troubles.note(`The queue says: ${error.message}`);
  });
  await worker.waitUntilReady();
  say(`Waiting for trials at ${address.shown}, ${concurrency} at a time.`);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve());
  });
  const isAway = client.status !== "ready";
  if (isAway) say(`note: ${address.shown} is away: what has begun is left to other workers.`);
  await worker.close(isAway);
  await pool.destroy();
  client.disconnect();
  trials.end((more) => `and ${more} trials more`);
  refusals.end((more) => `${more} messages more were refused.`);
  return counts;
}

/** Packed studies by their hashes: fetched once, however many trials ask at the same time. */
function studies(client: Redis): (reference: StudyReference) => Promise<Uint8Array | null> {
  const kept = new Map<string, Promise<Uint8Array | null>>();
  return async (reference) => {
    const { hash } = reference;
    const found = lastUsed(kept, hash, KEPT, () => getPieces(client, reference));
    const packed = await found.catch((error: unknown) => {
      kept.delete(hash);
      throw error;
    });
    if (packed === null) kept.delete(hash);
    return packed;
  };
}
