import { existsSync, mkdirSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readRuns, writeRuns } from "../../src/runs/database.js";
import type { DataFingerprint } from "../../src/runs/fingerprint.js";
import type { SweepIdentity } from "../../src/runs/sweepIdentity.js";
import { openSweep, type SweepRecording } from "../../src/runs/sweepStore.js";
import { mainObjective } from "../../src/sweeps/objective.js";
import type { Trial, TrialOutcome } from "../../src/sweeps/trial.js";
import { version } from "../../src/version.js";
import { temporaryFolder } from "../support/folder.js";

const folder = temporaryFolder();

const data: DataFingerprint = {
  source: `d';DROP TABLE runs;--\u0007"\n.csv`,
  hash: "00ff",
  rows: 60,
  columns: [
    { name: "a\u0000'\"", kind: "numeric" },
    { name: "y", kind: "numeric" },
  ],
};
const identity: SweepIdentity = { data, options: { "--trials": "3", "--seed": "0", "--target": '["y"]' } };

function recordingIn(name: string, record = true) {
  const said: string[] = [];
  const runs = join(folder.path, name);
  const recording: SweepRecording = {
    command: "sweep",
    flags: { ...(record && { runs }), record, seed: 2 ** 53 - 1, backend: "wasm", threads: 2 },
    ...{ target: ["y"], line: "psilon sweep d.csv --target y", isHere: true, trials: 8 },
    objectives: [mainObjective(["rmse"])!],
    trainBy: ({ number }) => `psilon train d.csv --seed ${number}`,
    io: { stderr: { write: (text) => said.push(text) }, signal: new AbortController().signal },
  };
  return { recording, said, path: runs };
}

const trial = (number: number): Trial => ({
  number,
  settings: { lambda: number / 3, encode: `'); DELETE FROM runs; -- "${number}"` },
});
const summary = (mean: number) => ({ mean, stderr: 0.1 + 0.2, perSplit: [mean, 2 * mean, -0] });
const done = (mean: number): TrialOutcome => ({
  status: "done",
  metrics: { rmse: summary(mean), "log 'loss\"": null, bound: { ...summary(Infinity), stderr: null } },
  linear: { rmse: summary(1e300) },
  lambdas: [1 / 3, 1e-300, 5e-324],
  seconds: 1 / 7,
});
const failed: TrialOutcome = { status: "failed", reason: 'It\'s "so"\u0000;\n--' };

const count = (path: string, what: string) =>
  readRuns(path, async (connection) => Number((await connection.runAndReadAll(what)).getRows()[0][0]));

