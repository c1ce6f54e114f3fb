import { expect, test } from "vitest";
import { meanOutputs, mix } from "../../src/fit/mix.ts";
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
  expect(mix(best, [alike, opposite], heldOut)).toEqual([best, opposite]);
  expect(mix(best, [alike], heldOut)).toEqual([best]);
  expect(mix(best, [], heldOut)).toEqual([best]);
  expect([...meanOutputs([best, opposite])]).toEqual([0, 0, 0, 0.25]);
});

test("What lowers the loss by less than a hundredth is not worth its networks", () => {
  const best = erring(1, 1, 1, 1);
  // The mean errs by 1 − share/2 everywhere.
  const off = (share: number) => erring(1 - share, 1 - share, 1 - share, 1 - share);
  expect(mix(best, [off(0.019)], heldOut)).toHaveLength(1);
  expect(mix(best, [off(0.021)], heldOut)).toHaveLength(2);
});

test("A trial that diverged is never mixed in", () => {
  const diverged = { ...erring(0, 0, 0, 0), outputs: null };
  expect(mix(erring(1, 1, 1, 1), [diverged], heldOut)).toHaveLength(1);
});
