import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { InputError } from "psilon";
import { describe, expect, it } from "vitest";
import { redisAddress } from "../../src/queue/address.js";
import { connect } from "../../src/queue/connect.js";
import { temporaryFolder } from "../support/folder.js";
import { psilonApart } from "../support/psilon.js";
import { until } from "../support/queue.js";
import { freePort, hasRedis, redisServer, withoutRedis } from "../support/redis.js";

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

const folder = temporaryFolder();

const SECRET = "p@ss:w/rd%";
const password = encodeURIComponent(SECRET);

/** The sentence with which a server is refused, which never tells the password. */
async function refusal(url: string): Promise<string> {
  const error = await Promise.resolve()
    .then(() => connect(redisAddress(url, "--redis"), () => {}))
    .then(
      () => expect.fail("was let in"),
      (thrown: unknown) => thrown,
    );
  expect(error).toBeInstanceOf(InputError);
  const { message, problem } = error as InputError;
  for (const told of [message, JSON.stringify(problem)]) {
    expect(told).not.toContain(SECRET);
    expect(told).not.toContain(password);
  }
  return message;
}

describe("The address of Redis", () => {
  it("is read with all its parts, and shown without the password", () => {
    expect(redisAddress(`redis://me:${password}@host:7000/3`, "--redis")).toEqual({
      shown: "redis://me:<password>@host:7000/3",
      options: { host: "host", port: 7000, db: 3, username: "me", password: SECRET },
    });
    expect(redisAddress("rediss://host", "--redis").options.tls).toEqual({ servername: "host" });
    expect(redisAddress("redis://host", "--redis")).toEqual({
      shown: "redis://host:6379/0",
      options: { host: "host", port: 6379, db: 0 },
    });
    expect(redisAddress(`rediss://:${password}@[::1]/`, "--redis")).toEqual({
      shown: "rediss://:<password>@[::1]:6379/0",
      options: { host: "::1", port: 6379, db: 0, password: SECRET, tls: {} },
    });
  });

  it.each([
    ["", "is none"],
    ["host:6379", "begins with host:// instead of redis:// or rediss://"],
    [`http://me:${password}@host`, "begins with http:// instead of redis:// or rediss://"],
    [`redis://me:${password}@`, "is none"],
    [`redis://me:${password}@host:99999`, "is none"],
    [`redis://me:${password}@host/three`, "does not end in the number of a database"],
    [`redis://me:${password}@host/0?family=6`, "has more behind its database"],
    ["redis://me:50%@host", "has a % that begins no character"],
  ])("%j is refused in a sentence", async (url, why) => {
    expect(await refusal(url)).toBe(
      `The address of Redis in --redis ${why}; write it as in redis://user:password@host:6379/0, or rediss:// with TLS.`,
    );
  });
});

describe("What is no Redis server", () => {
  it("is refused where nothing listens, and where the name is of no machine", async () => {
    const port = await freePort();
    expect(await refusal(`redis://me:${password}@127.0.0.1:${port}`)).toBe(
      `The Redis server at redis://me:<password>@127.0.0.1:${port}/0 is not there; start one with "redis-server --appendonly yes", or name another.`,
    );
    expect(await refusal("redis://nowhere.invalid")).toBe(
      "The Redis server at redis://nowhere.invalid:6379/0 is not known by that name.",
    );
  });

  it.each([
    ["ends the connection", null, /ended the connection; write rediss:\/\//],
    [
      "answers as a web server does",
      "HTTP/1.1 400 Bad Request\r\n\r\n",
      /answers as no Redis does|ended the connection/,
    ],
  ])("is refused where it %s", async (_, answer, said) => {
    const other = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => (answer === null ? socket.destroy() : socket.end(answer)));
    }).listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as { readonly port: number };
    expect(await refusal(`redis://me:${password}@127.0.0.1:${port}`)).toMatch(said);
    other.close();
  });
});

