import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { mutantsOf } from "./mutants.js";
import { createRunner } from "./runners.js";

/** Nothing is known yet of how long the tests take. */
const PATIENCE = 600_000;

export const hash = (...texts) => createHash("sha256").update(texts.join("\0")).digest("hex").slice(0, 16);

/** The name of function number `unit` of a source. */
export const unitName = (file, unit) => `${file}#${unit}`;

/**
 * Which functions of `sources` each test of each file enters. Files are traced one by one and kept in `cache` for as long as nothing
 * changes that they import.
 * @param {{ path: string, file: string, text: string }[]} sources @param {string[]} testFiles
 */
export async function trace(sources, testFiles, cache) {
  const known = existsSync(cache) ? JSON.parse(readFileSync(cache, "utf8")) : {};
  const hashes = Object.fromEntries(testFiles.map((path) => [path, hash(...importedBy(path).map(read))]));
  const stale = testFiles.filter((path) => known[path]?.hash !== hashes[path]);
  const marked = {};
  for (const { path, file, text } of sources) {
    const mark = (unit) => `globalThis.entered.add("${unitName(file, unit)}")`;
    marked[path] = mutantsOf(text, mark).marked;
  }
  const runner = createRunner(0);
  for (const [k, path] of stale.entries()) {
    process.stderr.write(`tracing ${k + 1} of ${stale.length} test files\r`);
    const answer = await runner.run({ sources: marked, tests: [{ file: path }] }, PATIENCE);
    if (!answer || answer.failed) {
      throw new Error(
        `The tests must pass before sources are changed, but ${answer?.failed ?? path} does not.`,
      );
    }
    known[path] = { hash: hashes[path], ...answer.traces[0] };
    mkdirSync(dirname(cache), { recursive: true });
    writeFileSync(cache, JSON.stringify(known));
  }
  runner.close();
  return Object.fromEntries(testFiles.map((path) => [path, known[path]]));
}

const read = (path) => readFileSync(path, "utf8");

/** A test file and all that it imports by a path, directly or not. */
function importedBy(path, found = new Set()) {
  if (found.has(path)) return [];
  found.add(path);
  for (const [, name] of read(path).matchAll(/\b(?:from|import)[ (]*"(\.[^"]*)"/g)) {
    importedBy(join(dirname(path), name).replace(/\.js$/, ".ts"), found);
  }
  return [...found].sort();
}
