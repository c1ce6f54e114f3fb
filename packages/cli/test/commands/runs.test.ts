import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readRuns, writeRuns } from "../../src/runs/database.js";
import { TABLES } from "../../src/runs/schema.js";
import { temporaryFolder } from "../support/folder.js";
import { bin, node, psilon, psilonApart } from "../support/psilon.js";
import { smallCsv } from "../support/tables.js";

const folder = temporaryFolder();
const cwd = folder.path;
folder.write("data.csv", smallCsv());
folder.write("new.csv", smallCsv(12));

const few = ["--preset", "fast", "--epochs", "3", "--width", "6", "--threads", "1"];
const train = ["train", "data.csv", "--target", "y", ...few, "--out", "m.safetensors"];
const over = ["--over", "optimizer=adam,sgd"];
const compare = ["compare", "data.csv", "--target", "y", "--epochs", "2", "--folds", "2", ...over];

/** Runs a command line that is recorded in a file of its own, and returns its run's id. */
async function recorded(argv: readonly string[], runs: string): Promise<string> {
  const { code, stdout, stderr } = await psilon([...argv, "--json", "--runs", runs], { cwd });
  expect(code, stderr).toBe(0);
  expect(stderr).not.toContain("ecord");
  return JSON.parse(stdout).run;
}

