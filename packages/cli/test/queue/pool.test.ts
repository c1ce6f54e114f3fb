import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Queue } from "bullmq";
import { describe, expect, it } from "vitest";
import { trialMessage } from "../../src/queue/messages.js";
import { packStudy } from "../../src/queue/packedStudy.js";
import { putPieces, referenceOf } from "../../src/queue/pieces.js";
import { openStudy } from "../../src/sweeps/runTrial.js";
import type { TrialOutcome } from "../../src/sweeps/trial.js";
import { version } from "../../src/version.js";
import { node } from "../support/psilon.js";
import { gathered, poolOn, queueWorkers, tinyStudy, trialsOf, until, withoutTime } from "../support/queue.js";
import { hasRedis, redisServer, withoutRedis } from "../support/redis.js";

const QUEUE = "psilon:trials:";
const coordinator = fileURLToPath(new URL("../support/queueCoordinator.mjs", import.meta.url));

const statuses = (outcomes: ReadonlyMap<number, TrialOutcome>) =>
  [...outcomes].sort(([a], [b]) => a - b).map(([, { status }]) => status);

describe.skipIf(!hasRedis)(`Trials on other machines${withoutRedis}`, () => {
  const server = redisServer();
  const startWorker = queueWorkers();
  /** Keys that speak of a sweep. */
  const keysOf = async (sweep: string) =>
    (await server.client.keys("*")).filter((key) => key.includes(`${sweep}-`));

  it("come to what they come to here, or fail with the same reason, and leave nothing behind", async () => {
    const study = await tinyStudy();
    const trials = [...trialsOf(4), { number: 4, settings: { pruning: "magnitude" } }];
    const said: string[] = [];
    const pool = await poolOn(server.url, study, "plain", said);
    const outcomes = gathered(pool, trials);
    await until(() => said.length > 0);
    expect(said).toEqual([
      `No worker listens at ${server.url}; start one with "psilon worker" and the same --redis or PSILON_REDIS.`,
    ]);
    const worker = await startWorker(server.url);
    await until(() => said.length > 1);
    expect(said[1]).toBe(`1 worker listens at ${server.url}.`);
    const run = openStudy(study);
    for (const trial of trials) {
      expect(withoutTime((await outcomes).get(trial.number)!)).toEqual(withoutTime(await run(trial, {})));
    }
    expect((await outcomes).get(4)).toMatchObject({ reason: expect.stringContaining("needs a sparsity") });
    // A second rung, by the same pool.
    expect(statuses(await gathered(pool, trialsOf(3, 10)))).toEqual(["done", "done", "done"]);
    await pool.close();
    expect(await keysOf("plain")).toEqual([]);
    for (const key of await server.client.keys("*")) {
      const stays = [`${QUEUE}meta`, `${QUEUE}id`].includes(key);
      expect((await server.client.ttl(key)) > 0, key).toBe(!stays);
    }
    worker.process.kill("SIGTERM");
    expect(JSON.parse(await worker.ended)).toMatchObject({ done: 7, failed: 1, refused: 0 });
  });

  it("of two sweeps take turns, on two workers, and none is mistaken for the other's", async () => {
    const studies = [await tinyStudy(1), await tinyStudy(2)];
    const pools = await Promise.all(studies.map((study, i) => poolOn(server.url, study, `turn${i}`)));
    const order: number[] = [];
    const both = pools.map((pool, i) => gathered(pool, trialsOf(20), { onOutcome: () => order.push(i) }));
    await until(async () => (await server.client.zcard(`${QUEUE}prioritized`)) === 40);
    const workers = [await startWorker(server.url), await startWorker(server.url)];
    const outcomes = await Promise.all(both);
    for (const [i, study] of studies.entries()) {
      const run = openStudy(study);
      const [first] = trialsOf(1);
      expect(withoutTime(outcomes[i].get(0)!)).toEqual(withoutTime(await run(first, {})));
      expect(statuses(outcomes[i])).toEqual(new Array(20).fill("done"));
    }
    // Neither waits until the other is over.
    expect(new Set(order.slice(0, 20)).size).toBe(2);
    await Promise.all(pools.map((pool) => pool.close()));
    for (const { process } of workers) process.kill("SIGTERM");
    await Promise.all(workers.map(({ ended }) => ended));
  });

  it("that end their worker each time are given up, and hold up no others", async () => {
    const pool = await poolOn(server.url, await tinyStudy(), "poisoned");
    let isOver = false;
    const outcomes = gathered(pool, trialsOf(12)).finally(() => {
      isOver = true;
    });
    const lives: string[] = [];
    // As whatever keeps workers running does.
    const lane = async () => {
      while (!isOver) {
        const worker = await startWorker(server.url, { lock: 600, at: { signal: "SIGKILL", number: 5 } });
        await Promise.race([worker.ended, outcomes]);
        if (isOver) worker.process.kill("SIGTERM");
        lives.push(await worker.ended);
      }
    };
    await Promise.all([lane(), lane()]);
    expect(lives.filter((end) => end === "SIGKILL")).toHaveLength(4);
    expect(statuses(await outcomes)).toEqual(
      Array.from({ length: 12 }, (_, i) => (i === 5 ? "failed" : "done")),
    );
    expect((await outcomes).get(5)).toEqual({
      status: "failed",
      reason: "Its worker died or lost the server while it ran, 4 times.",
    });
    await pool.close();
    expect(await keysOf("poisoned")).toEqual([]);
  });

  it("are held on to while they are trained, however much longer that takes than a hold lasts", async () => {
    const study = await tinyStudy();
    const lasting = { ...study, options: { ...study.options, epochs: 6000, batchSize: 16 } };
    const workers = await Promise.all([1, 2].map(() => startWorker(server.url, { lock: 2000 })));
    const pool = await poolOn(server.url, lasting, "lasting");
    const [outcome] = (await gathered(pool, trialsOf(1))).values();
    expect(outcome.status).toBe("done");
    await pool.close();
    for (const { process } of workers) process.kill("SIGTERM");
    const counts = await Promise.all(workers.map(async ({ ended }) => JSON.parse(await ended)));
    expect(counts.map(({ done }) => done).sort()).toEqual([0, 1]);
    for (const { stderr } of workers) expect(stderr()).not.toContain("The queue says");
  });

  it("that were begun are finished by a worker that is to end, which begins no others", async () => {
    const pool = await poolOn(server.url, await tinyStudy(), "drained");
    const controller = new AbortController();
    const first = await startWorker(server.url);
    const outcomes = gathered(pool, trialsOf(60), {
      signal: controller.signal,
      onOutcome: (done) => done === 3 && first.process.kill("SIGTERM"),
    });
    const { done, failed, refused } = JSON.parse(await first.ended);
    expect({ failed, refused }).toEqual({ failed: 0, refused: 0 });
    await until(async () => (await server.client.zcard(`${QUEUE}prioritized`)) === 60 - done);
    expect(await server.client.llen(`${QUEUE}active`)).toBe(0);
    const second = await startWorker(server.url);
    expect((await outcomes).size).toBe(60);
    second.process.kill("SIGTERM");
    expect(JSON.parse(await second.ended)).toMatchObject({ done: 60 - done });
    await pool.close();
  });

  it("are taken back when their sweep is interrupted, but for those of others and what is done", async () => {
    const study = await tinyStudy();
    const other = await poolOn(server.url, study, "other");
    const others = gathered(other, trialsOf(3));
    await until(async () => (await server.client.zcard(`${QUEUE}prioritized`)) === 3);
    const controller = new AbortController();
    const pool = await poolOn(server.url, study, "broken");
    const outcomes = gathered(pool, trialsOf(30), { signal: controller.signal });
    await until(async () => (await server.client.zcard(`${QUEUE}prioritized`)) === 33);
    controller.abort();
    expect((await outcomes).size).toBe(0);
    await pool.close();
    expect(await keysOf("broken")).toEqual([]);
    // What a killed one left as well, by one that has hardly begun.
    const { frame: _, ...plain } = study;
    const sent = { study: plain, trials: trialsOf(30) };
    const child = spawn(node, [coordinator, server.url, "left", JSON.stringify(sent)]);
    await until(async () => (await server.client.zcard(`${QUEUE}prioritized`)) === 33);
    child.kill("SIGKILL");
    await once(child, "close");
    const next = await poolOn(server.url, study, "left");
    expect((await gathered(next, trialsOf(30), { signal: AbortSignal.abort() })).size).toBe(0);
    expect(await keysOf("left")).toEqual([]);
    await next.close();
    expect(await server.client.zcard(`${QUEUE}prioritized`)).toBe(3);
    const worker = await startWorker(server.url);
    expect((await others).size).toBe(3);
    await other.close();
    worker.process.kill("SIGTERM");
    await worker.ended;
  });

  it("run on when their sweep is killed, and are found by the one that goes on, each once", async () => {
    const { frame: _, ...study } = await tinyStudy();
    const trials = trialsOf(30);
    const worker = await startWorker(server.url);
    const child = spawn(node, [coordinator, server.url, "killed", JSON.stringify({ study, trials })]);
    let told = "";
    child.stdout.on("data", (chunk) => {
      told += chunk;
      if (told.split("\n").length > 5) child.kill("SIGKILL");
    });
    await once(child, "close");
    await until(async () => (await server.client.zcard(`${QUEUE}prioritized`)) === 0);
    await until(async () => (await server.client.llen(`${QUEUE}active`)) === 0);
    const known = new Set(told.trim().split("\n").map(Number));
    const pool = await poolOn(server.url, await tinyStudy(), "killed");
    worker.process.kill("SIGTERM");
    // What is left was done by now: no worker is there any more. What was kept last may not have been taken from the server.
    const { done } = JSON.parse(await worker.ended);
    expect(done).toBe(30);
    const rest = await gathered(
      pool,
      trials.filter(({ number }) => !known.has(number)),
    );
    expect([...known, ...rest.keys()].sort((a, b) => a - b)).toEqual(trials.map(({ number }) => number));
    await pool.close();
    expect(await keysOf("killed")).toEqual([]);
  });

  it("are sent again when the server forgot them, with their study", async () => {
    const pool = await poolOn(server.url, await tinyStudy(), "forgotten");
    const outcomes = gathered(pool, trialsOf(6));
    const waiting = async () => (await server.client.zcard(`${QUEUE}prioritized`)) === 6;
    await until(waiting);
    await server.client.flushall();
    await until(waiting);
    // The study alone is lost.
    for (const key of await server.client.keys("psilon:data:*")) await server.client.del(key);
    const worker = await startWorker(server.url);
    expect(statuses(await outcomes)).toEqual(new Array(6).fill("done"));
    await pool.close();
    worker.process.kill("SIGTERM");
    expect(JSON.parse(await worker.ended)).toMatchObject({ done: 6, failed: 0 });
  });

  it("that the server forgot by half are sent again, and a queue that is something else is told of", async () => {
    const pool = await poolOn(server.url, await tinyStudy(), "half");
    const outcomes = gathered(pool, trialsOf(4));
    await until(async () => (await server.client.zcard(`${QUEUE}prioritized`)) === 4);
    await server.client.zrem(`${QUEUE}prioritized`, "half-2");
    await until(async () => (await server.client.zcard(`${QUEUE}prioritized`)) === 4);
    const worker = await startWorker(server.url);
    expect(statuses(await outcomes)).toEqual(new Array(4).fill("done"));
    worker.process.kill("SIGTERM");
    await worker.ended;
    await server.client.del(`${QUEUE}completed`);
    await server.client.set(`${QUEUE}completed`, "x");
    await expect(gathered(pool, trialsOf(2))).rejects.toThrow(
      `The Redis server at ${server.url} has something else under a name of psilon's queue; remove what begins with "psilon:" there, or name another database.`,
    );
    await server.client.del(`${QUEUE}completed`);
    await pool.close();
    for (const key of [...(await keysOf("half")), "psilon:sweep:half"]) await server.client.del(key);
    await server.client.zrem(`${QUEUE}prioritized`, "half-0", "half-1");
  });

  it("that nobody waits for any more are taken out by the worker that meets them, and others are not", async () => {
    const { frame: _, ...study } = await tinyStudy();
    const sent = JSON.stringify({ study, trials: trialsOf(12) });
    const child = spawn(node, [coordinator, server.url, "gone", sent]);
    await until(async () => (await server.client.zcard(`${QUEUE}prioritized`)) === 12);
    child.kill("SIGKILL");
    await once(child, "close");
    const pool = await poolOn(server.url, await tinyStudy(), "here");
    const outcomes = gathered(pool, trialsOf(3));
    await until(async () => (await server.client.zcard(`${QUEUE}prioritized`)) === 15);
    for (const sweep of ["gone", "here"]) {
      expect(await server.client.ttl(`psilon:sweep:${sweep}`)).toBeGreaterThan(0);
      // As when its time has come: a sweep that is there says it again.
      await server.client.del(`psilon:sweep:${sweep}`);
    }
    const worker = await startWorker(server.url);
    expect(statuses(await outcomes)).toEqual(["done", "done", "done"]);
    await pool.close();
    await until(async () => (await server.client.zcard(`${QUEUE}prioritized`)) === 0);
    worker.process.kill("SIGTERM");
    const { done, failed, refused } = JSON.parse(await worker.ended);
    expect({ done, failed }).toEqual({ done: 3, failed: 0 });
    expect(refused).toBeGreaterThanOrEqual(12);
    expect(worker.stderr()).toContain("note: Nobody waits for trial 11 of gone any more.\n");
    expect([...(await keysOf("gone")), ...(await keysOf("here"))]).toEqual([]);
    expect(await server.client.keys("psilon:sweep:*")).toEqual([]);
    expect(await server.client.zcard(`${QUEUE}failed`)).toBe(0);
  });

  it("that a worker lacks something for are left to one that has it", async () => {
    const study = await tinyStudy();
    const said: string[] = [];
    const pool = await poolOn(
      server.url,
      { ...study, options: { ...study.options, backend: "blas" } },
      "left",
      said,
    );
    const outcomes = gathered(pool, trialsOf(8));
    const lacking = await startWorker(server.url, { lacks: "blas" });
    const lack = "The provider blas was asked for, but it needs Node and the package koffi,";
    await until(() => said.some((note) => note.includes(lack)));
    const other = await startWorker(server.url, { backend: "wasm" });
    const run = openStudy(study);
    const [first] = trialsOf(1);
    expect(withoutTime((await outcomes).get(0)!)).toEqual(withoutTime(await run(first, {})));
    expect(statuses(await outcomes)).toEqual(new Array(8).fill("done"));
    await pool.close();
    expect(await keysOf("left")).toEqual([]);
    for (const { process } of [lacking, other]) process.kill("SIGTERM");
    expect(JSON.parse(await lacking.ended)).toMatchObject({ done: 0, failed: 0, refused: 0 });
    expect(JSON.parse(await other.ended)).toMatchObject({ done: 8, failed: 0, refused: 0 });
    // Once each, however often they met.
    expect(lacking.stderr().split(lack)).toHaveLength(2);
    expect(lacking.stderr()).toContain(`note: Trials are left to other workers: ${lack}`);
    expect(said.filter((note) => note.includes(lack))).toEqual([
      expect.stringMatching(
        /^A worker gave trials back, and they wait for another: No worker could run it: /,
      ),
    ]);
  });

  it.each(["blas", "memory"] as const)(
    "that all workers lack %s for fail at last, but not for good",
    async (lacks) => {
      const study = await tinyStudy();
      const pool = await poolOn(
        server.url,
        { ...study, options: { ...study.options, backend: "blas" } },
        "lacking",
      );
      const outcomes = gathered(pool, trialsOf(2));
      const worker = await startWorker(server.url, { lacks, ...(lacks === "blas" && { offers: 5 }) });
      for (const outcome of (await outcomes).values()) {
        expect(outcome).toEqual({
          status: "failed",
          isLack: true,
          reason: expect.stringMatching(
            /^No worker could run it: (The provider blas was asked for|A thread ran out of the memory).*\.$/,
          ),
        });
      }
      await pool.close();
      expect(await keysOf("lacking")).toEqual([]);
      worker.process.kill("SIGTERM");
      expect(JSON.parse(await worker.ended)).toMatchObject({ done: 0, failed: 0, refused: 0 });
    },
  );

  it("of another psilon are left to its workers", async () => {
    const packed = packStudy(await tinyStudy());
    const study = referenceOf(packed);
    await putPieces(server.client, study, packed);
    await server.client.set("psilon:sweep:other", "1");
    const queue = new Queue("trials", { connection: server.client, prefix: "psilon" });
    const trial = trialMessage("other", study, trialsOf(1)[0]);
    await queue.add("trial", { ...trial, version: "99.1.0-next.2", more: 1 }, { jobId: "other-0" });
    const worker = await startWorker(server.url, { offers: 3 });
    await until(async () => (await server.client.zcard(`${QUEUE}failed`)) === 1);
    expect(await server.client.hmget(`${QUEUE}other-0`, "failedReason", "atm")).toEqual([
      `No worker could run it: The trial is of psilon 99.1.0-next.2, and this worker is of ${version}; run the same version everywhere.`,
      "3",
    ]);
    expect(JSON.parse((await server.client.hget(`${QUEUE}other-0`, "data"))!)).toMatchObject(trialsOf(1)[0]);
    worker.process.kill("SIGTERM");
    expect(JSON.parse(await worker.ended)).toMatchObject({ done: 0, failed: 0, refused: 0 });
    await queue.remove("other-0");
    await server.client.del("psilon:sweep:other");
    await queue.close();
  });

  it("whose results are none fail with a sentence, whatever a worker wrote, and the others do not", async () => {
    const hostile: readonly (readonly string[] | string)[] = [
      ["returnvalue", "not JSON"],
      ["returnvalue", '{"status":"done"}'],
      ["returnvalue", '{"status":"done","metrics":{"__proto__":1},"linear":{},"lambdas":[],"seconds":0}'],
      ["returnvalue", JSON.stringify({ status: "failed", reason: "x".repeat(100_000) })],
      ["returnvalue", JSON.stringify("x".repeat(1_000_000))],
      ["returnvalue", "null"],
      ["failedReason", "x".repeat(100_000)],
      ["failedReason", "It said \u001b[31mso."],
      ["opts", "not JSON"],
      "a text where a job should be",
    ];
    const pool = await poolOn(server.url, await tinyStudy(), "lied");
    const outcomes = gathered(pool, trialsOf(hostile.length + 1));
    await until(async () => (await server.client.zcard(`${QUEUE}prioritized`)) === hostile.length + 1);
    await server.client.xadd(
      `${QUEUE}events`,
      "*",
      "event",
      "completed",
      "jobId",
      "lied-0",
      "returnvalue",
      "{",
    );
    await server.client.xadd(`${QUEUE}events`, "*", "event", "error", "jobId", "lied-1");
    for (const [i, written] of hostile.entries()) {
      const key = `${QUEUE}lied-${i}`;
      await server.client.zrem(`${QUEUE}prioritized`, `lied-${i}`);
      if (typeof written === "string") {
        await server.client.del(key);
        await server.client.set(key, written);
      } else await server.client.hset(key, "finishedOn", "1", ...written);
    }
    const worker = await startWorker(server.url);
    expect(statuses(await outcomes)).toEqual([...hostile.map(() => "failed"), "done"]);
    for (const outcome of (await outcomes).values()) {
      if (outcome.status === "failed") expect(outcome.reason).toMatch(/^[^\n]{5,200}\.$/);
    }
    await pool.close();
    worker.process.kill("SIGTERM");
    await worker.ended;
  });
});

describe.skipIf(!hasRedis)(`Without a server that was there${withoutRedis}`, () => {
  const server = redisServer();
  const startWorker = queueWorkers();

  it("a sweep that is interrupted and a worker that is to end do so", async () => {
    const said: string[] = [];
    const controller = new AbortController();
    const worker = await startWorker(server.url);
    const pool = await poolOn(server.url, await tinyStudy(), "away", said);
    await server.stop();
    await until(() => said.length > 0 && worker.stderr().includes("until it is back."));
    const outcomes = gathered(pool, trialsOf(3), { signal: controller.signal });
    controller.abort();
    expect((await outcomes).size).toBe(0);
    await pool.close();
    const away = `${server.url} is away: what`;
    expect(said).toEqual([
      `The connection to ${server.url} was lost; it is tried again until it is back.`,
      `${away} waits there is run, and kept for --resume.`,
    ]);
    worker.process.kill("SIGTERM");
    expect(JSON.parse(await worker.ended)).toMatchObject({ done: 0, failed: 0, refused: 0 });
    expect(worker.stderr().trim().split("\n")).toEqual([
      expect.stringMatching(/^Waiting for trials/),
      `note: ${said[0]}`,
      `note: ${away} has begun is left to other workers.`,
    ]);
  });
});
