import { createHash } from "node:crypto";
import { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { describe, expect, it } from "vitest";
import { type StudyReference, trialMessage } from "../../src/queue/messages.js";
import { packStudy } from "../../src/queue/packedStudy.js";
import { putPieces, referenceOf } from "../../src/queue/pieces.js";
import { gathered, poolOn, queueWorkers, tinyStudy, trialsOf, until } from "../support/queue.js";
import { hasRedis, redisServer, withoutRedis } from "../support/redis.js";

const QUEUE = "psilon:trials:";

/** Messages that BullMQ itself enqueues, of a study that is there. */
function contents(study: StudyReference): unknown[] {
  const trial = trialMessage("evil", study, { number: 1, settings: { lambda: 0.1 } });
  const settings = (value: object) => ({ ...trial, settings: value });
  return [
    null,
    "require('child_process').exec('id')",
    [trial],
    {},
    { ...trial, version: 2 },
    { ...trial, version: "1" },
    { ...trial, script: "/tmp/x.js" },
    { ...trial, number: -1 },
    { ...trial, number: "1" },
    { ...trial, number: 1e300 },
    { ...trial, sweep: "../../etc" },
    { ...trial, sweep: { toString: "x" } },
    { ...trial, study: { ...study, bytes: 2 ** 31 } },
    { ...trial, study: { ...study, hash: "f".repeat(64) } },
    { ...trial, study: { ...study, bytes: study.bytes - 1 } },
    { ...trial, study: { hash: "/etc/passwd", bytes: 10 } },
    settings({ backend: "blas" }),
    settings({ seed: 1 }),
    settings({ width: -8 }),
    settings({ width: 1e9 }),
    settings({ epochs: 1e12 }),
    settings({ lambda: "nan" }),
    settings({ network: "x".repeat(100) }),
    settings({ network: "evil" }),
    settings({ width: { valueOf: 8 } }),
    JSON.parse(`{"__proto__": ${JSON.stringify(trial)}}`),
    JSON.parse(JSON.stringify(trial).replace('"settings":{', '"settings":{"__proto__":{"width":1},')),
    { ...trial, ["x".repeat(100_000)]: 1 },
    { ...trial, settings: Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`s${i}`, i])) },
  ];
}

/** A job's fields in Redis as they should be, but for its data. */
const fields = { name: "trial", opts: "{}", timestamp: "1", delay: "0", priority: "0", data: "null" };

/** What somebody writes by hand: fields of a job, or something else under its name. */
const byHand: readonly (Readonly<Record<string, string>> | string | null)[] = [
  null,
  "a text where a job should be",
  { ...fields, data: "not JSON" },
  { ...fields, data: '{"version":1' },
  { ...fields, data: "[".repeat(60_000) },
  { ...fields, opts: "not JSON" },
  { ...fields, opts: "null" },
  { ...fields, opts: "[]" },
  { ...fields, opts: '{"attempts":1e9,"backoff":{"type":"x"},"removeOnFail":{"count":"x"},"sizeLimit":-1}' },
  { ...fields, progress: "not JSON" },
  { ...fields, parent: "not JSON" },
  { ...fields, parent: "5", parentKey: `${QUEUE}victim` },
  { ...fields, parentKey: `${QUEUE}meta`, parent: `{"id":"meta","queueKey":"psilon:trials","fpof":true}` },
  { ...fields, rjk: "again", opts: '{"repeat":{"every":1,"count":1000000}}' },
  { ...fields, rjk: "a:b:c:d:1000" },
  { ...fields, id: "good-3" },
  { ...fields, deid: "good-3" },
  { ...fields, defa: "a reason of another's" },
  { ...fields, atm: "x", ats: "-5", stc: "1e9", timestamp: "never" },
  { ...fields, ats: "many" },
  { evil: "x" },
];

