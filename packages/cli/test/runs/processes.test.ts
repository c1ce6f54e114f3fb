import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeRuns } from "../../src/runs/database.js";
import { insert } from "../../src/runs/insert.js";
import { markKilled } from "../../src/runs/killed.js";
import { isAlive, ownProcess } from "../../src/runs/processes.js";
import { temporaryFolder } from "../support/folder.js";

const folder = temporaryFolder();

/** A program with numbers of its own for its processes, where somebody may have one. */
const CONTAINED = ["--pid", "--fork", "--mount-proc"];
const canUnshare = spawnSync("unshare", [...CONTAINED, "true"]).status === 0;

describe("A process", () => {
  it("is alive as long as it is there, and no later one of its number is taken for it", async () => {
    const own = ownProcess();
    expect(isAlive(own)).toBe(true);
    expect(isAlive({ ...own, process: null })).toBe(true);
    expect(isAlive({ ...own, process: own.process && `${own.process}0` })).toBe(own.process === null);
    const child = spawn(process.execPath, ["--eval", ""]);
    const { pid } = child as { pid: number };
    await once(child, "close");
    expect(isAlive({ ...own, pid })).toBe(false);
    expect(isAlive({ ...own, pid, process: null })).toBe(false);
  });

  it.runIf(canUnshare)("of a container that has its machine's name is none of the machine's", () => {
    const module = JSON.stringify(new URL("../../dist/runs/processes.js", import.meta.url).href);
    const script = `import { isAlive } from ${module}; process.exitCode = isAlive(${JSON.stringify(ownProcess())}) ? 0 : 1;`;
    const argv = [...CONTAINED, process.execPath, "--input-type=module", "--eval", script];
    expect(spawnSync("unshare", argv).status).toBe(0);
  });

  it("of another machine counts as alive", () => {
    expect(isAlive({ host: "another", pid: 1, process: "0 0" })).toBe(true);
  });
});

describe("Runs that are said to run", () => {
  it("are marked as killed where their process is no more, whoever opens the database, and all others are left", async () => {
    const path = join(folder.path, "runs.duckdb");
    const own = ownProcess();
    const row = (id: string, more: object) => ({
      ...{ id, command: "train", status: "running", begun: new Date(), ...own },
      ...more,
    });
    const statuses = await writeRuns(path, async (connection) => {
      await insert(connection, "runs", [
        row("alive", {}),
        row("recycled", { process: "another boot 1" }),
        row("elsewhere", { host: "another", process: "0 0" }),
        row("ended", { status: "done", process: "another boot 1" }),
      ]);
      await markKilled(connection);
      const read = await connection.runAndReadAll("SELECT id, status, reason FROM runs ORDER BY id");
      return read.getRows();
    });
    expect(statuses).toEqual([
      ["alive", "running", null],
      ["elsewhere", "running", null],
      ["ended", "done", null],
      ["recycled", "killed", `Process ${own.pid} ended before the run did.`],
    ]);
  });
});
