import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

/** A number that a function returns may be an object of 16 bytes to the engine: some two dozen, and no array. */
const FLAT = 400;

const script = fileURLToPath(new URL("../../support/measureAllocation.mjs", import.meta.url));

// On one thread the engine compiles when it decides to, however busy the machine is.
const measure = (...argv: string[]) =>
  JSON.parse(execFileSync(process.execPath, ["--single-threaded", script, ...argv], { encoding: "utf8" }));

/** `wasteful`: bytes of heap per step where each allocates 1 kB on purpose. */
const { names, wasteful }: { names: string[]; wasteful: number } = measure();
/** Bytes of heap per step, and those by which the arena grew. */
const results = names.map((name, index): { name: string; bytes: number; arena: number } => ({
  name,
  ...measure(String(index)),
}));

describe.each(results)("1,000 training steps of $name", ({ bytes, arena }) => {
  test("allocate nothing in the arena", () => {
    expect(arena).toBe(0);
  });

  test("leave the JavaScript heap flat", () => {
    expect(bytes).toBeLessThan(FLAT);
  });
});

test("Training steps that allocate 1 kB each would be caught", () => {
  expect(wasteful).toBeGreaterThan(2 * FLAT);
});
