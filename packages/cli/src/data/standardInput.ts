import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { readHead } from "./head.js";

/** Writes a stream to a temporary file, since DuckDB reads files, and tells CSV from JSON by the first character. */
export async function spool(
  stdin: Readable,
  signal: AbortSignal,
): Promise<{ readonly path: string; readonly kind: ".csv" | ".json"; readonly remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "psilon-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  const path = join(folder, "table");
  try {
    await pipeline(stdin, createWriteStream(path), { signal });
    return { path, kind: /^\s*\[/.test(await readHead(path, 256)) ? ".json" : ".csv", remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
