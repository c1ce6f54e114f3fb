import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll } from "vitest";

/** Whether Redis is on this machine; the checks that need it are skipped by name elsewhere. */
export const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

export interface Server {
  readonly port: number;
  readonly url: string;
  /** A connection for the test itself. */
  readonly client: Redis;
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again with what it had written down. */
  start(): Promise<void>;
}

/** A Redis server of the test's own, which writes down every command before it answers; it is gone after the file's tests. */
export async function redisServer(...options: readonly string[]): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), "psilon-redis-"));
  const port = await freePort();
  const durable = ["--save", "", "--appendonly", "yes", "--appendfsync", "always", "--dir", folder];
  let child: ChildProcess | null = null;
  const password = options[options.indexOf("--requirepass") + 1];
  const client = new Redis({
    port,
    lazyConnect: true,
    maxRetriesPerRequest: null,
    retryStrategy: () => 50,
    ...(options.includes("--requirepass") && { password }),
  });
  client.on("error", () => {});
  const server: Server = {
    port,
    url: `redis://127.0.0.1:${port}/0`,
    client,
    async start() {
      child = spawn("redis-server", ["--port", `${port}`, "--bind", "127.0.0.1", ...durable, ...options], {
        stdio: "ignore",
      });
      if (client.status === "wait") client.connect().catch(() => {});
      await client.ping();
    },
    async stop(signal = "SIGKILL") {
      const ending = child;
      child = null;
      if (!ending) return;
      ending.kill(signal);
      await once(ending, "exit");
    },
  };
  await server.start();
  afterAll(async () => {
    client.disconnect();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return server;
}
