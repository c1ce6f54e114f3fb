import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, it } from "vitest";
import { readRuns, writeRuns } from "../../src/runs/database.js";
import { temporaryFolder } from "../support/folder.js";
import { node } from "../support/psilon.js";

const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);
const script = (name: string) => fileURLToPath(new URL(`../support/${name}.mjs`, import.meta.url));

/** A process that keeps trials, and the names of those that it has told of. */
function keep(path: string, first: number, count: number) {
  const child: ChildProcess = spawn(node, [script("keepTrials"), path, String(first), String(count)]);
  const told: string[] = [];
  let stderr = "";
  createInterface(child.stdout!).on("line", (line) => told.push(line));
  child.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  const ended = once(child, "close").then(([code]) => ({ code, stderr }));
  return { child, told, ended };
}

/** What `use` comes to while another process holds the file. */
async function whileHeld<T>(path: string, access: string, use: (pid: number) => Promise<T>): Promise<T> {
  const child = spawn(node, [script("holdRuns"), path, access], { cwd: join(script(""), "..") });
  await once(child.stdout, "data");
  try {
    return await use(child.pid!);
  } finally {
    child.stdin.end();
    await once(child, "close");
  }
}

const listed = (path: string, what: string) =>
  readRuns(path, async (connection) => (await connection.runAndReadAll(what)).getRows().map(([one]) => one));
const trials = (path: string) => listed(path, "SELECT id FROM runs WHERE command = 'trial'");
const nothing = async () => {};
const said = (path: string, wait?: number) =>
  writeRuns(path, nothing, wait).then(
    () => "",
    (error: Error) => error.message,
  );

