import { InputError } from "psilon";
import { describe, expect, it } from "vitest";
import { readOutcome, readTrialMessage, trialMessage, writeOutcome } from "../../src/queue/messages.js";
import type { TrialOutcome } from "../../src/sweeps/trial.js";
import { version } from "../../src/version.js";

const study = { hash: "0123456789abcdef".repeat(4), bytes: 1000 };
const settings = { lambda: 1e-3, width: 8, optimizer: "padam", network: "resnet" };
const message = trialMessage("abc1", study, { number: 7, settings });

const sent = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const read = (value: unknown) => readTrialMessage(sent(value), 2 ** 30);

function refusal(reading: () => unknown): string {
  try {
    reading();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as InputError).message;
  }
  return expect.fail("was read");
}

describe("the message of a trial", () => {
  it("is read as it was written", () => {
    expect(read(message)).toEqual(message);
    expect(read({ ...message, settings: {} })).toEqual({ ...message, settings: {} });
  });

  it.each<[string, unknown]>([
    ["nothing", null],
    ["a text", "run this"],
    ["a list", [message]],
    ["a version that is none", { ...message, version: 2 }],
    ["a version without its parts", { ...message, version: "1" }],
    ["a version with more than its parts", { ...message, version: `${version}; rm -rf /` }],
    ["a long version", { ...message, version: `${version}${"0".repeat(100)}` }],
    ["no version", { ...message, version: undefined }],
    ["an unknown field", { ...message, script: "rm -rf /" }],
    ["a path", { ...message, file: "/etc/passwd" }],
    ["no settings", { ...message, settings: undefined }],
    ["settings as a list", { ...message, settings: [] }],
    ["a sweep that is a path", { ...message, sweep: "../../x" }],
    ["a sweep with a colon", { ...message, sweep: "a:b" }],
    ["a long sweep", { ...message, sweep: "a".repeat(65) }],
    ["a number below 0", { ...message, number: -1 }],
    ["a part of a number", { ...message, number: 0.5 }],
    ["a number too large", { ...message, number: 1e300 }],
    ["a hash that is none", { ...message, study: { ...study, hash: "x".repeat(64) } }],
    ["a hash that is longer", { ...message, study: { ...study, hash: `${study.hash}0` } }],
    ["a study too large", { ...message, study: { ...study, bytes: 2 ** 30 + 1 } }],
    ["a study of nothing", { ...message, study: { ...study, bytes: 0 } }],
    ["a study with a path", { ...message, study: { ...study, path: "/tmp/x" } }],
    ["a setting that there is not", { ...message, settings: { seed: 1 } }],
    ["a setting that is a program's", { ...message, settings: { backend: "blas" } }],
    ["a setting that is a list", { ...message, settings: { width: [8] } }],
    ["a setting that is an object", { ...message, settings: { width: { valueOf: 8 } } }],
    ["a setting that is nothing", { ...message, settings: { width: null } }],
    ["a number that is a text", { ...message, settings: { width: "8" } }],
    ["a name that is a number", { ...message, settings: { network: 8 } }],
    ["a long text", { ...message, settings: { network: "x".repeat(65) } }],
    ["a very long text", { ...message, settings: { network: "x".repeat(10_000_000) } }],
    ["a width below 0", { ...message, settings: { width: -8 } }],
    ["a network that there is not", { ...message, settings: { network: "require('fs')" } }],
  ])("is refused in a sentence with %s", (_, value) => {
    expect(refusal(() => read(value))).toMatch(/^[^\n]{10,400}\.$/);
  });

  it("of another psilon is none to be read, whatever else it has", () => {
    for (const other of [
      { version: "99.1.0-next.2" },
      { ...message, version: "99.1.0-next.2", more: 1, settings: { rows: [1] } },
    ]) {
      const reading = () => read(other);
      expect(refusal(reading)).toBe(
        `The trial is of psilon 99.1.0-next.2, and this worker is of ${version}; run the same version everywhere.`,
      );
      expect(reading).toThrow(
        expect.objectContaining({ problem: expect.objectContaining({ code: "unsupported-version" }) }),
      );
    }
  });

  it("is refused with what all objects have in common, which stays as it is", () => {
    for (const text of [
      `{"__proto__": ${JSON.stringify(message)}}`,
      JSON.stringify(message).replace("{", '{"__proto__":{"x":1},'),
      JSON.stringify(message).replace('"settings":{', '"settings":{"__proto__":{"width":1},'),
      JSON.stringify(message).replace('"settings":{', '"settings":{"constructor":1,'),
    ]) {
      expect(refusal(() => readTrialMessage(JSON.parse(text), 2 ** 30))).not.toBe("");
    }
    expect(({} as { x?: number }).x).toBeUndefined();
  });
});

const summary = { mean: 0.1, stderr: null, perSplit: [0.1, -0, 1e-300] };
const done: TrialOutcome = {
  status: "done",
  metrics: {
    rmse: summary,
    r2: null,
    bound: { mean: Number.POSITIVE_INFINITY, stderr: Number.NaN, perSplit: [] },
  },
  linear: { rmse: summary },
  lambdas: [1e-3, 0],
  seconds: 1.5,
};

describe("an outcome", () => {
  it.each<[string, TrialOutcome]>([
    ["of a trial that was done", done],
    ["of a trial that failed", { status: "failed", reason: "There is no column." }],
  ])("%s is read as it was written, to the bit", (_, outcome) => {
    expect(readOutcome(sent(writeOutcome(outcome)))).toStrictEqual(outcome);
  });

  const plain = writeOutcome(done) as Record<string, unknown>;
  it.each<[string, unknown]>([
    ["nothing", null],
    ["a text", "done"],
    ["a status that there is not", { ...plain, status: "better" }],
    ["no status", { metrics: {} }],
    ["a reason beside figures", { ...plain, reason: "x" }],
    ["a reason that is none", { status: "failed", reason: 1 }],
    ["a reason without an end", { status: "failed", reason: "x".repeat(100_000) }],
    ["an unknown field", { ...plain, model: "x" }],
    ["no metrics", { ...plain, metrics: undefined }],
    ["metrics as a list", { ...plain, metrics: [] }],
    ["a metric with the name of a program", { ...plain, metrics: { "'; DROP TABLE runs; --": summary } }],
    ["a metric that is a number", { ...plain, metrics: { rmse: 1 } }],
    ["a mean that is a text", { ...plain, metrics: { rmse: { ...summary, mean: "small" } } }],
    ["a mean that all objects have", { ...plain, metrics: { rmse: { ...summary, mean: "toString" } } }],
    ["a metric with more", { ...plain, metrics: { rmse: { ...summary, html: "<b>" } } }],
    ["λ that is none", { ...plain, lambdas: ["x"] }],
    ["λ without an end", { ...plain, lambdas: new Array(100_001).fill(0) }],
    ["seconds below 0", { ...plain, seconds: -1 }],
    ["seconds without an end", { ...plain, seconds: "Infinity" }],
    [
      "metrics without an end",
      { ...plain, metrics: Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`m${i}`, null])) },
    ],
    ["its own prototype", JSON.parse(`{"__proto__": ${JSON.stringify(plain)}}`)],
    [
      "a metric for all objects",
      JSON.parse(`{"status":"done","metrics":{"__proto__":null},"linear":{},"lambdas":[],"seconds":0}`),
    ],
  ])("is refused in a sentence with %s", (_, value) => {
    expect(refusal(() => readOutcome(sent(value)))).toMatch(
      /^The result of a worker cannot be used: [^\n]{5,200}\.$/,
    );
  });
});
