import { FlowProducer, type Job, Queue, QueueEvents } from "bullmq";
import { InputError } from "psilon";
import type { TrialPool } from "../sweeps/pool.js";
import type { Trial, TrialOutcome } from "../sweeps/trial.js";
import { createBell } from "./bell.js";
import { connectionProblem, isLasting, type RedisServer } from "./connect.js";
import { JOB_OPTIONS, TAKEN_OVER } from "./guardedBackend.js";
import { LACK, NO_STUDY, readOutcome, trialMessage } from "./messages.js";
import { JOB, jobId, KEYS, PREFIX, QUEUE } from "./names.js";
import { putPieces, referenceOf } from "./pieces.js";

/** Milliseconds between two looks at all jobs, whether or not anything was heard of them, and between two renewals of the study. */
const PACE = { look: 10_000, renew: 3_600_000 } as const;

/** Seconds for which workers go on with trials of a sweep that was killed or is away: it says with each look that it waits. */
const WAITED_FOR = 3600;

/** How often a trial is put into the queue anew that was lost on the server. */
const LOST = 10;

/** Milliseconds after which a server is asked again whose connection was lost. */
const AGAIN = 1000;

/** BullMQ's largest priority. */
const LAST_PLACE = 2 ** 21 - 1;

/** Seconds for which the queue's record of what happened stays. */
const EVENTS = 24 * 3600;

interface Waiting {
  readonly trial: Trial;
  /** From 1: the firsts of all sweeps come first, so that none waits until another is over. */
  readonly place: number;
  lost: number;
}

/**
 * Has trials of a packed study run by the workers behind a Redis server. A trial is one job, of an id of its own: whatever a killed sweep left there is found again,
 * and what is missing is enqueued, all of it or nothing. Jobs are looked at when events say so, and all of them now and then.
 *
 * `run` throws InputError for a server that refuses; `say` hears notes. The connection stays open.
 */
export function createRedisPool(
  packed: Uint8Array,
  sweep: string,
  { shown, client }: RedisServer,
  say: (note: string) => void,
  { look }: { readonly look: number } = PACE,
): TrialPool {
  const reference = referenceOf(packed);
  const options = { connection: client, prefix: PREFIX, skipVersionCheck: true };
  const queue = new Queue(QUEUE, { ...options, streams: { events: { maxLen: 1000 } } });
  const flows = new FlowProducer(options);
  const events = new QueueEvents(QUEUE, options);
  // Whatever they say, the jobs are looked at.
  queue.on("error", () => {});
  flows.on("error", () => {});
  events.on("error", () => {});
  let isOver = false;
  let isListenedTo: boolean | undefined;
  let isGivenBack = false;
  let renewed = Number.NEGATIVE_INFINITY;

  /** Takes a job from the server unless it is being run. */
  const remove = async (id: string) => {
    await queue.remove(id).catch((error: Error) => {
      // Of another type it was none of psilon's.
      if (!/WRONGTYPE/.test(error.message)) throw error;
    });
  };

  const tellOfWorkers = async () => {
    const count = await queue.getWorkersCount().catch(() => null);
    if (count === null || isListenedTo === count > 0) return;
    isListenedTo = count > 0;
    say(
      isListenedTo
        ? `${count} ${count === 1 ? "worker listens" : "workers listen"} at ${shown}.`
        : `No worker listens at ${shown}; start one with "psilon worker" and the same --redis or PSILON_REDIS.`,
    );
  };

  const tellOfLack = (reason: string) => {
    if (isGivenBack) return;
    isGivenBack = true;
    say(`A worker gave trials back, and they wait for another: ${reason}`);
  };

  const enqueue = async (missing: readonly Waiting[]) => {
    if (missing.length > 0 || performance.now() - renewed > PACE.renew) {
      await putPieces(client, reference, packed);
      renewed = performance.now();
    }
    if (missing.length === 0) return;
    await flows.addBulk(
      missing.map(({ trial, place }) => ({
        name: JOB,
        queueName: QUEUE,
        prefix: PREFIX,
        data: trialMessage(sweep, reference, trial),
        opts: { ...JOB_OPTIONS, jobId: jobId(sweep, trial.number), priority: Math.min(place, LAST_PLACE) },
      })),
    );
  };

  /** Takes back what waits; what is being run is run to its end, and kept for a sweep that goes on. */
  const takeBack = async (ids: readonly string[]) => {
    if (client.status !== "ready") {
      return say(`${shown} is away: what waits there is run, and kept for --resume.`);
    }
    await Promise.all(
      ids.map(async (id) => ((await stateOf(queue, id)).status === "waiting" ? remove(id) : undefined)),
    );
  };

  return {
    async run(trials, { signal, onOutcome, onProgress }) {
      isOver = false;
      const waiting = new Map(
        trials.map((trial, i): [string, Waiting] => [
          jobId(sweep, trial.number),
          { trial, place: i + 1, lost: 0 },
        ]),
      );
      const bell = createBell();
      const heard = new Set<string>();
      const hear = ({ jobId }: { readonly jobId: string }) => {
        if (!waiting.has(jobId)) return;
        heard.add(jobId);
        bell.ring();
      };
      events.on("completed", hear);
      events.on("failed", hear);
      signal.addEventListener("abort", bell.ring);

      let handing: Promise<void> = Promise.resolve();
      const handOver = async (id: string, outcome: TrialOutcome) => {
        handing = onOutcome(waiting.get(id)!.trial, outcome);
        await handing;
        waiting.delete(id);
        onProgress?.(trials.length - waiting.size);
        await remove(id);
      };

      /** Hands over what has ended, and enqueues what is not there. */
      const lookAt = async (ids: readonly string[]) => {
        const found = await Promise.all(ids.map(async (id) => [id, await stateOf(queue, id)] as const));
        const missing: Waiting[] = [];
        for (const [id, state] of found) {
          if (signal.aborted) return;
          if (state.status === "waiting") {
            if (state.lack !== undefined) tellOfLack(state.lack);
            continue;
          }
          if (state.status !== "lost") {
            await handOver(id, state);
            continue;
          }
          const one = waiting.get(id)!;
          await remove(id);
          if (one.lost++ < LOST) missing.push(one);
          else await handOver(id, { status: "failed", reason: `It was lost on the server ${LOST} times.` });
        }
        await enqueue(missing);
      };

      const lookAtAll = async () => {
        await client.set(KEYS.waiting(sweep), "1", "EX", WAITED_FOR);
        await lookAt([...waiting.keys()]);
        await client.expire(queue.toKey("events"), EVENTS);
        await tellOfWorkers();
      };

      try {
        let due = 0;
        while (waiting.size > 0 && !signal.aborted) {
          const isDue = performance.now() >= due;
          const ids = [...heard].filter((id) => waiting.has(id));
          heard.clear();
          if (isDue) due = performance.now() + look;
          await unlessAborted(isDue ? lookAtAll() : lookAt(ids), signal).catch((error: Error) => {
            if (error instanceof InputError || isLasting(error)) throw error;
            // A connection that was lost comes back.
            due = Math.min(due, performance.now() + AGAIN);
          });
          if (waiting.size > 0) await bell.wait(Math.max(0, due - performance.now()));
        }
        isOver = waiting.size === 0;
      } catch (error) {
        throw connectionProblem(shown, [error as Error]) ?? error;
      } finally {
        events.off("completed", hear);
        events.off("failed", hear);
        signal.removeEventListener("abort", bell.ring);
        await handing.catch(() => {});
        // A server that refuses has been told of.
        if (waiting.size > 0) await takeBack([...waiting.keys()]).catch(() => {});
      }
    },
    async close() {
      if (isOver && client.status === "ready") {
        // What was kept before a killed sweep could remove it.
        for (const state of ["completed", "failed"]) {
          const ids = client.zscanStream(queue.toKey(state), { match: jobId(sweep, 0).replace(/0$/, "*") });
          for await (const page of ids as AsyncIterable<readonly string[]>) {
            for (const id of page.filter((_, i) => i % 2 === 0)) await remove(id);
          }
        }
        await client.del(KEYS.waiting(sweep));
      }
      const closed = Promise.all([queue.close(), flows.close(), events.close()]);
      closed.catch(() => {});
      // What would say goodbye to a server that is away waits for it.
      if (client.status === "ready") await closed;
    },
  };
}