describe("The database of runs", () => {
  it("opens after every SIGKILL, with each trial that was kept, once", async () => {
    const path = at("killed.duckdb");
    const told: string[] = [];
    for (let k = 0; k < 30; k++) {
      const keeping = keep(path, 1000 * k, 1000);
      // From before the file is there to amid the checkpoint of one transaction of the first.
      while (keeping.told.length < k % 5) await once(keeping.child.stdout!, "data");
      await new Promise((resolve) => setTimeout(resolve, ((k % 5 === 0 ? 400 : 40) * ((k * 31) % 97)) / 97));
      keeping.child.kill("SIGKILL");
      const { stderr } = await keeping.ended;
      expect(stderr.replace(/note: The sweep .*\n/, "")).toBe("");
      told.push(...keeping.told);
      const kept = existsSync(path) ? await trials(path) : [];
      expect(kept).toEqual(expect.arrayContaining(told));
      expect(new Set(kept).size).toBe(kept.length);
      // Those that were under way as well, at most.
      expect(kept.length).toBeLessThanOrEqual(told.length + k + 1);
    }
    expect(await listed(path, "SELECT DISTINCT status FROM runs WHERE command = 'sweep'")).toEqual(
      expect.arrayContaining(["killed"]),
    );
  });

  it("loses nothing of eight processes that record at once, of which the first makes it", async () => {
    const path = at("together.duckdb");
    const keeping = Array.from({ length: 8 }, (_, k) => keep(path, 5 * k, 5));
    const ended = await Promise.all(keeping.map((each) => each.ended));
    expect(ended.map(({ code }) => code)).toEqual(keeping.map(() => 0));
    const told = keeping.flatMap((each) => each.told);
    expect(told).toHaveLength(40);
    expect((await trials(path)).sort()).toEqual(told.sort());
    expect(await listed(path, "SELECT count(*)::INTEGER FROM metrics")).toEqual([40 * 16]);
    expect(readdirSync(folder.path).filter((name) => name.startsWith(".psilon-"))).toEqual([]);
  });

  it("takes turns within a process, and keeps nothing of a transaction that fails", async () => {
    const path = at("turns.duckdb");
    await Promise.all(
      Array.from({ length: 20 }, (_, k) =>
        writeRuns(path, async (connection) => {
          await connection.run("INSERT INTO settings (run, name) VALUES ('r', $1)", [String(k)]);
          if (k % 2 === 1) throw new Error("why");
        }).catch((error: Error) => expect(error.message).toBe("why")),
      ),
    );
    expect(await listed(path, "SELECT name::INTEGER FROM settings ORDER BY 1")).toEqual(
      Array.from({ length: 10 }, (_, k) => 2 * k),
    );
  });

  it("says which process holds it for longer than anyone waits, and is had by who waits", async () => {
    const path = at("held.duckdb");
    await writeRuns(path, nothing);
    let waited: Promise<string> = Promise.resolve("");
    await whileHeld(path, "READ_WRITE", async (pid) => {
      expect(await said(path, 100)).toMatch(
        new RegExp(
          `^The run database "${path}" is held open by process ${pid} \\(.*\\); try again once that has closed it, or name another file with --runs\\.$`,
        ),
      );
      await expect(readRuns(path, nothing, 100)).rejects.toThrow("is held open by process");
      waited = said(path, 600_000);
    });
    expect(await waited).toBe("");
  });

  it("is read by several at once", async () => {
    const path = at("read.duckdb");
    await writeRuns(path, nothing);
    expect(
      await whileHeld(path, "READ_ONLY", () => listed(path, "SELECT count(*)::INTEGER FROM runs")),
    ).toEqual([0]);
  });

  it("is not changed by who reads it", async () => {
    const path = at("unchanged.duckdb");
    await writeRuns(path, nothing);
    const before = readFileSync(path, "latin1");
    await trials(path);
    expect(readFileSync(path, "latin1") === before).toBe(true);
  });

  it.each<[string, (path: string) => unknown, string]>([
    ["a text", (path) => writeFileSync(path, "a,b\n1,2\n"), "cannot be used: it is no DuckDB database; name"],
    ["a.csv", (path) => writeFileSync(path, "a,b\n1,2\n"), "cannot be used: it is no DuckDB database; name"],
    ["an empty file", (path) => writeFileSync(path, ""), "cannot be used: it is no DuckDB database; name"],
    ["a folder", (path) => mkdirSync(path), "cannot be used: it is a folder; name"],
    [
      "a part of a database",
      async (path) => {
        await writeRuns(path, nothing);
        writeFileSync(path, Uint8Array.from(readFileSync(path)).subarray(0, 20_000));
      },
      "cannot be used: it is damaged; name",
    ],
    [
      "a damaged database",
      async (path) => {
        await writeRuns(path, nothing);
        writeFileSync(path, Uint8Array.from(readFileSync(path)).fill(7, 12_288));
      },
      "cannot be used: it is damaged; name",
    ],
    [
      "a database of something else",
      async (path) => {
        const instance = await DuckDBInstance.create(path);
        const connection = await instance.connect();
        await connection.run("CREATE TABLE houses (price DOUBLE)");
        connection.closeSync();
        instance.closeSync();
      },
      "holds other tables than those of runs; name another file with --runs.",
    ],
    [
      "the database of a newer psilon",
      (path) =>
        writeRuns(path, async (connection) => {
          await connection.run("INSERT INTO psilon_runs VALUES (2)");
        }),
      "has version 2 of its tables, and this psilon knows 1; update psilon, or name another file with --runs.",
    ],
  ])("is not %s, which stays as it is", async (name, make, sentence) => {
    const path = at(name);
    await make(path);
    const contents = () => (statSync(path).isFile() ? readFileSync(path, "latin1") : "");
    const before = contents();
    expect(await said(path)).toContain(`"${path}" ${sentence}`);
    await expect(readRuns(path, nothing)).rejects.toThrow(sentence);
    expect(contents() === before).toBe(true);
    expect(readdirSync(folder.path).filter((file) => file.startsWith(".psilon-"))).toEqual([]);
  });

  it("is not made in a folder that is not there, nor where nobody asked to write", async () => {
    expect(await said(at("no/where.duckdb"))).toBe(
      `The run database "${at("no/where.duckdb")}" cannot be used: there is no such folder; name another file with --runs.`,
    );
    await expect(readRuns(at("none.duckdb"), nothing)).rejects.toThrow(
      `No runs are recorded in "${at("none.duckdb")}"; `,
    );
    expect(existsSync(at("none.duckdb"))).toBe(false);
  });

  it("says that the disk is full", async () => {
    symlinkSync("/dev/full", at("full.duckdb"));
    expect(await said(at("full.duckdb"))).toContain("cannot be used: the disk is full; name");
  });

  it("is an empty database of DuckDB that is there already", async () => {
    const path = at("empty database.duckdb");
    (await DuckDBInstance.create(path)).closeSync();
    await expect(readRuns(path, nothing)).rejects.toThrow("No runs are recorded");
    expect(await said(path)).toBe("");
    expect(await trials(path)).toEqual([]);
  });
});
