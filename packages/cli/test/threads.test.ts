import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { createPool } from "../dist/threads.js";
import { temporaryFolder } from "./support/folder.js";

const folder = temporaryFolder();

// Otherwise a full thread ends the process, not each time: in Node 20 and 22 about one time in eight.
it("what is young in a thread is less than the 16 MiB that Node lets a full thread go on by", async () => {
  const limits = folder.write(
    "limits.mjs",
    'import { resourceLimits } from "node:worker_threads"; export default () => resourceLimits;',
  );
  const pool = createPool(pathToFileURL(limits).href, 1);
  try {
    const { maxYoungGenerationSizeMb } = await pool.run({});
    expect(maxYoungGenerationSizeMb).toBeGreaterThan(0);
    expect(maxYoungGenerationSizeMb).toBeLessThan(16);
  } finally {
    await pool.destroy();
  }
});