/** What a job has come to, or that it has yet to come to something, or has to be enqueued anew. */
type JobState =
  | TrialOutcome
  /** `lack`: why a worker gave it back. */
  | { readonly status: "waiting"; readonly lack: string | undefined }
  | { readonly status: "lost" };

async function stateOf(queue: Queue, id: string): Promise<JobState> {
  const job: Job<unknown, unknown> | "unreadable" | undefined = await queue
    .getJob(id)
    .catch((error: Error) => {
      if (error instanceof SyntaxError || error instanceof TypeError || /^WRONGTYPE/.test(error.message))
        return "unreadable";
      throw error;
    });
  if (job === undefined) return { status: "lost" };
  if (job === "unreadable") return { status: "failed", reason: "What its worker wrote cannot be read." };
  const { finishedOn, returnvalue } = job;
  // What was given back and then done has both.
  const failedReason = returnvalue === null ? job.failedReason : undefined;
  const lack = failedReason?.startsWith(LACK) ? failedReason : undefined;
  // What was half forgotten is in none of the queue's lists.
  if (finishedOn === undefined)
    return (await job.getState()) === "unknown" ? { status: "lost" } : { status: "waiting", lack };
  if (failedReason === NO_STUDY) return { status: "lost" };
  if (failedReason === "job stalled more than allowable limit") {
    return {
      status: "failed",
      reason: `Its worker died or lost the server while it ran, ${TAKEN_OVER + 1} times.`,
    };
  }
  try {
    const outcome = readOutcome(
      failedReason === undefined ? returnvalue : { status: "failed", reason: failedReason },
    );
    return outcome.status === "failed" && lack !== undefined ? { ...outcome, isLack: true } : outcome;
  } catch (error) {
    if (error instanceof InputError) return { status: "failed", reason: error.message };
    throw error;
  }
}

/** The promise, or, once the signal comes, nothing: what was begun ends unheard. */
function unlessAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve();
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
