import { expect, it, vi } from "vitest";
import { samplePath } from "../../src/data/samples.js";

// No package is found from anywhere.
vi.mock("node:module", async (original) => ({
  ...(await original<typeof import("node:module")>()),
  createRequire: () => ({
    resolve(name: string) {
      throw new Error(`Cannot find module "${name}"`);
    },
  }),
}));

it("a sample table comes with the command itself", async () => {
  expect(await samplePath("penguins")).toMatch(/samples.penguins\.csv$/);
});

it("another one, without its package, says how to add it", async () => {
  await expect(samplePath("cars")).rejects.toThrow(
    'There is no sample table "cars"; "penguins" comes with the command, add others with "npm install vega-datasets".',
  );
});
