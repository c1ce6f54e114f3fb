import { randomUUID } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { InputError } from "psilon";

/** Puts a whole file in place at once, and makes the folder where there is none; returns its path. */
export async function write(path, contents) {
  const draft = join(dirname(path), `.${basename(path)}-${randomUUID()}.tmp`);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(draft, contents);
    await rename(draft, path);
    return path;
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    throw new InputError({
      code: "unwritable",
      found: `The file "${path}" cannot be written: ${error.message}`,
      where: { source: path },
      remedy: "name another folder with --out",
    });
  }
}
