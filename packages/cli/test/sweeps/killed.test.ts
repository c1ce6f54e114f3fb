import { expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { killSweeps } from "../support/killedSweeps.js";
import { psilonHere } from "../support/psilonHere.js";

const { path: cwd } = temporaryFolder();

/** Kills in all; PSILON_KILLS asks for more. */
const KILLS = Number(process.env.PSILON_KILLS ?? 9);

const sweep = [
  ...["sweep", "sample:penguins", "--target", "species", "--space", "width=int(2,40) lambda=log(1e-4,1e-1)"],
  ...["--trials", "9", "--search", "halving", "--epochs", "9", "--preset", "fast", "--folds", "2"],
  ...["--backend", "wasm", "--seed", "3", "--threads", "2", "--json"],
];

/** Its trials, without how long they took. */
const trialsIn = (stdout: string) =>
  (JSON.parse(stdout) as { tried: readonly object[] }).tried.map((trial) => ({ ...trial, seconds: 0 }));

it("a sweep that is killed at any moment and resumed has each trial once, and comes to what it would have come to", async () => {
  const whole = await psilonHere([...sweep, "--runs", "whole.duckdb"], { cwd });
  expect([whole.code, whole.stderr]).toEqual([0, expect.stringContaining("Rung 1 of 3")]);
  const numbers = Array.from({ length: 13 }, (_, number) => number);
  expect(trialsIn(whole.stdout)).toMatchObject(numbers.map((number) => ({ number, status: "done" })));
  const { printed, kills, midway, recorded } = await killSweeps(sweep, cwd, "killed.duckdb", KILLS);
  if (process.env.PSILON_KILLS) console.log({ kills, midway, sweeps: printed.length });
  expect(kills).toBe(KILLS);
  for (const stdout of printed) expect(trialsIn(stdout)).toEqual(trialsIn(whole.stdout));
  expect([...recorded.values()]).toEqual(printed.map(() => numbers));
});