describe("A sweep's store", () => {
  it("hands back to who resumes what trials came to, bit by bit, whatever texts hold", async () => {
    const { recording, said, path } = recordingIn("kept.duckdb");
    const store = await openSweep(recording, identity, false);
    expect(store).toMatchObject({ id: expect.stringMatching(/^[0-9a-z]{8}$/), isRecorded: true });
    expect(store.kept.size).toBe(0);
    await store.keep(trial(1), done(2));
    await Promise.all([store.keep(trial(0), failed), store.keep(trial(7), done(0.1))]);
    await store.end("interrupted", trial(1));
    const again = await openSweep(recording, identity, true);
    expect(again.id).toBe(store.id);
    expect([...again.kept]).toEqual([
      [0, failed],
      [1, done(2)],
      [7, done(0.1)],
    ]);
    expect(said).toEqual([]);
    expect(await count(path, "SELECT count(*) FROM dataset_columns")).toBe(2);
  });

  it("records λ as one number where all folds had the same, and hands it back for each", async () => {
    const { recording, path } = recordingIn("lambda.duckdb");
    const store = await openSweep(recording, identity, false);
    const outcome: TrialOutcome = {
      ...done(1),
      status: "done",
      lambdas: [1 / 3, 1 / 3, 1 / 3],
    } as TrialOutcome;
    await store.keep({ number: 0, settings: { learningRate: 0.1, lambda: 1 / 3 } }, outcome);
    await store.end("interrupted", null);
    expect(
      await count(path, "SELECT used::DOUBLE FROM settings WHERE run LIKE '%.0' AND name = 'lambda'"),
    ).toBe(1 / 3);
    expect(await count(path, "SELECT given::DOUBLE FROM settings WHERE name = 'learning-rate'")).toBe(0.1);
    expect((await openSweep(recording, identity, true)).kept).toEqual(new Map([[0, outcome]]));
  });

  it("records with each trial what it has in common with all, and the line that trains so", async () => {
    const { recording, path } = recordingIn("common.duckdb");
    const store = await openSweep(recording, identity, false);
    await store.keep(trial(3), done(1));
    await openSweep({ ...recording, isHere: false }, { data, options: {} }, false).then((other) =>
      other.keep(trial(0), done(1)),
    );
    const rows = await readRuns(path, async (connection) => {
      const read = await connection.runAndReadAll(
        "SELECT line, psilon, seed::VARCHAR, target, data_hash, node FROM runs WHERE command = 'trial' ORDER BY number",
      );
      return read.getRows();
    });
    const seed = String(2 ** 53 - 1);
    // Of another machine nobody here knows what it is.
    expect(rows).toEqual([
      ["psilon train d.csv --seed 0", version, seed, "y", "00ff", null],
      ["psilon train d.csv --seed 3", version, seed, "y", "00ff", process.version],
    ]);
  });

  it("keeps a trial once, however often it is handed over", async () => {
    const { recording, path } = recordingIn("once.duckdb");
    const store = await openSweep(recording, identity, false);
    await Promise.all([1, 2, 1, 1].map((number, k) => store.keep(trial(number), done(k))));
    await store.keep(trial(2), failed);
    await store.end("done", null);
    expect(await count(path, "SELECT count(*) FROM runs WHERE command = 'trial'")).toBe(2);
    expect(await count(path, "SELECT count(*) FROM metrics WHERE run LIKE '%.1'")).toBe(13);
    expect(await count(path, "SELECT sum(value) FROM metrics WHERE metric = 'rmse' AND split = 0")).toBe(
      0 + 1 + 2e300,
    );
  });

  it("keeps what could not be recorded for the next time, and says so once", async () => {
    const { recording, said, path } = recordingIn("later.duckdb");
    const store = await openSweep(recording, identity, false);
    renameSync(path, `${path}.away`);
    mkdirSync(path);
    await store.keep(trial(0), done(1));
    await store.keep(trial(1), done(2));
    rmdirSync(path);
    renameSync(`${path}.away`, path);
    await store.keep(trial(2), done(3));
    await store.end("interrupted", null);
    expect((await openSweep(recording, identity, true)).kept).toEqual(
      new Map([0, 1, 2].map((number) => [number, done(number + 1)])),
    );
    expect(said).toEqual([expect.stringMatching(/^note: Recording failed\. .* it is a folder; .*\n$/)]);
  });

  it("keeps no trials of a sweep that was removed, and says so once", async () => {
    const { recording, said, path } = recordingIn("removed.duckdb");
    const store = await openSweep(recording, identity, false);
    await store.keep(trial(0), done(1));
    rmSync(path);
    await store.keep(trial(1), done(2));
    await store.end("done", trial(1));
    expect(await count(path, "SELECT count(*) FROM runs")).toBe(0);
    expect(said).toEqual([
      `note: Recording failed. The sweep ${store.id} was removed from the database while it runs, and so are its trials.\n`,
    ]);
  });

  it("says what is or is not there to go on with", async () => {
    const { recording, said, path } = recordingIn("resumed.duckdb");
    const resume = (asked = identity) =>
      openSweep(recording, asked, true).then(
        (store) => store.id,
        (error: Error) => error.message,
      );
    const remedy = "leave out --resume to begin";
    expect(await resume()).toBe(`There is no unfinished sweep in "${path}"; ${remedy} one.`);
    const first = await openSweep(recording, identity, false);
    expect(await resume()).toBe(
      `The sweep ${first.id} of the same data and options is running, as process ${process.pid}; wait for its end.`,
    );
    await first.end("interrupted", null, "Why.");
    expect(said).toEqual([]);
    const second = await openSweep(recording, identity, false);
    await second.end("interrupted", null);
    const begun = `The newest unfinished sweep in "${path}", ${second.id}, was begun`;
    expect(said).toEqual([
      `note: The sweep ${first.id} of the same data and options was not finished; --resume would go on with it, and "psilon runs rm ${first.id}" removes it.\n`,
    ]);
    const { options } = identity;
    expect(await resume({ data, options: { ...options, "--trials": "4", "--search": '"grid"' } })).toBe(
      `${begun} with other options: --trials (3, now 4), --search (not given, now grid); give those that it was begun with, or ${remedy} a new one.`,
    );
    expect(await resume({ data: { ...data, hash: "11" }, options })).toBe(
      `${begun} with other data than there is now; give the table it was begun with, or ${remedy} a new one.`,
    );
    expect(await resume({ data, options: Object.fromEntries(Object.entries(options).reverse()) })).toBe(
      second.id,
    );
    await second.end("interrupted", null);
    await writeRuns(path, async (connection) => {
      await connection.run("UPDATE runs SET psilon = '0.0.1', identity = 'x'");
    });
    expect(await resume()).toBe(
      `${begun} by psilon 0.0.1, and this is 0.1.0; resume it with that, or ${remedy} a new one.`,
    );
  });

  it("goes on with none that failed at its end, nor with an older one than that came to its end", async () => {
    const { recording, said, path } = recordingIn("over.duckdb");
    const resumed = () => openSweep(recording, identity, true);
    const none = `There is no unfinished sweep in "${path}"`;
    for (const over of ["done", "failed"] as const) {
      const old = await openSweep(recording, identity, false);
      await old.end("interrupted", null);
      const others = { data, options: { ...identity.options, "--seed": "1" } };
      await (await openSweep(recording, others, false)).end("done", null);
      expect((await resumed()).id).toBe(old.id);
      await old.end("interrupted", null);
      await (await openSweep(recording, identity, false)).end(over, null);
      expect(said.splice(0)).toEqual([expect.stringContaining(`The sweep ${old.id} of the same data`)]);
      await expect(resumed()).rejects.toThrow(none);
    }
  });

  it("says which space it was begun with as it was typed", async () => {
    const { recording } = recordingIn("space.duckdb");
    const asked = (space: string) => ({ data, options: { "--space": JSON.stringify(space) } });
    await (await openSweep(recording, asked("lambda=log(1e-5,0.1)"), false)).end("interrupted", null);
    await expect(openSweep(recording, asked("width=4,8"), true)).rejects.toThrow(
      "with other options: --space (lambda=log(1e-5,0.1), now width=4,8); give those",
    );
  });

  it("goes on with the sweep of another machine, of which nobody knows whether it runs", async () => {
    const { recording, path } = recordingIn("elsewhere.duckdb");
    const { id } = await openSweep(recording, identity, false);
    await writeRuns(path, async (connection) => {
      await connection.run("UPDATE runs SET host = 'another'");
    });
    expect((await openSweep(recording, identity, true)).id).toBe(id);
    await expect(openSweep(recording, identity, true)).rejects.toThrow("is running");
  });

  it("keeps nothing where nothing is to be recorded, and goes on with nothing", async () => {
    const { recording, path } = recordingIn("none.duckdb", false);
    const store = await openSweep(recording, identity, false);
    expect(store).toMatchObject({ id: expect.stringMatching(/^[0-9a-z]{8}$/), isRecorded: false });
    await store.keep(trial(0), done(1));
    await store.end("done", trial(0));
    expect(existsSync(path)).toBe(false);
    await expect(openSweep(recording, identity, true)).rejects.toThrow(
      "The option --resume goes on with a sweep that was recorded, and --no-record records none; leave one of them out.",
    );
  });

  it("is refused where the file that was asked for cannot be used", async () => {
    folder.write("text.duckdb", "a,b\n1,2\n");
    const { recording, path } = recordingIn("text.duckdb");
    await expect(openSweep(recording, identity, false)).rejects.toThrow(
      `The run database "${path}" cannot be used: it is no DuckDB database; name another file with --runs.`,
    );
  });
});
