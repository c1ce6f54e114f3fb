import { InputError } from "psilon";
import { expect, it } from "vitest";
import { samplePath } from "../../src/data/samples.js";

it.each([
  ["penguin", /; did you mean "penguins"\?$/],
  ["nothing like it", /; there are "airports", .* and \d+ more\.$/],
  // A map, not a table.
  ["us-10m", /^There is no sample table "us-10m"; /],
])("sample tables are suggested when there is none named %s", async (name, end) => {
  await expect(samplePath(name)).rejects.toThrow(InputError);
  await expect(samplePath(name)).rejects.toThrow(end);
});