async function told(argv: readonly string[]) {
  const { code, stdout, stderr } = await psilon(["runs", ...argv, "--json"], { cwd });
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

const text = async (argv: readonly string[]) => (await psilon(["runs", ...argv], { cwd })).stdout;

async function refused(argv: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await psilon(argv, { cwd });
  expect([code, stdout]).toEqual([2, ""]);
  return stderr;
}

const in1 = ["--runs", "one.duckdb"];
const ids: Record<"train" | "evaluate" | "compare", string> = { train: "", evaluate: "", compare: "" };

beforeAll(async () => {
  ids.train = await recorded([...train, "--test", "new.csv"], "one.duckdb");
  const evaluate = ["evaluate", "data.csv", "--target", "kind", ...few, "--folds", "3", "--seed", "7"];
  ids.evaluate = await recorded(evaluate, "one.duckdb");
  ids.compare = await recorded(compare, "one.duckdb");
});

describe("What is recorded", () => {
  it("of a training is its settings, tables, metrics by part and epoch, bounds, environment and model", async () => {
    const run = await told(["show", ids.train, ...in1]);
    expect(run).toMatchObject({
      ...{ id: ids.train, command: "train", status: "done", reason: null, parent: null, seed: 0 },
      ...{ data: "data.csv", test: "new.csv", target: "y", threads: 1, model: join(cwd, "m.safetensors") },
      ...{ psilon: "0.1.0", node: process.version, platform: process.platform, arch: process.arch },
      datasets: [
        { hash: run.dataHash, rows: 60, columns: expect.arrayContaining([{ name: "y", kind: "numbers" }]) },
        { hash: run.testHash, rows: 12 },
      ],
    });
    const model = readFileSync(join(cwd, "m.safetensors"), "latin1");
    expect(run.modelHash).toBe(createHash("sha256").update(model, "latin1").digest("hex"));
    const setting = (name: string) => run.settings.find((one: { name: string }) => one.name === name);
    expect(setting("lambda")).toEqual({
      name: "lambda",
      given: "auto",
      used: expect.any(Number),
    });
    expect(setting("width")).toEqual({ name: "width", given: 6, used: 6 });
    expect(setting("depth")).toEqual({ name: "depth", given: null, used: expect.any(Number) });
    for (const name of ["runs", "header"]) expect(setting(name)).toBeUndefined();
    expect(run.line).toBe(
      "psilon train data.csv --test new.csv --out m.safetensors --target y --preset fast --width 6 --epochs 3 --threads 1 --json --runs one.duckdb",
    );
    const took = (Date.parse(run.ended) - Date.parse(run.begun)) / 1000;
    expect(run.seconds).toBeCloseTo(took, 6);
    const rows = run.metrics.map(
      ({ part, predictor, metric }: Record<string, string>) => `${part} ${predictor} ${metric}`,
    );
    for (const part of ["validation", "test"])
      for (const predictor of ["network", "linear", "constant"])
        expect(rows).toContain(`${part} ${predictor} rmse`);
    expect(run.bounds[0]).toMatchObject({ norm: "inf to 1", units: "scaled", value: expect.any(Number) });
    const losses = run.epochs.filter(({ metric }: { metric: string }) => metric === "loss");
    expect(losses.map(({ epoch }: { epoch: number }) => epoch)).toEqual([1, 2, 3]);
    expect(new Date(run.ended) >= new Date(run.begun)).toBe(true);
  });

  it("of an evaluation is what every split came to, and what all did", async () => {
    const { metrics, bounds, seed, settings } = await told(["show", ids.evaluate, ...in1]);
    expect(seed).toBe(7);
    const own = metrics.filter(
      (row: Record<string, string>) => row.metric === "accuracy" && row.predictor === "network",
    );
    expect(own.map((row: { split: number | null }) => row.split)).toEqual([null, 0, 1, 2]);
    const [all, ...each] = own.map((row: { value: number }) => row.value);
    expect(all).toBeCloseTo(each.reduce((sum: number, value: number) => sum + value, 0) / 3, 12);
    expect(new Set(bounds.map((row: { split: number }) => row.split))).toEqual(new Set([0, 1, 2]));
    expect(settings).toContainEqual({ name: "folds", given: 3, used: null });
  });

  it("of a comparison is a run for each entry, with its choices and its curves", async () => {
    const { parts, command } = await told(["show", ids.compare, ...in1]);
    expect(command).toBe("compare");
    expect(parts).toMatchObject([
      { id: `${ids.compare}.0`, command: "entry", parent: ids.compare, number: 0 },
      { settings: [{ name: "optimizer", given: "sgd", used: null }] },
    ]);
    const { epochs } = await told(["show", `${ids.compare}.1`, ...in1]);
    expect(new Set(epochs.map(({ metric }: { metric: string }) => metric))).toEqual(
      new Set(["loss", "validation", "bound", "sparsity", "condition"]),
    );
  });

  it("is nothing with --no-record, nor of what is refused before it begins", async () => {
    const { stdout } = await psilon([...train, "--json", "--no-record"], { cwd, isRecorded: true });
    expect(JSON.parse(stdout).run).toBeUndefined();
    await refused(["train", "none.csv", "--target", "y", "--runs", "two.duckdb"]);
    expect([existsSync(join(cwd, ".psilon")), existsSync(join(cwd, "two.duckdb"))]).toEqual([false, false]);
  });

  it("lies in a folder of its own unless a file was named, and is told by its id", async () => {
    mkdirSync(join(cwd, "home"));
    const { stdout, stderr } = await psilon(train.with(1, "../data.csv"), {
      cwd: join(cwd, "home"),
      isRecorded: true,
    });
    const id = /^run {2,}([0-9a-z]{8})$/m.exec(stdout)?.[1];
    expect(stderr).not.toContain("ecord");
    const listed = await psilon(["runs", "list", "--json"], { cwd: join(cwd, "home") });
    expect(JSON.parse(listed.stdout)).toMatchObject({ runs: [{ id, data: "../data.csv" }], more: 0 });
    // A repository around it has nothing to do with it.
    expect(readFileSync(join(cwd, "home/.psilon/.gitignore"), "utf8")).toBe("*\n");
  });

  it("costs no result: where nobody named the file, a note says what is wrong with it", async () => {
    mkdirSync(join(cwd, "away"));
    writeFileSync(join(cwd, "away/.psilon"), "mine");
    const { code, stdout, stderr } = await psilon([...train.with(1, "../data.csv"), "--json"], {
      cwd: join(cwd, "away"),
      isRecorded: true,
    });
    expect([code, JSON.parse(stdout).run]).toEqual([0, undefined]);
    expect(stderr).toContain('note: Recording failed. The folder ".psilon" cannot be made: ');
    expect(existsSync(join(cwd, "away/m.safetensors"))).toBe(true);
  });

  it("is refused before any training where the file that was named cannot be used", async () => {
    const argv = [...train.with(-1, "none.safetensors"), "--runs", "data.csv"];
    expect(await refused(argv)).toContain(
      'error: The run database "data.csv" cannot be used: it is no DuckDB database; name another file with --runs.\n',
    );
    expect(existsSync(join(cwd, "none.safetensors"))).toBe(false);
  });

  it("holds names as they are, whatever they would mean elsewhere", async () => {
    const name = "a';DROP TABLE runs;--$1\u0007.csv";
    folder.write(name, smallCsv().replace(/^a,/, '"a\'); --\u0001",'));
    const id = await recorded(["evaluate", name, "--target", "y", ...few, "--folds", "2"], "names.duckdb");
    const run = await told(["show", id, "--runs", "names.duckdb"]);
    expect(run).toMatchObject({ data: name, status: "done" });
    expect(run.datasets[0].columns[0].name).toBe("a'); --\u0001");
    for (const argv of [["list"], ["show", id]])
      expect(await text([...argv, "--runs", "names.duckdb"])).toMatch(/^(?:\P{Cc}|\n)+$/u);
  });
});

describe("How a run ended", () => {
  /** A training that has begun, in a process of its own. */
  async function begun(...more: string[]) {
    const argv = [...train.with(5, "balanced").with(7, "1000"), ...more];
    const child = spawn(node, [bin, ...argv], { cwd });
    let stderr = "";
    while (!/Searching/.test(stderr)) stderr += (await once(child.stderr, "data"))[0];
    return child;
  }
  const kill = async (child: Awaited<ReturnType<typeof begun>>) => {
    child.kill("SIGKILL");
    await once(child, "close");
  };

  it("is told of one that runs, and of one whose process was killed", async () => {
    const runs = ["--runs", "killed.duckdb"];
    const child = await begun(...runs);
    const [running] = (await told(["list", ...runs])).runs;
    expect(running).toMatchObject({ status: "running", pid: child.pid, ended: null });
    expect(await refused(["runs", "rm", running.id, ...runs])).toContain(
      `error: The run ${running.id} is running, as process ${child.pid}; wait for its end, or interrupt it.\n`,
    );
    expect(await told(["rm", "--all", ...runs])).toEqual({ removed: [] });
    await kill(child);
    expect((await told(["list", "--status", "killed", ...runs])).runs).toMatchObject([
      { id: running.id, reason: `Process ${child.pid} ended before the run did.` },
    ]);
    expect(await told(["rm", running.id.slice(0, 6), ...runs])).toEqual({ removed: [running.id] });
    expect(await text(["list", ...runs])).toBe("There are none.\n");
  });

  it("of one that went on from a checkpoint is told of that one alone, wherever both are recorded", async () => {
    const kept = ["--checkpoint", "kept"];
    await kill(await begun(...kept, "--runs", "before.duckdb"));
    const argv = [...train.with(5, "balanced").with(7, "1000"), ...kept, "--resume"];
    const id = await recorded(argv, "after.duckdb");
    expect((await told(["list", "--runs", "after.duckdb"])).runs).toMatchObject([{ id, status: "done" }]);
    expect((await told(["list", "--runs", "before.duckdb"])).runs).toMatchObject([{ status: "killed" }]);
  });

  it("is told of one that was interrupted, with its model", async () => {
    const argv = [...train.with(5, "balanced").with(7, "1000"), "--runs", "stopped.duckdb"];
    const { code } = await psilonApart(argv, { cwd, interrupt: /Searching/ });
    expect(code).toBe(130);
    expect((await told(["list", "--runs", "stopped.duckdb"])).runs).toMatchObject([
      {
        status: "interrupted",
        reason: "It was interrupted.",
        modelHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
  });

  it("is told of one that failed, in the sentence that was printed", async () => {
    const argv = ["evaluate", "data.csv", "--target", "y", "--folds", "999", "--runs", "failed.duckdb"];
    const stderr = await refused(argv);
    const [{ status, reason }] = (await told(["list", "--runs", "failed.duckdb"])).runs;
    expect(status).toBe("failed");
    expect(stderr).toContain(`error: ${reason}\n`);
  });
});

describe("psilon runs", () => {
  it("lists runs, the newest first, so many and such as are asked for", async () => {
    const listed = async (...argv: string[]) =>
      (await told(["list", ...in1, ...argv])).runs.map(({ id }: { id: string }) => id);
    expect(await listed()).toEqual([ids.compare, ids.evaluate, ids.train]);
    expect(await listed("--limit", "1")).toEqual([ids.compare]);
    expect(await listed("--command", "train")).toEqual([ids.train]);
    expect(await listed("--status", "failed")).toEqual([]);
    expect(await listed("--of", ids.compare)).toEqual([`${ids.compare}.0`, `${ids.compare}.1`]);
    expect(await text(["list", ...in1, "--limit", "2"])).toMatch(
      new RegExp(
        `^id +command +status.* result\n${ids.compare} +compare +done .* RMSE [\\d.]+ ± [\\d.]+, best of 2 entries\n${ids.evaluate} .* accuracy [\\d.]+ ± [\\d.]+\n\n1 older run: --limit 3 shows all`,
      ),
    );
  });

  it("shows a run by the beginning of its id, and the best of its parts", async () => {
    const trained = await text(["show", ids.train.slice(0, 6), ...in1]);
    expect(trained).toMatch(new RegExp(`^run +${ids.train}, train\nstatus +done\n`));
    expect(trained).toMatch(/^test +linear +[\d.]+/m);
    expect(trained).toMatch(/^network +share of zeros [\d.]+, parameters [\d,]+$/m);
    expect(trained).toMatch(/\n\nThe command line:\npsilon train data\.csv .*\n$/);
    const evaluated = await text(["show", ids.evaluate, ...in1]);
    // What the bounds are on average stands beside them, and nowhere else.
    expect(evaluated.match(/; mean of the smallest\s+[\d.]+ ± /g)).toHaveLength(1);
    expect(evaluated).not.toMatch(/\bbound [\d.]+ ±/);
    const compared = await text(["show", ids.compare, ...in1]);
    expect(compared).toContain("\nThe best 2 of 2 entries:\n");
    const rmse = [...compared.matchAll(/^[0-9a-z]{8}\.\d +(?:adam|sgd) +([\d.]+) ±/gm)].map(([, x]) =>
      Number(x),
    );
    expect(rmse).toHaveLength(2);
    expect(rmse[0]).toBeLessThanOrEqual(rmse[1]);
    expect((await told(["list", ...in1, "--limit", "1"])).runs[0].progress).toMatchObject({
      ...{ ended: 2, asked: 2 },
      best: {
        number: Number(/^best +[0-9a-z]{8}\.(\d)$/m.exec(compared)?.[1]),
        metrics: [{ metric: "rmse" }],
      },
    });
  });

  it("compares runs by what differs, side by side", async () => {
    const [first, second] = [`${ids.compare}.0`, `${ids.compare}.1`];
    expect((await told(["compare", first, second, ...in1])).differing).toEqual({
      optimizer: ["adam", "sgd"],
    });
    expect(await text(["compare", first, second, ...in1])).toMatch(
      /^ +[0-9a-z]{8}\.0 +[0-9a-z]{8}\.1\noptimizer +adam +sgd\n\n.*\nRMSE +[\d.]+ ± [\d.]+ +[\d.]+ ±/,
    );
    expect(await refused(["runs", "compare", first, first, ...in1])).toContain("Only one run was named");
  });

  it.each([
    ["by epoch", () => [ids.train, ids.compare], ["loss", "bound"]],
    ["without epochs by what they came to", () => [ids.evaluate], ["accuracy", "log loss"]],
  ] as const)("draws runs %s, with the chart beside the picture", async (_, named, titles) => {
    await text(["plot", ...named(), ...in1, "--out", "runs.svg"]);
    const picture = readFileSync(join(cwd, "runs.svg"), "utf8");
    expect(picture).toMatch(/^<svg .*<\/svg>$/s);
    for (const title of titles) expect(picture).toContain(title);
    const { concat } = JSON.parse(readFileSync(join(cwd, "runs.vl.json"), "utf8"));
    expect(concat[0].data.values[0]).toMatchObject({ run: named()[0] });
  });

  it("names curves in full, says which table they are of, and tells apart what is several", async () => {
    await text(["plot", ids.train, ids.compare, ...in1, "--out", "curves.svg"]);
    const { title, concat } = JSON.parse(readFileSync(join(cwd, "curves.vl.json"), "utf8"));
    expect(title).toBe("y of data.csv");
    const panels = concat.map(
      ({ encoding }: { encoding: Record<string, { title: string; axis: object }> }) => [
        encoding.y.title,
        "strokeDash" in encoding,
        encoding.x.axis,
      ],
    );
    const whole = { tickMinStep: 1 };
    expect(panels).toEqual([
      ["loss", true, whole],
      ["learning rate", false, whole],
      ["bound", false, whole],
      ["share of zeros", false, whole],
      ["condition number", false, whole],
    ]);
  });

  it.each(["csv", "json", "parquet"])(
    "exports runs as a table that psilon itself reads: .%s",
    async (kind) => {
      const out = `runs.${kind}`;
      expect(await text(["export", ...in1, "--out", out])).toBe(`saved  5 runs in ${out}\n`);
      const { stdout } = await psilon(["describe", out, "--json"], { cwd });
      const { rows, columns } = JSON.parse(stdout);
      expect(rows.read).toBe(5);
      const names = columns.map(({ column }: { column: { name: string } }) => column.name);
      expect(names).toEqual(
        expect.arrayContaining(["id", "settings.optimizer", "metrics.test.rmse", "metrics.test.linear.rmse"]),
      );
      expect(await text(["export", ids.compare, ...in1, "--out", out])).toBe(`saved  3 runs in ${out}\n`);
    },
  );

  it("exports settings as what they are, those that all parts have with each of them", async () => {
    await text(["export", ids.compare, ...in1, "--out", "typed.json"]);
    const [whole, first] = JSON.parse(readFileSync(join(cwd, "typed.json"), "utf8"));
    expect(first).toMatchObject({
      ...{ parent: ids.compare, seed: 0, psilon: "0.1.0", node: process.version, target: "y" },
      ...{ "settings.optimizer": "adam", "settings.epochs": 2, "settings.folds": 2, "settings.over": null },
    });
    expect(whole).toMatchObject({ "settings.epochs": 2, "settings.over": '["optimizer=adam,sgd"]' });
    expect(await told(["show", `${ids.compare}.0`, ...in1])).toMatchObject({ node: process.version });
  });

  it("lists nothing where nothing is recorded yet, which is no error", async () => {
    mkdirSync(join(cwd, "empty"));
    const at = { cwd: join(cwd, "empty") };
    expect(await psilon(["runs", "list"], at)).toMatchObject({
      ...{ code: 0, stderr: "" },
      stdout:
        'No runs are recorded in ".psilon/runs.duckdb" yet: psilon train, evaluate, compare and sweep record theirs.\n',
    });
    expect((await psilon(["runs", "list", "--json"], at)).stdout).toBe('{"runs":[],"more":0}\n');
    expect(existsSync(join(cwd, "empty/.psilon"))).toBe(false);
  });

  it("removes runs with their parts and nothing else", async () => {
    const runs = ["--runs", "less.duckdb"];
    const first = await recorded(train, "less.duckdb");
    const second = await recorded(compare, "less.duckdb");
    expect(await refused(["runs", "rm", `${second}.0`, ...runs])).toContain(
      `The run ${second}.0 is a part of another; name that to remove it with all its parts.`,
    );
    expect(await text(["rm", second, ...runs])).toBe("removed  1 run\n");
    expect((await told(["show", first, ...runs])).datasets).toHaveLength(1);
    expect(await refused(["runs", "show", `${second}.0`, ...runs])).toContain("No run in");
    expect(await told(["rm", "--all", ...runs])).toEqual({ removed: [first] });
    const left = await writeRuns(join(cwd, "less.duckdb"), async (connection) => {
      const tables = [
        "runs",
        "objectives",
        "settings",
        "metrics",
        "epochs",
        "bounds",
        "datasets",
        "dataset_columns",
      ];
      const counts = tables.map((table) => `SELECT count(*)::INTEGER FROM ${table}`);
      return (await connection.runAndReadAll(counts.join(" UNION ALL "))).getRows().flat();
    });
    expect(left).toEqual(left.map(() => 0));
    expect(left).toHaveLength(8);
    expect(existsSync(join(cwd, "m.safetensors"))).toBe(true);
  });

  it.each<[readonly string[], string]>([
    [["list", "--runs", "none.duckdb"], 'No runs are recorded in "none.duckdb"; '],
    [
      ["show", "?", ...in1],
      'No run in "one.duckdb" has an id that begins with "?"; psilon runs list shows them.',
    ],
    [["show", "", ...in1], "No run in"],
    [["show", ".0", ...in1], "No run in"],
    [["export", "--out", "runs.csv"], 'No runs are recorded in ".psilon/runs.duckdb"; '],
    [["rm", ...in1], "No run was named to remove; name some by their ids, or give --all."],
    [["rm", "a", "--all", ...in1], "The option --all removes all runs, but some were named; leave one"],
    [["rm", "--all", "--runs", "none.duckdb"], "No runs are recorded"],
    [["export", "--out", "runs.txt", ...in1], "ends in .parquet, .csv, .json, but"],
    [["export", "--out", "one.duckdb.csv/", ...in1], "one.duckdb.csv/"],
    [["plot", "a", "--out", "runs.png", ...in1], "The option --out takes the name of an SVG file"],
    [["list", "--limit", "0"], "The option --limit takes a whole number from 1"],
  ])("refuses %j in a sentence", async (argv, sentence) => {
    const stderr = await refused(["runs", ...argv]);
    expect(stderr).toMatch(/^error: [^\n]*\.\n$/);
    expect(stderr).toContain(sentence);
    expect(existsSync(join(cwd, "none.duckdb"))).toBe(false);
  });

  it("makes a database that is as its page says, and answers the page's queries", async () => {
    const page = readFileSync(new URL("../../../../docs/runs.md", import.meta.url), "utf8");
    for (const [table, columns] of Object.entries(TABLES)) {
      const line = page.split("\n").find((text) => text.startsWith(`| \`${table}\` |`));
      for (const column of Object.keys(columns)) expect(line).toContain(`\`${column}\``);
    }
    const queries = [...page.matchAll(/^```sql\n(.*?)^```/gms)].map(([, query]) => query);
    expect(queries).toHaveLength(3);
    const [best, trials, stale] = await readRuns(join(cwd, "one.duckdb"), async (connection) => {
      const answers: unknown[][] = [];
      for (const query of queries) answers.push((await connection.runAndReadAll(query)).getRows());
      return answers;
    });
    expect(best).toHaveLength(3);
    expect(trials).toHaveLength(2);
    expect(stale).toHaveLength(0);
  });

  it("asks for more letters where several ids begin alike", async () => {
    await writeRuns(join(cwd, "alike.duckdb"), async (connection) => {
      for (const id of ["abc", "abd", "ab"])
        await connection.run(
          "INSERT INTO runs (id, command, status, begun, data, data_hash, target, seed) VALUES ($1, 'train', 'done', now()::TIMESTAMP, 'd', 'h', 'y', 0)",
          [id],
        );
    });
    const runs = ["--runs", "alike.duckdb"];
    expect(await refused(["runs", "show", "a", ...runs])).toContain(
      'Several runs in "alike.duckdb" begin with "a": ab, abc, abd; give more of the id\'s letters.',
    );
    expect((await told(["show", "ab", ...runs])).id).toBe("ab");
    expect(await refused(["train", "data.csv", "--target", "y", "--no-record", ...runs])).toContain(
      "The option --runs names a file to record the run in, and --no-record records none; leave one of them out.",
    );
    expect(await refused(["runs", "list", "--command", "trane"])).toContain("Allowed choices are train,");
  });
});

describe("A sweep that is recorded", () => {
  const runs = ["--runs", "sweeps.duckdb"];
  const sweep = (target: string, space: string, ...more: string[]) => [
    ...["sweep", "data.csv", "--target", target, "--preset", "fast", "--epochs", "3", "--folds", "2"],
    ...["--space", space, ...more, ...runs, "--threads", "1"],
  ];
  /** What a sweep printed, as text, and its run. */
  async function swept(argv: readonly string[]) {
    const { stdout } = await psilon(argv, { cwd });
    const [{ id }] = (await told(["list", "--limit", "1", ...runs])).runs;
    return { stdout, id, shown: await text(["show", id, ...runs]), run: await told(["show", id, ...runs]) };
  }
  const numbersIn = (table: string, of: RegExp) =>
    [...table.matchAll(of)].map(([, number]) => Number(number));

  // What is measured of classes first is the accuracy, of which more is better; of quantiles the nearest coverage is the best.
  it.each<[string, string, string[], string]>([
    ["the default", "kind", [], "log loss (lower is better)"],
    ["more", "kind", ["--metric", "auc"], "AUC (higher is better)"],
    ["nearer", "y", ["--quantile", "0.1,0.9", "--metric", "coverage"], "coverage (nearer to 0.8 is better)"],
    ["two", "y", ["--metric", "mae,bound"], "MAE (lower is better) and bound (lower is better)"],
    ["halving", "kind", ["--search", "halving"], "log loss (lower is better)"],
  ])("is shown by what it searched by, its trials in the sweep's order: %s", async (_, target, more, by) => {
    const space = "learning-rate=log(1e-3,1e-1) width=2,4,8";
    const { stdout, id, shown, run } = await swept(sweep(target, space, "--trials", "9", ...more));
    const order = numbersIn(stdout, /^(\d+) +[\d.e-]+ +\d/gm);
    expect(order.length).toBeGreaterThan(1);
    const first = shown.slice(0, shown.indexOf("\n\nid", shown.indexOf("\n\nid") + 1));
    expect(numbersIn(first, /^[0-9a-z]{8}\.(\d+) /gm)).toEqual(order);
    expect(shown.replace(/\n +/g, " ")).toContain(`\nbest by   ${by}\n`);
    expect(shown).toContain(`\nbest      ${id}.${order[0]}\n`);
    expect(run.best).toBe(order[0]);
    // The line that trains the best is at the end of both.
    expect(shown.trim().split("\n").at(-1)).toBe(stdout.trim().split("\n").at(-1));
    const listed = await text(["list", "--limit", "1", ...runs]);
    expect(listed).toMatch(/± [\d.e-]+, best of (?:9|1[0-9]) trials\n/);
  });

  it("is told as it was typed, and its trials with λ as a number and with what is common to all", async () => {
    const space = "lambda=log(1e-5,0.1) learning-rate=0.01,0.02";
    const { id, shown, run } = await swept(sweep("y", space, "--trials", "3", "--metric", "rmse,bound"));
    expect(shown.replace(/\n +/g, " ")).toContain(`space ${space}`);
    expect(shown).toContain("metric rmse, bound");
    expect(shown).not.toMatch(/^ +auto/m);
    expect(run.line).toBe(
      `psilon sweep data.csv --space '${space}' --trials 3 --folds 2 --target y --preset fast --epochs 3 --threads 1 --runs sweeps.duckdb --metric 'rmse,bound'`,
    );
    const part = await told(["show", `${id.slice(0, 6)}.1`, ...runs]);
    expect(part).toMatchObject({ id: `${id}.1`, parent: id, node: process.version, seed: 0 });
    const given = Object.fromEntries(
      part.settings.map((one: { name: string; given: unknown; used: unknown }) => [
        one.name,
        one.used ?? one.given,
      ]),
    );
    expect(given).toMatchObject({ lambda: expect.any(Number), epochs: 3, preset: "fast", folds: 2 });
    expect([0.01, 0.02]).toContain(given["learning-rate"]);
    expect(given.space).toBeUndefined();
    const shownPart = await text(["show", `${id}.1`, ...runs]);
    expect(shownPart).toContain(`run       ${id}.1, trial 1 of the sweep ${id}\n`);
    expect(shownPart).toMatch(
      /\nIt trained on all rows:\npsilon train data\.csv .* --learning-rate 0\.0[12]\n$/,
    );
    expect(await text(["list", "--of", id, "--limit", "2", ...runs])).toContain(
      "\n1 trial more: --limit 3 shows all.\n",
    );
  });

  it("has its bounds as the sweep printed them, and how far it has come", async () => {
    const { id, stdout, shown } = await swept(sweep("y", "width=2,4,8,16", "--search", "grid"));
    const bounds = (page: string) =>
      [...page.matchAll(/ ([\d.]+)(?: ± [\d.]+ +0 ± 0)? +[\d.]+$/gm)].map(([, b]) => b);
    expect(bounds(shown).slice(0, 4)).toEqual(bounds(stdout).slice(0, 4));
    await writeRuns(join(cwd, "sweeps.duckdb"), async (connection) => {
      await connection.run(
        "UPDATE runs SET status = 'running', best = NULL, host = 'another' WHERE id = $1",
        [id],
      );
      await connection.run("DELETE FROM runs WHERE parent = $1 AND number = 3", [id]);
    });
    const [{ progress }] = (await told(["list", "--limit", "1", ...runs])).runs;
    expect(progress).toMatchObject({ ended: 3, asked: 4, best: { metrics: [{ metric: "rmse" }] } });
    expect(await text(["list", "--limit", "1", ...runs])).toContain(", best of 3 of 4 trials\n");
    expect(await text(["show", id, ...runs])).toContain("\nended     3 of 4 trials\n");
  });

  it("is drawn as psilon sweep draws it", async () => {
    const { id } = await swept(
      sweep("kind", "width=2,4 lambda=0.01,0.1", "--trials", "4", "--plot", "s.svg"),
    );
    await text(["plot", id, ...runs, "--out", "again.svg"]);
    const chart = (name: string) => JSON.parse(readFileSync(join(cwd, `${name}.vl.json`), "utf8"));
    expect(chart("again")).toEqual(chart("s"));
  });
});
