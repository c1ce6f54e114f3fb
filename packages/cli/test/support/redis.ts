import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, beforeAll } from "vitest";

/** Whether Redis is on this machine; the checks that need it are skipped by name elsewhere. */
export const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;

/** The end of the names of such checks. */
export const withoutRedis = hasRedis ? "" : " (redis-server is not installed)";

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { readonly port: number };
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
  /** Starts it again, with what it had written down. */
  start(): Promise<void>;
}

/** A Redis server of the tests of this file or group alone, which writes down every command before it answers. */
export function redisServer(options: readonly string[] = [], password?: string): Server {
  const folder = mkdtempSync(join(tmpdir(), "psilon-redis-"));
  const durable = ["--save", "", "--appendonly", "yes", "--appendfsync", "always", "--dir", folder];
  let child: ChildProcess | null = null;
  let port = 0;
  let client: Redis;
  const server: Server = {
    get port() {
      return port;
    },
    get url() {
      return `redis://127.0.0.1:${port}/0`;
    },
    get client() {
      return client;
    },
    async start() {
      child = spawn("redis-server", ["--port", `${port}`, "--bind", "127.0.0.1", ...durable, ...options], {
        stdio: "ignore",
      });
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
  beforeAll(async () => {
    port = await freePort();
    client = new Redis({
      port,
      maxRetriesPerRequest: null,
      retryStrategy: () => 50,
      ...(password !== undefined && { password }),
    });
    client.on("error", () => {});
    await server.start();
  });
  afterAll(async () => {
    client.disconnect();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return server;
}
