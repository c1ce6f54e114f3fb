import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, dist, runInChromiumWorker } from "../support/chromium.ts";
import { trainFingerprint } from "../support/fingerprint.ts";

const entry = join(dist, "engine/index.js");

/** Trains in a Node process of its own and returns the fingerprint. */
function fingerprintInNode(): string {
  const source = `
    import * as psilon from ${JSON.stringify(pathToFileURL(entry).href)};
    ${trainFingerprint}
    process.stdout.write(await trainFingerprint(psilon));`;
  return execFileSync(process.execPath, ["--input-type=module", "--eval", source], { encoding: "utf8" });
}

describe("Training with the deterministic kernels", () => {
  let expected: string;
  beforeAll(() => {
    if (!existsSync(entry)) throw new Error("The package is not built: run `npm run build` first.");
    expected = fingerprintInNode();
  });

  test("gives the same bytes in another Node process", () => {
    expect(expected).toMatch(/^[0-9a-f]{64}$/);
    expect(fingerprintInNode()).toBe(expected);
  });

  const missing = chromiumPath ? "" : " (skipped: no Chromium found, name one in PSILON_CHROMIUM)";
  test.skipIf(!chromiumPath)(
    `gives the same bytes in a Web Worker of Chromium as in Node${missing}`,
    async () => {
      const source = `
      import * as psilon from "/dist/engine/index.js";
      ${trainFingerprint}
      trainFingerprint(psilon).then(postMessage, (error) => postMessage("failed: " + error));`;
      expect(await runInChromiumWorker(source)).toBe(expected);
    },
  );
});
