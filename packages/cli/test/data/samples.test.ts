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

it("a sample table without its package says how to add it", async () => {
  await expect(samplePath("penguins")).rejects.toThrow(
    'Sample tables come from the package "vega-datasets", which is not installed; add it with "npm install vega-datasets".',
  );
});