describe.skipIf(!hasRedis)(`A Redis server${withoutRedis}`, () => {
  const server = redisServer(["--requirepass", SECRET], SECRET);
  const at = (who: string, scheme = "redis", database = "") =>
    `${scheme}://${who}127.0.0.1:${server.port}${database}`;
  const shown = (who: string) => at(who, "redis", "/0");

  it("is refused that does not let in", async () => {
    expect(await refusal(at(":wrong@"))).toBe(
      `The Redis server at ${shown(":<password>@")} refuses the user or the password.`,
    );
    expect(await refusal(at(`nobody:${password}@`))).toMatch(/ refuses the user or the password\.$/);
    expect(await refusal(at(""))).toBe(
      `The Redis server at ${shown("")} asks for another user or password than was given.`,
    );
  });

  it("is refused where the user may not do what is needed", async () => {
    await server.client.call(
      "ACL",
      "SETUSER",
      "reader",
      "on",
      `>${SECRET}`,
      "~psilon:*",
      "+@read",
      "+info",
      "+select",
    );
    await server.client.call("ACL", "SETUSER", "other", "on", `>${SECRET}`, "~other:*", "+@all");
    for (const user of ["reader", "other"]) {
      expect(await refusal(at(`${user}:${password}@`))).toBe(
        `The Redis server at ${shown(`${user}:<password>@`)} does not let this user do what is needed; allow it all commands on keys that begin with psilon:, and info.`,
      );
    }
  });

  it("is refused where TLS is asked for that it has not, and a database", async () => {
    expect(await refusal(at(`:${password}@`, "rediss"))).toBe(
      `The Redis server at ${at(":<password>@", "rediss", "/0")} does not answer; name another, or write redis:// where it has no TLS.`,
    );
    expect(await refusal(at(`:${password}@`, "redis", "/99"))).toMatch(/ has no database of that number\.$/);
  });

  it.skipIf(!hasOpenssl)(
    `is worked with over TLS by who trusts its certificate${hasOpenssl ? "" : " (openssl is not installed)"}`,
    async () => {
      const [key, certificate] = ["key.pem", "certificate.pem"].map((name) => join(folder.path, name));
      execFileSync(
        "openssl",
        [
          ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"],
          ...["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", certificate],
        ],
        { stdio: "ignore" },
      );
      const port = await freePort();
      const files = ["tls-cert-file", certificate, "tls-key-file", key, "tls-ca-cert-file", certificate];
      await server.client.config("SET", ...files, "tls-auth-clients", "no", "tls-port", `${port}`);
      const url = `rediss://:${password}@localhost:${port}`;
      const trusting = { NODE_EXTRA_CA_CERTS: certificate };
      const worker = ["worker", "--redis", url];
      expect(await psilonApart(worker, { env: trusting, interrupt: /Waiting for trials/ })).toMatchObject({
        code: 0,
        stderr: expect.stringContaining(`Waiting for trials at rediss://:<password>@localhost:${port}/0`),
      });
      expect(await refusal(url)).toBe(
        `The Redis server at rediss://:<password>@localhost:${port}/0 has a certificate that is not trusted; name its authority's file in NODE_EXTRA_CA_CERTS.`,
      );
    },
  );

  it("lets in by the password, and a user that may work with psilon's keys alone", async () => {
    await server.client.call(
      "ACL",
      "SETUSER",
      "psilon",
      "on",
      `>${SECRET}`,
      "~psilon:*",
      "&*",
      "+@all",
      "-@admin",
      "-@dangerous",
      "+info",
      "+client",
    );
    for (const who of [`:${password}@`, `psilon:${password}@`]) {
      const said: string[] = [];
      const { client } = await connect(redisAddress(at(who), "--redis"), (note) => said.push(note));
      expect(await client.ping()).toBe("PONG");
      expect(said).toEqual([]);
      client.disconnect();
    }
  });

  it("says what is odd about it, and when it goes and is back", async () => {
    await server.client.config("SET", "maxmemory-policy", "allkeys-lru");
    const said: string[] = [];
    const { client } = await connect(redisAddress(at(`:${password}@`), "--redis"), (note) => said.push(note));
    expect(said).toEqual([
      `The Redis server at ${shown(":<password>@")} throws keys away when its memory is full (maxmemory-policy allkeys-lru), which loses trials; set it to noeviction.`,
    ]);
    await server.stop();
    await until(() => said.length > 1);
    expect(said[1]).toBe(
      `The connection to ${shown(":<password>@")} was lost; it is tried again until it is back.`,
    );
    const waiting = client.ping();
    await server.start();
    expect(await waiting).toBe("PONG");
    await until(() => said.includes(`The connection to ${shown(":<password>@")} is back.`));
    client.disconnect();
  });
});
