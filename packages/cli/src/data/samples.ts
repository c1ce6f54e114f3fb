import { readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { InputError } from "psilon";
import { readHead } from "./head.js";

/** What comes with the command. */
const SHIPPED = fileURLToPath(new URL("../../samples", import.meta.url));

/** The file of a sample table. Throws InputError, naming the nearest, for an unknown name. */
export async function samplePath(name: string): Promise<string> {
  const more = moreSamples();
  const tables = new Map([...(more ? await tablesIn(more) : []), ...(await tablesIn(SHIPPED))]);
  const path = tables.get(name);
  if (path === undefined) {
    throw new InputError({
      code: "no-such-file",
      found: `There is no sample table "${name}"`,
      value: name,
      remedy: otherThan(name, [...tables.keys()].sort(), more !== null),
    });
  }
  return path;
}

/** As many are listed where none is alike. */
const LISTED = 12;

/** What to do about a sample that is not there. */
function otherThan(name: string, names: readonly string[], hasMore: boolean): string {
  const alike = names.find((other) => other.includes(name) || name.includes(other));
  if (alike !== undefined) return `did you mean "${alike}"?`;
  const listed = names.slice(0, LISTED).map((other) => `"${other}"`);
  return hasMore
    ? `there are ${listed.join(", ")} and ${names.length - LISTED} more`
    : `${listed.join(", ")} comes with the command, add others with "npm install vega-datasets"`;
}

/** The folder of `vega-datasets`, which is looked for beside the command first, then where the user is; null where it is not installed. */
function moreSamples(): string | null {
  for (const from of [import.meta.url, pathToFileURL(join(process.cwd(), "package.json"))]) {
    try {
      return join(createRequire(from).resolve("vega-datasets"), "..", "..", "data");
    } catch {
      // Not there; look in the next place.
    }
  }
  return null;
}

/** The tables of a folder by their names, with their paths. */
async function tablesIn(folder: string): Promise<Map<string, string>> {
  const tables = new Map<string, string>();
  for (const file of (await readdir(folder)).sort()) {
    const [, stem, extension] = /^(.*)\.(csv|tsv|json)$/.exec(file) ?? [];
    if (stem === undefined || tables.has(stem)) continue;
    const path = join(folder, file);
    if (extension !== "json" || (await holdsObjects(path))) tables.set(stem, path);
  }
  return tables;
}

/** Whether a JSON file is an array of objects, which maps and trees are not. */
async function holdsObjects(path: string): Promise<boolean> {
  return /^\s*\[\s*\{/.test(await readHead(path, 64));
}
