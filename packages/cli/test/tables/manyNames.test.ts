import { Readable } from "node:stream";
import { expect, it, vi } from "vitest";
import { readFrame } from "../../src/tables/readFrame.js";
import { temporaryFolder } from "../support/folder.js";

vi.mock("node:os", async (original) => ({
  ...(await original<typeof import("node:os")>()),
  freemem: () => 1e9,
  totalmem: () => 1e9,
}));

const folder = temporaryFolder();

it("rows of JSON with no names in common, which make a table of all names, are refused before it is looked through", async () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => `{"n${i}": 1}`);
  const path = folder.write("names.json", `[${rows.join()}]`);
  const input = { stdin: Readable.from([]), signal: new AbortController().signal };
  await expect(readFrame(path, input)).rejects.toThrow(
    expect.objectContaining({
      name: "InputError",
      message: `The table in ${path} has 20,000 rows and would take about 1,600 MB of memory, but this machine has only 1,000 MB left; give it a part of the rows at a time, or free some memory.`,
    }),
  );
});
