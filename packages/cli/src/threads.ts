import { fileURLToPath } from "node:url";
import { MessageChannel, type MessagePort } from "node:worker_threads";
import { Piscina } from "piscina";
import { InputError, type Problem } from "psilon";
import { lastingHeap } from "./heap.js";

/** What a task in a worker thread can tell while it works, and be told. */
export interface TaskHooks {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number) => void;
}

/** What a task was refused with: an error's class does not survive the way between threads, plain data does. */
export interface Refusal {
  readonly refusal: Problem;
}

/** What a script for worker threads is called with. */
export interface Errand<Task> {
  readonly task: Task;
  readonly port: MessagePort;
}

/**
 * Where a thread's memory is full, Node ends it, and gives it 16 MiB until it has ended. What is young may come to last at once: were it
 * more than that, the whole process would end.
 */
const YOUNG_MEGABYTES = 12;

/** At most `threads` threads of a script beside this one, begun when they are needed; `data` is the `workerData` of each. */
export function createPool(script: string, threads: number, data?: unknown): Piscina {
  return new Piscina({
    filename: fileURLToPath(new URL(script, import.meta.url)),
    workerData: data,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: 60_000,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
  });
}

/**
 * Runs a task in one of the pool's threads; its port carries its progress here, and there the wish that it end. Throws InputError where
 * the task does, and where the thread ran out of memory.
 */
export async function runInThread<Task, Result extends object>(
  pool: Piscina,
  task: Task,
  signal: AbortSignal | undefined,
  onProgress: (done: number) => void,
): Promise<Result> {
  const { port1: here, port2: there } = new MessageChannel();
  const stop = () => here.postMessage("stop");
  here.on("message", onProgress);
  signal?.addEventListener("abort", stop);
  try {
    const errand: Errand<Task> = { task, port: there };
    const result: Result | Refusal = await pool.run(errand, { transferList: [there] });
    if ("refusal" in result) throw new InputError(result.refusal);
    return result;
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === "ERR_WORKER_OUT_OF_MEMORY" ? outOfMemory() : error;
  } finally {
    signal?.removeEventListener("abort", stop);
    here.close();
  }
}

function outOfMemory(): InputError {
  const given = Math.floor(lastingHeap() / 2 ** 20);
  return new InputError({
    code: "out-of-memory",
    found: `A thread ran out of the memory that Node gives it, ${given} MiB`,
    remedy: `allow more with NODE_OPTIONS=--max-old-space-size=${2 * given}, or leave rows or columns out of the table (what was saved before stays)`,
  });
}

/** The other side of `runInThread`: does the task's work. */
export async function answer<Result extends object>(
  port: MessagePort,
  work: (hooks: TaskHooks) => Promise<Result>,
): Promise<Result | Refusal> {
  const controller = new AbortController();
  port.on("message", () => controller.abort());
  try {
    return await work({ signal: controller.signal, onProgress: (done) => port.postMessage(done) });
  } catch (error) {
    if (error instanceof InputError) return { refusal: error.problem };
    throw error;
  } finally {
    port.close();
  }
}
