import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";

export const hasNumpy = spawnSync("python3", ["-c", "import numpy"]).status === 0;

/**
 * What `code` leaves in `result` after the reader on the page docs/model-format.md has read the model in `bytes`. The code finds the
 * reader's functions, the model as `description` and `tensors`, and `given`.
 */
export function runReader(bytes: Uint8Array, given: unknown, code: string): unknown {
  const page = readFileSync(new URL("../../../../docs/model-format.md", import.meta.url), "utf8");
  const reader = /```python\n([\s\S]*?)```/.exec(page)![1];
  const script = `${reader}
description, tensors = read_model(sys.argv[1])
given = json.load(sys.stdin)
${code}
print(json.dumps(result))`;
  const folder = mkdtempSync(join(tmpdir(), "psilon-"));
  try {
    const path = join(folder, "m.safetensors");
    writeFileSync(path, bytes);
    const input = JSON.stringify(given);
    const { stdout, stderr } = spawnSync("python3", ["-c", script, path], { input, encoding: "utf8" });
    expect(stderr).toBe("");
    return JSON.parse(stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
