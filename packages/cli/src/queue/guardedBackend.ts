import {
  type BackendFactory,
  createRedisBackend,
  isNotConnectionError,
  type JobJson,
  type JobsOptions,
  type Queue,
  type RedisQueueBackend,
} from "bullmq";
import type { Redis } from "ioredis";
import { JOB } from "./names.js";

/** Results that no sweep asks for stay for a week. */
const KEPT = { age: 7 * 24 * 3600 };

/**
 * How jobs are run, whatever a message asks for: what comes of them waits for their sweep, and what no worker can run, that is given back, is offered
 * for ten minutes.
 */
export const JOB_OPTIONS: JobsOptions = {
  attempts: 300,
  backoff: { type: "fixed", delay: 2000 },
  removeOnComplete: KEPT,
  removeOnFail: { ...KEPT, count: 10_000 },
  stackTraceLimit: 0,
};

/** How often a trial is taken over from a worker that died. */
export const TAKEN_OVER = 3;

/** Letters beyond which a message is not even looked at. */
const LONGEST = 2 ** 16;

/**
 * A worker's way to the queue, which takes nothing of a job but its contents: whatever else a message may ask of BullMQ (to be repeated, to tell a
 * parent, to remove others) is left out. What is no job at all is taken out of the queue, and `onUnreadable` hears of it.
 */
export function guardedBackend(
  client: Redis,
  queue: Queue,
  jobOptions: JobsOptions,
  onUnreadable: () => void,
): BackendFactory<RedisQueueBackend> {
  return (name, options, extra) => {
    const backend = createRedisBackend(name, options, extra);
    const [moveToActive, moveToCompleted, moveToFailed, moveToDelayed] = [
      backend.moveToActive.bind(backend),
      backend.moveToCompleted.bind(backend),
      backend.moveToFailed.bind(backend),
      backend.moveToDelayed.bind(backend),
    ];
    backend.moveToActive = async (token, worker) => {
      for (;;) {
        try {
          const [job, id, ...waits]: [JobJson | null, string, ...unknown[]] = (await moveToActive(
            token,
            worker,
          )) as [JobJson | null, string, ...unknown[]];
          if (!job) return [job, id, ...waits];
          const strange = await strangeFields(client, backend.toKey(id));
          if (strange.length > 0) await client.hdel(backend.toKey(id), ...strange);
          return [{ ...onlyContents(job, id), opts: jobOptions }, id, ...waits];
        } catch (error) {
          if (!isNotConnectionError(error as Error)) throw error;
          const count = await takeOutUnreadable(client, queue);
          if (count === 0) throw error;
          for (let i = 0; i < count; i++) onUnreadable();
        }
      }
    };
    // The next job is fetched by itself: one that cannot be read must not be met where another ends.
    backend.moveToCompleted = (job, value, keep, token) => moveToCompleted(job, value, keep, token, false);
    backend.moveToFailed = (job, reason, keep, token, _, fields) =>
      moveToFailed(job, reason, keep, token, false, fields);
    backend.moveToDelayed = (id, at, delay, token, options) =>
      moveToDelayed(id, at, delay, token, { ...options, fetchNext: false });
    return backend;
  };
}

/** Fields of a job by which others would be changed: who its parent is, what it stands for, by what plan it comes again, and another's id. */
const MORE = ["parent", "parentKey", "deid", "rjk", "id"];

/** Fields in which BullMQ counts. */
const COUNTS = ["ats", "atm", "stc"];

/** What a job has that no trial has, or what nobody can count with. */
async function strangeFields(client: Redis, key: string): Promise<string[]> {
  const values = await client.hmget(key, ...COUNTS, ...MORE);
  return [...COUNTS, ...MORE].filter((_, i) => {
    const value = values[i];
    return value !== null && (i >= COUNTS.length || !/^\d{1,9}$/.test(value));
  });
}

function onlyContents(job: JobJson, id: string): Omit<JobJson, "opts"> {
  const { data, timestamp, attemptsMade, attemptsStarted, stalledCounter, deferredFailure } = job;
  return {
    id,
    name: JOB,
    data: isReadable(data) ? data : "null",
    progress: 0,
    timestamp,
    attemptsMade,
    attemptsStarted,
    stalledCounter,
    ...(deferredFailure !== undefined && { deferredFailure }),
    failedReason: "",
    returnvalue: "null",
  };
}

function isReadable(data: string): boolean {
  try {
    if (data.length > LONGEST) return false;
    JSON.parse(data);
    return true;
  } catch {
    return false;
  }
}

/** Takes what cannot be read as a job out of those that are being run; returns how many. */
async function takeOutUnreadable(client: Redis, queue: Queue): Promise<number> {
  const active = queue.toKey("active");
  let count = 0;
  for (const id of await client.lrange(active, 0, -1)) {
    const isJob = await isReadableJob(client, queue, id);
    // Several workers may be at it.
    if (isJob || (await client.lrem(active, 1, id)) === 0) continue;
    const key = queue.toKey(id);
    await client.del(`${key}:lock`);
    // Of another type it is something else of this queue.
    if ((await client.type(key)) === "hash") await client.del(key);
    count++;
  }
  return count;
}

async function isReadableJob(client: Redis, queue: Queue, id: string): Promise<boolean> {
  try {
    await queue.getBackend().getJobData(id);
    return !(await strangeFields(client, queue.toKey(id))).some((field) => COUNTS.includes(field));
  } catch (error) {
    if (isNotConnectionError(error as Error)) return false;
    throw error;
  }
}
