import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readRuns } from "../../src/runs/database.js";
import { temporaryFolder } from "../support/folder.js";
import { node } from "../support/psilon.js";

const folder = temporaryFolder();
const keeper = fileURLToPath(new URL("../support/keepTrials.mjs", import.meta.url));

/** A process that keeps trials, and the names of those that it has told of. */
function keep(path: string, first: number, count: number) {
  const child: ChildProcess = spawn(node, [keeper, path, String(first), String(count)]);
  const told: string[] = [];
  let stderr = "";
  createInterface(child.stdout!).on("line", (line) => told.push(line));
  child.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  const ended = once(child, "close").then(([code]) => ({ code, stderr }));
  return { child, told, ended };
}

const listed = (path: string, what: string) =>
  readRuns(path, async (connection) => (await connection.runAndReadAll(what)).getRows().map(([one]) => one));

const trials = (path: string) => listed(path, "SELECT id FROM runs WHERE command = 'trial'");

describe("The database of runs", () => {
  it("opens after every SIGKILL, with each trial that was kept, once", async () => {
    const path = join(folder.path, "killed.duckdb");
    const told: string[] = [];
    for (let k = 0; k < 30; k++) {
      const keeping = keep(path, 1000 * k, 1000);
      // From before the first transaction to amid the checkpoint of one of the first.
      while (keeping.told.length < k % 5) await once(keeping.child.stdout!, "data");
      await new Promise((resolve) => setTimeout(resolve, (k < 4 ? 300 : 40) * Math.random()));
      keeping.child.kill("SIGKILL");
      const { stderr } = await keeping.ended;
      expect(stderr.replace(/note: The sweep .* would go on with it\.\n/, "")).toBe("");
      told.push(...keeping.told);
      const kept = existsSync(path) ? await trials(path) : [];
      expect(kept).toEqual(expect.arrayContaining(told));
      expect(new Set(kept).size).toBe(kept.length);
      // At most the one that was under way besides.
      expect(kept.length).toBeLessThanOrEqual(told.length + k + 1);
    }
  });
});
