import { readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { InputError } from "psilon";
import { readHead } from "./head.js";

/** The file of a sample table. Throws InputError, naming the nearest, for an unknown name. */
export async function samplePath(name: string): Promise<string> {
  const folder = samplesFolder();
  const files = await readdir(folder);
  const tables = new Map<string, string>();
  for (const file of files.sort()) {
    const [, stem, extension] = /^(.*)\.(csv|tsv|json)$/.exec(file) ?? [];
    if (stem === undefined || tables.has(stem)) continue;
    if (extension !== "json" || (await holdsObjects(join(folder, file)))) tables.set(stem, file);
  }
  const file = tables.get(name);
  if (file === undefined) {
    throw new InputError({
      code: "no-such-file",
      found: `There is no sample table "${name}"`,
      value: name,
      remedy: otherThan(name, [...tables.keys()]),
    });
  }
  return join(folder, file);
}

/** As many are listed where none is alike. */
const LISTED = 12;

/** What to do about a sample that is not there. */
function otherThan(name: string, names: readonly string[]): string {
  const alike = names.find((other) => other.includes(name) || name.includes(other));
  if (alike !== undefined) return `did you mean "${alike}"?`;
  const listed = names.slice(0, LISTED).map((other) => `"${other}"`);
  return `there are ${listed.join(", ")} and ${names.length - LISTED} more`;
}

/** Looked for beside the command first, then where the user is. */
function samplesFolder(): string {
  for (const from of [import.meta.url, pathToFileURL(join(process.cwd(), "package.json"))]) {
    try {
      return join(createRequire(from).resolve("vega-datasets"), "..", "..", "data");
    } catch {
      // Not there; look in the next place.
    }
  }
  throw new InputError({
    code: "not-installed",
    found: 'Sample tables come from the package "vega-datasets", which is not installed',
    remedy: 'add it with "npm install vega-datasets"',
  });
}

/** Whether a JSON file is an array of objects, which maps and trees are not. */
async function holdsObjects(path: string): Promise<boolean> {
  return /^\s*\[\s*\{/.test(await readHead(path, 64));
}
