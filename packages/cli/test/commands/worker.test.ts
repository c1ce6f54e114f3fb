import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { bin, node, psilonApart } from "../support/psilon.js";
import { psilonHere } from "../support/psilonHere.js";
import { gathered, poolOn, tinyStudy, until } from "../support/queue.js";
import { freePort, hasRedis, redisServer, withoutRedis } from "../support/redis.js";
import { smallCsv } from "../support/tables.js";

const SECRET = "s3cret-0f-redis";
const folder = temporaryFolder();
const cwd = folder.path;
folder.write("data.csv", smallCsv());
const sweep = [
  ...["sweep", "data.csv", "--target", "y", "--space", "lambda=0.001,0.01", "--search", "grid"],
  ...["--folds", "2", "--preset", "fast", "--epochs", "3", "--width", "4"],
];

describe("psilon worker", () => {
  it.each<[string, readonly string[], string]>([
    ["no server", ["worker"], "required option '--redis <address>' not specified; see psilon worker --help"],
    [
      "no address",
      ["worker", "--redis", "localhost"],
      "The address of Redis in --redis is none; write it as in redis://user:password@host:6379/0, or rediss:// with TLS.",
    ],
    [
      "nothing at a time",
      ["worker", "--redis", "redis://localhost", "--concurrency", "0"],
      'The option --concurrency takes a whole number from 1 to 1024, but "0" was given.',
    ],
    [
      "threads of its own beside workers",
      [...sweep, "--redis", "redis://localhost", "--threads", "2"],
      "The option --threads is about trials that run here, and with --redis they run elsewhere; leave it out (\"psilon worker\" takes --concurrency), or run them here with --redis ''.",
    ],
  ])("is refused in a sentence with %s", async (_, argv, sentence) => {
    expect(await psilonHere(argv, { cwd })).toEqual({ code: 2, stdout: "", stderr: `error: ${sentence}\n` });
  });

  it("is named by its variable where it was given by that, and a sweep can be run here nonetheless", async () => {
    process.env.PSILON_REDIS = "localhost";
    try {
      const none =
        "error: The address of Redis in PSILON_REDIS is none; write it as in redis://user:password@host:6379/0, or rediss:// with TLS.\n";
      for (const argv of [["worker"], sweep]) {
        expect(await psilonHere(argv, { cwd })).toEqual({ code: 2, stdout: "", stderr: none });
      }
      expect((await psilonHere([...sweep, "--threads", "2"], { cwd })).stderr).toBe(
        `error: The option --threads is about trials that run here, and with PSILON_REDIS they run elsewhere; leave it out ("psilon worker" takes --concurrency), or run them here with --redis ''.\n`,
      );
      process.env.PSILON_REDIS = `redis://127.0.0.1:${await freePort()}`;
      expect((await psilonHere(sweep, { cwd })).stderr).toMatch(
        /^note: PSILON_REDIS is set, so the trials run where workers wait for them; with --redis '' they run here\.\nerror: .* is not there;/,
      );
      const { code, stderr } = await psilonHere([...sweep, "--threads", "2", "--redis", ""], { cwd });
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining("PSILON_REDIS") });
    } finally {
      delete process.env.PSILON_REDIS;
    }
  });

  it("is refused where nothing listens, as a sweep is, before the table is read", async () => {
    const url = `redis://:${SECRET}@127.0.0.1:${await freePort()}`;
    for (const argv of [["worker"], sweep.with(1, "none.csv")]) {
      const { code, stdout, stderr } = await psilonHere([...argv, "--redis", url], { cwd });
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(
        /^error: The Redis server at redis:\/\/:<password>@127\.0\.0\.1:\d+\/0 is not there; .*\.\n$/,
      );
    }
  });
});

describe.skipIf(!hasRedis)(`psilon worker and psilon sweep --redis${withoutRedis}`, () => {
  const server = redisServer(["--requirepass", SECRET], SECRET);

  /** Starts the command with the address in the environment; resolves once it listens. */
  async function work(): Promise<{
    child: ReturnType<typeof spawn>;
    ended: Promise<unknown[]>;
    told: () => string;
  }> {
    const env = { ...process.env, PSILON_REDIS: `redis://:${SECRET}@127.0.0.1:${server.port}` };
    const child = spawn(node, [bin, "worker", "--concurrency", "2"], { cwd, env });
    let told = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (told += chunk));
    await until(() => told.includes("Waiting for trials"));
    return { child, ended: once(child, "close"), told: () => told };
  }

  it("come to what a sweep comes to here, tell the password nowhere, and end with the code 0 when told to", async () => {
    const worker = await work();
    const runs = join(cwd, "runs.duckdb");
    const address = ["--redis", `redis://:${SECRET}@127.0.0.1:${server.port}`];
    const there = await psilonApart([...sweep, ...address, "--runs", runs, "--json"], { cwd });
    const here = await psilonApart([...sweep, "--no-record", "--json"], { cwd });
    const { code, stdout, stderr } = there;
    expect({ code, told: stderr }).toEqual({ code: 0, told: expect.stringContaining("Trials") });
    const alike = (json: string) =>
      JSON.parse(json, (key, value) => (["seconds", "run", "sweep"].includes(key) ? undefined : value));
    expect(alike(stdout)).toEqual(alike(here.stdout));
    worker.child.kill("SIGTERM");
    expect(await worker.ended).toEqual([0, null]);
    expect(worker.told()).toMatch(/\n2 trials done, 0 failed, 0 messages refused\n$/);
    const recorded = await readFile(runs, "latin1");
    for (const told of [stdout, stderr, worker.told(), recorded]) expect(told).not.toContain(SECRET);
    for (const line of worker.told().split("\n")) expect(line.length).toBeLessThanOrEqual(120);
  });

  it("ends at once when it is told twice", async () => {
    const worker = await work();
    const study = await tinyStudy();
    const controller = new AbortController();
    const url = `redis://:${SECRET}@127.0.0.1:${server.port}`;
    const pool = await poolOn(url, { ...study, options: { ...study.options, epochs: 1_000_000 } }, "endless");
    const outcomes = gathered(pool, [{ number: 0, settings: {} }], { signal: controller.signal });
    await until(async () => (await server.client.llen("psilon:trials:active")) === 1);
    let isOver = false;
    const over = worker.ended.then((ended) => {
      isOver = true;
      return ended;
    });
    // What comes within a moment is one signal.
    while (!isOver) {
      worker.child.kill("SIGTERM");
      await Promise.race([over, setTimeout(400)]);
    }
    expect(await over).toEqual([130, null]);
    controller.abort();
    expect((await outcomes).size).toBe(0);
    await pool.close();
  });
});
