import { type Frame, frameFrom, InputError, type ProblemCode } from "psilon";
import { expect, it, vi } from "vitest";
import { createLocalPool } from "../../src/sweeps/localPool.js";
import { openStudy } from "../../src/sweeps/runTrial.js";
import type { Study } from "../../src/sweeps/study.js";
import type { TrialOutcome } from "../../src/sweeps/trial.js";

const problem = (code: ProblemCode) => new InputError({ code, found: `It is ${code}` });

vi.mock("psilon", async (original) => ({
  ...(await original<typeof import("psilon")>()),
  crossValidate: async (_: unknown, __: unknown, { width }: { readonly width: number }) => {
    throw problem(CODES[width]);
  },
}));

vi.mock("../../dist/threads.js", async (original) => ({
  ...(await original<typeof import("../../dist/threads.js")>()),
  runInThread: async (_: unknown, { settings }: { readonly settings: { readonly width: number } }) => {
    throw problem(CODES[settings.width]);
  },
}));

const CODES: readonly ProblemCode[] = ["not-installed", "out-of-memory", "unsuitable"];

const frame: Frame = frameFrom(Array.from({ length: 20 }, (_, i) => ({ a: i, y: 2 * i })));
const study: Study = { frame, target: ["y"], options: {}, folds: 2 };
const trials = CODES.map((_, width) => ({ number: width, settings: { width } }));

it("what a machine or a thread lacks is no outcome that a trial keeps", async () => {
  const pool = createLocalPool(study, 1);
  const outcomes: TrialOutcome[] = [];
  await pool.run(trials, {
    signal: new AbortController().signal,
    onOutcome: async (_, outcome) => void outcomes.push(outcome),
  });
  await pool.close();
  expect(outcomes).toEqual([
    { status: "failed", reason: "It is not-installed.", isLack: true },
    { status: "failed", reason: "It is out-of-memory.", isLack: true },
    { status: "failed", reason: "It is unsuitable." },
  ]);
});

it("a study throws for what is not installed, and hands over why else a trial cannot be trained", async () => {
  const run = openStudy(study);
  await expect(run(trials[0], {})).rejects.toThrow("It is not-installed.");
  // That WebAssembly's memory ends holds everywhere.
  expect(await run(trials[1], {})).toEqual({ status: "failed", reason: "It is out-of-memory." });
  expect(await run(trials[2], {})).toEqual({ status: "failed", reason: "It is unsuitable." });
});
