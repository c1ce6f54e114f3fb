import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readRuns } from "../../src/runs/database.js";
import { openSweep } from "../../src/runs/sweepStore.js";
import { openStudy } from "../../src/sweeps/runTrial.js";
import { temporaryFolder } from "../support/folder.js";
import { poolOn, queueWorkers, tinyStudy, trialsOf, until, withoutTime } from "../support/queue.js";
import { hasRedis, redisServer, withoutRedis } from "../support/redis.js";

const folder = temporaryFolder();

describe.skipIf(!hasRedis)(`A sweep on four machines${withoutRedis}`, () => {
  const server = redisServer();
  const startWorker = queueWorkers();

  it("keeps each of 200 trials once, as they come out here, while workers are killed and paused and Redis ends and comes back", async () => {
    const runs = join(folder.path, "runs.duckdb");
    const study = await tinyStudy();
    const trials = trialsOf(200);
    const store = await openSweep(
      {
        command: "sweep",
        flags: { runs, record: true, seed: 0, backend: "wasm", threads: 2 },
        ...{ target: study.target, line: "", isHere: false, trials: 200, trainBy: () => "", objectives: [] },
        io: { stderr: { write: () => {} }, signal: new AbortController().signal },
      },
      { data: { source: "penguins", hash: "00", rows: 344, columns: [] }, options: {} },
      false,
    );
    const lock = 1000;
    const [dying, deadLater, paused, calm] = await Promise.all([
      startWorker(server.url, { lock, at: { signal: "SIGKILL", count: 5 } }),
      startWorker(server.url, { lock, at: { signal: "SIGKILL", count: 20 } }),
      startWorker(server.url, { lock, at: { signal: "SIGSTOP", count: 10 } }),
      startWorker(server.url, { lock }),
    ]);
    const said: string[] = [];
    const pool = await poolOn(server.url, study, store.id, said);
    const kept = new Map<number, unknown>();
    let restarted: Promise<void> | undefined;
    await pool.run(trials, {
      signal: new AbortController().signal,
      async onOutcome(trial, outcome) {
        expect(kept.has(trial.number)).toBe(false);
        kept.set(trial.number, withoutTime(outcome));
        await store.keep(trial, outcome);
        if (kept.size === 60) restarted = server.stop("SIGTERM").then(server.start);
      },
    });
    await restarted;
    await pool.close();
    // Its trial was taken over, which was the only way to end, and nobody waits for it any more.
    paused.process.kill("SIGCONT");
    await store.end("done", null);

    const run = openStudy(study);
    const here = new Map<number, unknown>();
    for (const trial of trials) here.set(trial.number, withoutTime(await run(trial, {})));
    expect(kept.size).toBe(200);
    expect(kept).toEqual(here);
    const [[recorded, different]] = await readRuns(runs, async (connection) =>
      (
        await connection.runAndReadAll(
          "SELECT count(*), count(DISTINCT number) FROM runs WHERE command = 'trial'",
        )
      ).getRows(),
    );
    expect([Number(recorded), Number(different)]).toEqual([200, 200]);
    expect(said).toContain(`The connection to ${server.url} is back.`);
    expect(await Promise.all([dying.ended, deadLater.ended])).toEqual(["SIGKILL", "SIGKILL"]);
    // What it had begun is no longer its own.
    await until(() => paused.stderr().includes("The queue says: "));
    for (const { process, ended } of [paused, calm]) {
      process.kill("SIGTERM");
      expect(JSON.parse(await ended)).toMatchObject({
        failed: 0,
        refused: process === paused.process ? 1 : 0,
      });
    }
    const left = await server.client.keys("*");
    expect(left.filter((key) => key.includes(store.id))).toEqual([]);
  });
});