describe.skipIf(!hasRedis)(`A worker${withoutRedis}`, () => {
  const server = redisServer();
  const startWorker = queueWorkers();

  it("refuses 1,000 hostile messages, each of them told, and does the good ones among them", async () => {
    const study = await tinyStudy();
    const { client } = server;
    const packed = packStudy(study);
    const reference = referenceOf(packed);
    await putPieces(client, reference, packed);
    const queue = new Queue("trials", { connection: client, prefix: "psilon" });
    const hostile = contents(reference);
    await client.set("psilon:sweep:evil", "1");
    for (const bytes of noStudies()) hostile.push(await messageOf(client, bytes));
    hostile.push(await wrongBytes(client, packed));
    let sent = 0;
    const send = async () => {
      const i = sent++;
      const turn = Math.floor(i / 2);
      if (i % 2) return queue.add("trial", hostile[turn % hostile.length], { jobId: `evil-${i}` });
      const job = byHand[turn % byHand.length];
      await write(client, `hand-${i}`, job);
    };
    for (let i = 0; i < 10; i++, sent++) {
      await write(client, `huge-${i}`, { ...fields, data: JSON.stringify("x".repeat(10_000_000)) });
    }
    while (sent < 500) await send();
    const pool = await poolOn(server.url, study, "good");
    const trials = trialsOf(20);
    const outcomes = gathered(pool, trials);
    await until(async () => (await client.zcard(`${QUEUE}prioritized`)) === 20);
    const worker = await startWorker(server.url);
    while (sent < 1000) await send();
    expect([...(await outcomes).values()].map(({ status }) => status)).toEqual(trials.map(() => "done"));
    await until(
      async () => (await client.llen(`${QUEUE}wait`)) + (await client.llen(`${QUEUE}active`)) === 0,
    );
    worker.process.kill("SIGTERM");
    const { done, failed, refused, megabytes } = JSON.parse(await worker.ended);
    // What is of no study that can be opened is a trial that fails.
    expect({ done, told: failed + refused }).toEqual({ done: 20, told: 1000 });
    expect(failed).toBeLessThan(100);
    expect(megabytes).toBeLessThan(700);
    const lines = worker.stderr().trim().split("\n");
    expect(lines.filter((line) => line.startsWith("note: "))).toHaveLength(21);
    expect(lines).toContain(`note: ${refused - 20} messages more were refused.`);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(1000);
    // Nothing comes again, and of what was sent nothing is kept but why it was refused.
    expect(await client.zcard(`${QUEUE}delayed`)).toBe(0);
    expect(await client.keys(`${QUEUE}repeat*`)).toEqual([]);
    expect(await client.memory("USAGE", `${QUEUE}huge-1`)).toBeLessThan(10_000);
    await pool.close();
    await queue.close();
  });
});

/** Bytes that are no study, however they are named. */
function noStudies(): Uint8Array[] {
  const text = (value: string) => new TextEncoder().encode(value);
  const header = (value: object) => {
    const json = text(JSON.stringify(value));
    const bytes = new Uint8Array(24 + json.length);
    bytes.set(text("psilon study 1\n\0"));
    new DataView(bytes.buffer).setUint32(16, json.length, true);
    bytes.set(json, 24);
    return bytes;
  };
  const origin = { source: "x", firstRow: 1 };
  const empty = { target: ["y"], folds: 2, isWeighted: false, rowCount: 0, origins: [origin], columns: [] };
  return [
    text("#!/bin/sh\nrm -rf /\n"),
    header({ ...empty, options: { run: "evil" } }),
    header({ ...empty, options: {}, rowCount: 2 ** 31 }),
    header({ ...empty, options: {} }),
  ];
}

async function messageOf(client: Redis, bytes: Uint8Array): Promise<object> {
  const study = referenceOf(bytes);
  await putPieces(client, study, bytes);
  return trialMessage("evil", study, { number: 1, settings: {} });
}

/** A study that could be run, but is not what it is named. */
async function wrongBytes(client: Redis, packed: Uint8Array): Promise<object> {
  const hash = createHash("sha256").update("another").digest("hex");
  await putPieces(client, { hash, bytes: packed.length }, packed);
  return trialMessage("evil", { hash, bytes: packed.length }, { number: 1, settings: {} });
}

/** Puts something where a job waits. */
async function write(client: Redis, id: string, job: Readonly<Record<string, string>> | string | null) {
  if (typeof job === "string") await client.set(`${QUEUE}${id}`, job);
  else if (job) await client.hset(`${QUEUE}${id}`, job);
  await client.lpush(`${QUEUE}wait`, id);
  await client.zadd(`${QUEUE}marker`, 0, "0");
}
