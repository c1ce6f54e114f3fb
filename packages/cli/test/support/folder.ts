import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** A temporary folder that is removed after the file's tests; `write` puts a file there and returns its path. */
export function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), "psilon-test-"));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    write(name: string, contents: string | Uint8Array): string {
      writeFileSync(join(path, name), contents);
      return join(path, name);
    },
  };
}
