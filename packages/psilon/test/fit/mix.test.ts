import { expect, test } from "vitest";
import { crossMixed, meanOutputs, mix } from "../../src/fit/mix.ts";
import type { HeldOutRows, Trial } from "../../src/fit/trials.ts";

/** A trial whose outputs err by these. */
const erring = (...errors: readonly number[]): Trial =>
  ({ outputs: Float32Array.from(errors), loss: Math.hypot(...errors) }) as unknown as Trial;
const heldOut = {
  target: { task: "regression", names: ["y"], centers: [0], scales: [1] },
  targets: new Float32Array(4),
  weights: null,
} as unknown as HeldOutRows;

test("Trials are mixed whose errors cancel, and no others", () => {
  const best = erring(1, -1, 1, -1);
  const opposite = erring(-1, 1, -1, 1.5);
  const alike = erring(1.1, -1.1, 1.1, -1.1);
  expect(mix([best, alike, opposite], heldOut, 2)).toEqual([best, opposite]);
  expect([...meanOutputs([best, opposite])]).toEqual([0, 0, 0, 0.25]);
});

test("There are so many networks as were asked for, more of what is worth more", () => {
  const best = erring(1, 1, 1, 1);
  const opposite = erring(-3, -3, -3, -3);
  expect(mix([best, opposite], heldOut, 4)).toEqual([best, best, best, opposite]);
  expect(mix([best], heldOut, 4)).toEqual([best, best, best, best]);
  expect(mix([opposite, best], heldOut, 1)).toEqual([best]);
});

test("The first is the first given of those that draw", () => {
  const [first, second] = [erring(1.004, 1, 1, 1), erring(1, 1, 1, 1)];
  expect(mix([first, second], heldOut, 1)).toEqual([first]);
  expect(mix([erring(1.1, 1, 1, 1), second], heldOut, 1)).toEqual([second]);
});

test("A trial that diverged is never mixed in", () => {
  const best = erring(1, 1, 1, 1);
  const diverged = { ...erring(0, 0, 0, 0), outputs: null, loss: Number.NaN };
  expect(mix([diverged, best], heldOut, 2)).toEqual([best, best]);
});

test("Rows are predicted by mixes that were chosen without them", () => {
  const rows = 20;
  const many = {
    ...heldOut,
    truth: new Float64Array(rows),
    targets: new Float32Array(rows),
  } as unknown as HeldOutRows;
  // Each errs on one part of the rows alone, where nobody would choose it who had seen them.
  const blind = Array.from({ length: 5 }, (_, part) =>
    erring(...Array.from({ length: rows }, (_, row) => (row % 5 === part ? 10 : 1))),
  );
  const sound = erring(...Array<number>(rows).fill(2));
  const crossed = crossMixed([...blind, sound], many, 1);
  // Without part p, the one that errs on p looks best.
  expect([...crossed]).toEqual(Array(rows).fill(10));
  expect([...meanOutputs(mix([...blind, sound], many, 1))]).toEqual(Array(rows).fill(2));
  expect(crossMixed([sound], many, 4)).toEqual(sound.outputs);
});
