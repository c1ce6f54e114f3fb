import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";

/** A path in the folder that nothing has and nobody can foresee. */
export function temporaryPath(folder: string): string {
  return join(folder, `.psilon-${randomUUID()}.tmp`);
}

/**
 * What `use` comes to; whatever is at `path` is gone then, and also where the process ends before, be it by a second Ctrl-C: an ending
 * process waits for no promise.
 */
export async function whileThere<T>(path: string, use: () => Promise<T>): Promise<T> {
  const remove = () => {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch (error) {
      // Under what is no folder there is nothing.
      if ((error as NodeJS.ErrnoException).code !== "ENOTDIR") throw error;
    }
  };
  process.once("exit", remove);
  try {
    return await use();
  } finally {
    process.off("exit", remove);
    remove();
  }
}
