// What the queue of psilon sweep --redis costs: empty trials through a Redis server of its own with 1, 2 and 4 processes of workers (trials a
// second, milliseconds until one is back, milliseconds of the processors that the server and the sweep take), and a small real sweep in 1 and 2
// threads here beside 2 workers of one thread. Printed as Markdown, for docs/scaling.md. --trials: empty ones; --real: real ones.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { redisAddress } from "@psilon/cli/dist/queue/address.js";
import { connect } from "@psilon/cli/dist/queue/connect.js";
import { packStudy } from "@psilon/cli/dist/queue/packedStudy.js";
import { createRedisPool } from "@psilon/cli/dist/queue/redisPool.js";
import { createLocalPool } from "@psilon/cli/dist/sweeps/localPool.js";
import { readFrame } from "@psilon/cli/dist/tables/readFrame.js";
import { markdown } from "./markdown.js";
import { median } from "./timing.js";

const { values: flags } = parseArgs({
  options: { trials: { type: "string", default: "5000" }, real: { type: "string", default: "60" } },
});
const { signal } = new AbortController();
const folder = mkdtempSync(join(tmpdir(), "psilon-queue-"));
const port = await freePort();
const durable = ["--appendonly", "yes", "--save", "", "--dir", folder];
const redis = spawn("redis-server", ["--port", `${port}`, "--bind", "127.0.0.1", ...durable], {
  stdio: "ignore",
});
const url = `redis://127.0.0.1:${port}/0`;
const children = [];
try {
  await serverThere();
  const frame = await readFrame("sample:penguins", { stdin: Readable.from([]), signal }, {});
  const options = {
    preset: "fast",
    epochs: 30,
    width: 16,
    lambda: 1e-3,
    seed: 0,
    backend: "wasm",
    encode: "value",
  };
  const study = { frame, target: ["Species"], options, folds: 5 };
  await emptyTrials(study);
  await realTrials(study);
} finally {
  for (const child of children) child.kill("SIGKILL");
  redis.kill();
  rmSync(folder, { recursive: true, force: true });
}

async function emptyTrials(study) {
  const rows = [
    ["worker processes", "trials/s", "ms until one is back", "server's ms a trial", "sweep's ms a trial"],
  ];
  let cost = 0;
  for (const count of [1, 2, 4]) {
    const workers = await start(
      count,
      [fileURLToPath(new URL("queue/emptyWorker.js", import.meta.url)), url, "4"],
      "ready",
    );
    const { pool, client, close } = await queuePool(study);
    await run(pool, trialsOf(200));
    const before = [await serverSeconds(client), process.cpuUsage()];
    const seconds = await run(pool, trialsOf(Number(flags.trials), 1000));
    const here = process.cpuUsage(before[1]);
    const there = (await serverSeconds(client)) - before[0];
    const single = [];
    for (let i = 0; i < 50; i++) single.push(1000 * (await run(pool, trialsOf(1, 1e6 + i))));
    cost = (1000 * there) / flags.trials;
    const own = (here.user + here.system) / 1000 / flags.trials;
    rows.push([
      `${count}`,
      (flags.trials / seconds).toFixed(0),
      median(single).toFixed(1),
      cost.toFixed(2),
      own.toFixed(2),
    ]);
    await close();
    await stop(workers);
  }
  console.log(`${markdown(rows)}\n`);
  console.log(
    `At ${cost.toFixed(2)} ms a trial one core of the server carries ${(1000 / cost).toFixed(0)} trials a second. 1,000 workers of one thread keep it busy when a trial takes them ${cost.toFixed(2)} s; when it takes a minute, they need ${((100 * cost) / 60).toFixed(1)} % of the core.\n`,
  );
}

async function realTrials(study) {
  const count = Number(flags.real);
  const rows = [["where", "trials a minute", "seconds a trial and thread"]];
  const timed = async (where, threads, pool) => {
    await run(pool, trialsOf(2 * threads, 1e6));
    const seconds = await run(pool, trialsOf(count));
    rows.push([where, ((60 * count) / seconds).toFixed(1), ((seconds * threads) / count).toFixed(3)]);
  };
  for (const threads of [1, 2]) {
    const pool = createLocalPool(study, threads);
    await timed(`${threads} thread${threads > 1 ? "s" : ""} here`, threads, pool);
    await pool.close();
  }
  const bin = fileURLToPath(import.meta.resolve("@psilon/cli/bin/psilon.js"));
  const workers = await start(2, [bin, "worker", "--redis", url, "--concurrency", "1"], "Waiting");
  const { pool, close } = await queuePool(study);
  await timed("2 workers of one thread", 2, pool);
  await close();
  await stop(workers);
  console.log(markdown(rows));
}

function trialsOf(count, from = 0) {
  return Array.from({ length: count }, (_, i) => ({
    number: from + i,
    settings: { lambda: 1e-4 * (1 + (i % 97)) },
  }));
}

/** Seconds that a pool takes for trials. */
async function run(pool, trials) {
  const started = performance.now();
  await pool.run(trials, {
    signal,
    onOutcome: async (trial, { status, reason }) => {
      if (status === "failed") throw new Error(`Trial ${trial.number} failed: ${reason}`);
    },
  });
  return (performance.now() - started) / 1000;
}

async function queuePool(study) {
  const server = await connect(redisAddress(url, "--redis"), console.error);
  const sweep = `bench${performance.now().toString(36).replace(".", "")}`;
  const pool = createRedisPool(packStudy(study), sweep, server, () => {});
  return {
    pool,
    client: server.client,
    async close() {
      await pool.close();
      server.client.disconnect();
    },
  };
}

/** Seconds of the processor that the server has taken. */
async function serverSeconds(client) {
  const info = await client.info("cpu");
  const [, system] = /used_cpu_sys:([\d.]+)/.exec(info);
  const [, user] = /used_cpu_user:([\d.]+)/.exec(info);
  return Number(system) + Number(user);
}

async function start(count, argv, word) {
  const own = Array.from({ length: count }, () =>
    spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "pipe"] }),
  );
  children.push(...own);
  await Promise.all(
    own.map(
      (child) =>
        new Promise((resolve) => {
          for (const stream of [child.stdout, child.stderr])
            stream.on("data", (text) => `${text}`.includes(word) && resolve());
        }),
    ),
  );
  return own;
}

async function stop(workers) {
  for (const worker of workers) {
    worker.kill("SIGKILL");
    await once(worker, "exit");
  }
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

async function serverThere() {
  for (;;) {
    try {
      const { client } = await connect(redisAddress(url, "--redis"), () => {});
      return client.disconnect();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
