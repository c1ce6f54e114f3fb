import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parquetWriteBuffer } from "hyparquet-writer";
import { beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, dist, outputInChromium, runInChromiumWorker } from "../support/chromium.ts";
import { trainFingerprint } from "../support/fingerprint.ts";
import { readAndTrain } from "../support/readAndTrain.ts";

const entry = join(dist, "engine/index.js");

/** Trains in a Node process of its own and returns the fingerprint. */
function fingerprintInNode(): string {
  const source = `
    import * as psilon from ${JSON.stringify(pathToFileURL(entry).href)};
    ${trainFingerprint}
    process.stdout.write(await trainFingerprint(psilon));`;
  return execFileSync(process.execPath, ["--input-type=module", "--eval", source], { encoding: "utf8" });
}

const missing = chromiumPath ? "" : " (skipped: no Chromium found, name one in PSILON_CHROMIUM)";

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

describe("Tables", () => {
  test.skipIf(!chromiumPath)(
    `are read from CSV and Parquet and trained on in a Web Worker of Chromium as in Node${missing}`,
    async () => {
      const rows = Array.from({ length: 200 }, (_, i) => ({
        x: i / 8,
        day: 1 + (i % 28),
        colour: "rgb"[i % 3],
        y: (i % 3) - i / 50,
      }));
      const days = rows.map(({ day }) => `2024-02-${String(day).padStart(2, "0")}`);
      const parquet = parquetWriteBuffer({
        columnData: [
          { name: "x", data: rows.map(({ x }) => x), type: "DOUBLE" },
          { name: "day", data: days.map((day) => new Date(day)), type: "TIMESTAMP" },
          { name: "colour", data: rows.map(({ colour }) => colour), type: "STRING" },
          { name: "y", data: rows.map(({ y }) => y), type: "DOUBLE" },
        ],
      });
      const files = {
        csv: `x,day,colour,y\n${rows.map(({ x, colour, y }, i) => `${x},${days[i]},${colour},${y}`).join("\n")}\n`,
        parquet: Buffer.from(parquet).toString("base64"),
      };
      const source = `
      import * as psilon from "/dist/index.js";
      ${readAndTrain}
      readAndTrain(psilon, ${JSON.stringify(files)}).then(postMessage, (error) => postMessage("failed: " + error.stack));`;
      const inNode = await readAndTrain(await import(pathToFileURL(join(dist, "index.js")).href), files);
      const columns = [
        ["x", "numbers"],
        ["day", "dates"],
        ["colour", "categories"],
        ["y", "numbers"],
      ];
      expect(inNode).toMatchObject([
        { rowCount: 200, columns },
        { rowCount: 200, columns },
      ]);
      expect(inNode[1].predictions).toBe(inNode[0].predictions);
      expect(await runInChromiumWorker(source)).toEqual(inNode);
    },
  );
});

describe("A page without a bundler", () => {
  const guide = readFileSync(fileURLToPath(new URL("../../../../docs/browser.md", import.meta.url)), "utf8");
  const [, page] = /```html\n(.*?)```/s.exec(guide) ?? [];
  const [, policy] = /Content-Security-Policy: (.*)/.exec(guide) ?? [];

  test.skipIf(!chromiumPath)(
    `trains and predicts by the import map and under the policy that the guide has${missing}`,
    async () => {
      expect(await outputInChromium(page, policy)).toMatch(/^large with (?:0\.9\d|1\.00) : 0\.0\d$/);
    },
  );

  test.skipIf(!chromiumPath)(`is told in a sentence what its policy lacks${missing}`, async () => {
    const sentence =
      "The page's content security policy forbids WebAssembly, by which everything is computed; allow it by 'wasm-unsafe-eval' in script-src.";
    expect(await outputInChromium(page, policy.replace(" 'wasm-unsafe-eval'", ""))).toBe(sentence);
  });
});
