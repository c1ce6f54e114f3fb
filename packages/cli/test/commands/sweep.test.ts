import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { spelled } from "../../src/optionNames.js";
import { sweepSettings } from "../../src/sweeps/space.js";
import { temporaryFolder } from "../support/folder.js";
import { psilon } from "../support/psilon.js";
import type { Finished } from "../support/psilonHere.js";
import { smallCsv } from "../support/tables.js";

const folder = temporaryFolder();
const cwd = folder.path;

folder.write("data.csv", smallCsv());

const quick = ["--preset", "fast", "--epochs", "3", "--folds", "2", "--backend", "wasm", "--threads", "2"];
const sweep = (target: string, space: string, ...more: string[]) => [
  ...["sweep", "data.csv", "--target", target, ...quick, "--space", space, ...more],
];

interface Printed {
  readonly run?: string;
  readonly kept: number;
  readonly interrupted: boolean;
  readonly best: readonly { readonly number: number; readonly settings: object; readonly train: string }[];
  readonly tried: readonly {
    readonly number: number;
    readonly status: string;
    readonly settings: Readonly<Record<string, string | number>>;
    readonly metrics: Readonly<
      Record<string, { readonly mean: number; readonly perSplit: readonly number[] }>
    >;
  }[];
}

const printed = ({ stdout, stderr }: Finished): Printed => {
  expect(stdout, stderr).toMatch(/^\{/);
  return JSON.parse(stdout);
};
const timeless = (tried: readonly object[]) => tried.map((trial) => ({ ...trial, seconds: 0 }));

describe("psilon sweep", () => {
  it("shows the best trials beside the linear model, and the line that trains the best", async () => {
    const { code, stdout, stderr } = await psilon(
      sweep("y", "lambda=log(1e-5,1e-2) width=4,8", "--trials", "12", "--metric", "mae", "--groups", "b"),
      { cwd },
    );
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/^Trials, 0 of 12\nTrials, 1 of 12, best MAE [\d.]+ of trial \d+\n/);
    expect(stderr).toMatch(/\nTrials, 12 of 12, best MAE .*\n$/);
    const best = [...stderr.matchAll(/MAE ([\d.]+)/g)].map(([, value]) => Number(value));
    expect(best).toEqual([...best].sort((a, b) => b - a));
    const [about, title, table, , line] = stdout.split(/\n\n|:\n(?=psilon)/);
    expect(about).toMatch(
      /^data {5}y of data\.csv\ntried {4}12 trials by random search, each on 2 folds; mean ± standard error\nspace {4}lambda=log\(1e-5,0\.01\) width=4,8\nbest by {2}MAE \(lower is better\)\ntime {5}[\d.]+ s$/,
    );
    expect(title).toBe("The best 10:");
    const lines = table.split("\n");
    expect(lines[0].split(/ {2,}/)).toEqual(["trial", "lambda", "width", "MAE", "bound", "seconds"]);
    expect(lines).toHaveLength(12);
    expect(lines[11]).toMatch(/^ridge regression +[\d.]+ ± [\d.]+$/);
    const [number, lambda, width, mae] = lines[1].split(/ {2,}/);
    expect(Number(mae.split(" ")[0])).toBe(best.at(-1));
    expect(stderr).toContain(`of trial ${number}\n`);
    expect(line.trim()).toMatch(
      /^psilon train data\.csv --target y --preset fast --epochs 3 --groups b --backend wasm /,
    );
    const [, own] = /--lambda (\S+) --width (\d+)$/.exec(line.trim())!.slice(0, 3).map(Number);
    expect(own).toBeCloseTo(Number(lambda), 10);
    // Numbers of a column are written alike.
    const columns = lines.slice(1, -1).map((row) => row.split(/ {2,}/));
    for (const cells of columns) {
      expect(cells[1]).toMatch(/^[\d.]+e-\d$/);
      expect(cells[5]).toMatch(/^\d+\.\d\d$/);
    }
    expect(line).toContain(`--width ${width}`);
  });

  it("comes to what psilon evaluate does with the same settings, for every metric", async () => {
    const space = "lambda=log(1e-5,1e-2) width=int(2,9) optimizer=adam,padam learning-rate=log(1e-3,1e-1)";
    const found = printed(
      await psilon(sweep("kind", space, "--trials", "3", "--decay", "0.001", "--seed", "4", "--json"), {
        cwd,
      }),
    );
    expect(found.tried).toHaveLength(3);
    for (const { settings, metrics } of found.tried) {
      expect("decay" in settings).toBe(settings.optimizer === "padam");
      const own = Object.entries(settings).flatMap(([name, value]) => [
        `--${name === "learningRate" ? "learning-rate" : name}`,
        String(value),
      ]);
      const evaluated = await psilon(
        ["evaluate", "data.csv", "--target", "kind", ...quick, "--seed", "4", ...own, "--json"],
        { cwd },
      );
      const { metrics: same, bounds } = JSON.parse(evaluated.stdout);
      expect(metrics).toMatchObject(same);
      expect(metrics.bound.perSplit).toEqual(bounds);
    }
  });

  it("prints a line that trains, with options that are lists and pairs as they were given", async () => {
    const options = ["--class-weights", "high=2,low=1", "--ignore", "column 2", "--no-header", "--skip", "1"];
    const found = printed(
      await psilon(sweep("column 5", "width=4,5", "--trials", "2", ...options, "--json"), { cwd }),
    );
    const [{ train }] = found.best;
    expect(train).toMatch(/^psilon train data\.csv .*--class-weights 'high=2,low=1' .*--width [45]$/);
    const argv = train.split(" ").slice(1).join(" ");
    const words = [...argv.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);
    const trained = await psilon([...words, "--out", "best.st"], { cwd });
    expect(trained.code, trained.stderr).toBe(0);
    const quantiles = printed(
      await psilon(sweep("y", "width=4,5", "--trials", "1", "--quantile", "0.1,0.9", "--json"), { cwd }),
    );
    expect(quantiles.best[0].train).toContain("--quantile '0.1,0.9'");
  });

  it("tries every combination of a grid, and tells what makes none", async () => {
    const asked = sweep("y", "parametrization=l1-shared,l2-row depth=int(1,2)", "--search", "grid");
    const rule = ["--prune", "0.5", "--pruning", "l1-projection"];
    const { stdout, code } = await psilon([...asked, ...rule], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain("2 trials by grid search");
    expect(stdout).toMatch(/\nLeft out parametrization=l2-row depth=1: The rule "l1-projection" projects/);
  });

  it("halves by epochs, up to those of the preset where none are said", async () => {
    const argv = sweep("y", "width=4,5,6", "--search", "halving", "--json").filter(
      (word, i, all) => word !== "--epochs" && all[i - 1] !== "--epochs",
    );
    const { tried } = printed(await psilon(argv, { cwd }));
    // Of 60 rows 30 in a fold, in one batch: 2000 epochs of the preset.
    expect(tried.map(({ settings }) => settings.epochs)).toEqual([667, 667, 667, 2000]);
  });

  it("shows the front of two metrics, and draws it", async () => {
    const argv = sweep(
      "y",
      "lambda=log(1e-5,10)",
      "--trials",
      "9",
      "--metric",
      "rmse,bound",
      "--plot",
      "front.svg",
    );
    const { stdout, stderr } = await psilon(argv, { cwd });
    expect(stderr).toContain("Trials, 1 of 9, 1 on the front\n");
    // However often the front changes.
    expect(stderr.split("\n").length).toBeLessThanOrEqual(12);
    expect(stdout).toContain("No trial is better in one and as good in the other than these:\n");
    const lines = stdout.split("\n\n")[2].split("\n").slice(1, -1);
    const figures = lines
      .map((line) => line.split(/ {2,}/))
      .map(([, , rmse, bound]) => [parseFloat(rmse), Number(bound)]);
    expect(figures.map(([rmse]) => rmse)).toEqual(figures.map(([rmse]) => rmse).sort((a, b) => a - b));
    expect(figures.map(([, bound]) => bound)).toEqual(
      figures.map(([, bound]) => bound).sort((a, b) => b - a),
    );
    const chart = JSON.parse(readFileSync(join(cwd, "front.vl.json"), "utf8"));
    expect(chart.data.values).toHaveLength(9);
    const onFront = chart.data.values.filter(({ kind }: { kind: string }) => kind === "front");
    expect(onFront).toHaveLength(lines.length);
    const svg = readFileSync(join(cwd, "front.svg"), "utf8");
    const legend = ["front", "others", "ridge regression"];
    for (const text of [...legend, "RMSE (lower is better)", "bound in scaled units (lower is better)"])
      expect(svg).toContain(`>${text}<`);
  });

  it("draws one metric by trial with the best so far, and by each setting", async () => {
    const argv = sweep(
      "y",
      "lambda=log(1e-5,1) width=4,8 learning-rate=uniform(0.01,0.02)",
      "--trials",
      "4",
      "--plot",
      "s.svg",
    );
    const { stdout } = await psilon(argv, { cwd });
    expect(stdout).toContain("drawn    s.svg\n");
    const chart = JSON.parse(readFileSync(join(cwd, "s.vl.json"), "utf8"));
    const svg = readFileSync(join(cwd, "s.svg"), "utf8");
    const axes = ["trial", "lambda", "width", "learning-rate", "RMSE (lower is better)"];
    for (const title of [...axes, "best", "others", "ridge regression"]) expect(svg).toContain(`>${title}<`);
    // One legend for all, whole trials, and an axis as wide as what was drawn from.
    expect(svg.match(/>others</g)).toHaveLength(1);
    expect(svg).toMatch(/<text text-anchor="start"[^>]*>0<.*?>1<.*?>2<.*?<text text-anchor="end"[^>]*>3</);
    expect(chart.concat[1].layer[0].encoding.x.scale).toMatchObject({
      type: "log",
      domain: [1e-5, 1],
      nice: false,
    });
    for (const { low, high, rmse } of chart.data.values) {
      expect(low).toBeLessThan(rmse);
      expect(high).toBeGreaterThan(rmse);
    }
  });

  it("tells of trials that failed, and goes on", async () => {
    // y is below 0 in some rows.
    const { stdout, code } = await psilon(sweep("y", "target-scale=value,log", "--search", "grid"), { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/\n1 trial failed: .*log.*\n/);
    const none = await psilon(sweep("y", "width=3,4", "--search", "grid", "--target-scale", "log"), { cwd });
    expect(none).toMatchObject({ code: 2, stdout: "" });
    expect(none.stderr).toMatch(/error: None of the 2 trials could be trained: .*log.*\.\n$/);
  });

  it("stops at Ctrl-C with the best so far, and goes on from there", async () => {
    const argv = sweep("y", "lambda=log(1e-5,1e-2)", "--trials", "6", "--runs", "runs.duckdb", "--json");
    const whole = printed(await psilon(argv.with(argv.indexOf("runs.duckdb"), "other.duckdb"), { cwd }));
    const stopped = await psilon(argv, { cwd, interrupt: /^Trials, 1 of / });
    expect(stopped.code).toBe(130);
    const some = printed(stopped);
    expect(some).toMatchObject({ interrupted: true, kept: 0 });
    expect(some.tried.length).toBeLessThan(6);
    expect(stopped.stderr).toContain(
      `note: Stopped after ${some.tried.length} of 6 trials; the same line with --resume goes on.\n`,
    );
    const other = await psilon([...argv, "--seed", "1", "--resume"], { cwd });
    expect(other).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("was begun with other options: --seed (0, now 1)"),
    });
    const resumed = printed(await psilon([...argv, "--resume"], { cwd }));
    expect(resumed).toMatchObject({ run: some.run, interrupted: false, kept: some.tried.length });
    expect(timeless(resumed.tried)).toEqual(timeless(whole.tried));
    // As they were kept, times included.
    for (const trial of some.tried) expect(resumed.tried).toContainEqual(trial);
    const again = await psilon([...argv, "--resume"], { cwd });
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining("There is no unfinished sweep") });
  });

  it("is the same sweep whether its space is written out or in a file, and another where the file has changed", async () => {
    const space = folder.write("space.json", '{"width": {"int": [3, 9]}}');
    const asked = ["--search", "grid", "--runs", "spaces.duckdb", "--json"];
    const stopped = await psilon(sweep("y", "width=int(3,9)", ...asked), {
      cwd,
      interrupt: /^Trials, 1 of /,
    });
    expect(stopped.code).toBe(130);
    folder.write("space.json", '{"width": {"int": [3, 8]}}');
    expect((await psilon(sweep("y", space, ...asked, "--resume"), { cwd })).stderr).toContain("--space");
    folder.write("space.json", '{"width": {"int": [3, 9]}}');
    expect(printed(await psilon(sweep("y", space, ...asked, "--resume"), { cwd })).tried).toHaveLength(7);
  });

  it.each([
    [
      ["--space", "width=4", "--width", "8"],
      "The option --width gives one value for what --space varies; leave one of them out.",
    ],
    [
      ["--space", "learning-rate=1", "--learning-rate", "1"],
      "The option --learning-rate gives one value for what --space varies; leave one of them out.",
    ],
    [
      ["--space", "width=4", "--search", "tpe"],
      "option '--search <name>' argument 'tpe' is invalid. Allowed choices are random, grid, halving.",
    ],
    [
      ["--space", "width=4", "--search", "grid", "--trials", "3"],
      "The option --trials says how many to draw, and --search grid tries all; leave one out.",
    ],
    [
      ["--space", "width=4", "--search", "halving", "--metric", "rmse,bound"],
      'The search "halving" lets the better trials go on, and by rmse and bound at once none need be; give one --metric, or use --search random.',
    ],
    [
      ["--space", "epochs=4,8", "--search", "halving"],
      'The search "halving" says by itself how many epochs each trial has, and --space varies them; leave them out of the space, and give the most by --epochs.',
    ],
    [
      ["--space", "width=4", "--metric", "accuracy"],
      'The metric "accuracy" is not measured of these numbers; search by one of rmse,',
    ],
    [
      ["--space", "width=4", "--folds", "99", "--runs", "folds.duckdb"],
      "The number of folds is a whole number from 2 to the number of rows, 60, but 99 was given.",
    ],
    [
      ["--space", "width=4", "--resume"],
      "The option --resume goes on with a sweep that was recorded, and --no-record records none; leave one of them out.",
    ],
    [
      ["--space", "width=4", "--trials", "0"],
      'The option --trials takes a whole number from 1 to 100000, but "0" was given.',
    ],
    [["--space", "width=0"], "The width is a whole number from 1 to 4096, but 0 was given."],
    [[], "required option '--space <settings|file.json>' not specified; see psilon sweep --help\n"],
    [
      ["--space", "width=4", "--plot", "s.png"],
      'The option --plot takes the name of an SVG file, such as curves.svg, but "s.png" was given.',
    ],
    [["--space", "width=4", "--time-limit", "5"], "unknown option '--time-limit'"],
  ])("refuses %j in a sentence, before a trial", async (more, sentence) => {
    const { code, stdout, stderr } = await psilon(
      ["sweep", "data.csv", "--target", "y", "--preset", "fast", ...more],
      { cwd },
    );
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(`error: ${sentence}`);
  });

  it("says so where the space holds fewer trials than were asked for", async () => {
    const { stderr, stdout } = await psilon(sweep("y", "width=3,4"), { cwd });
    expect(stderr).toMatch(/^note: The space holds 2 different trials, so 2 are tried, not 50\.\n/);
    expect(stdout).toContain("The best 2:");
    const refused = await psilon(sweep("z", "width=3,4"), { cwd });
    expect(refused.stderr).toMatch(/^error: /);
  });

  it("ends with the run's id where it is recorded, under one name for people and programs", async () => {
    const asked = ["--search", "grid", "--runs", "ids.duckdb"];
    const { stdout } = await psilon(sweep("y", "width=3,4", ...asked), { cwd });
    const [, run] = /\nrun {6}([0-9a-z]{8})\n\n/.exec(stdout)!;
    expect(await psilon(["runs", "show", run, "--runs", "ids.duckdb"], { cwd })).toMatchObject({ code: 0 });
    const recorded = printed(await psilon(sweep("y", "width=3,4", ...asked, "--json"), { cwd }));
    expect(recorded.run).toMatch(/^[0-9a-z]{8}$/);
    expect("id" in recorded).toBe(false);
    const unrecorded = printed(await psilon(sweep("y", "width=3,4", "--search", "grid", "--json"), { cwd }));
    expect("run" in unrecorded || "id" in unrecorded).toBe(false);
  });

  it("names in its help and its page what can be varied", async () => {
    const { stdout } = await psilon(["sweep", "--help"], { cwd });
    const named = /\n--space names any of\s+([^.]*)\./.exec(stdout)?.[1].split(/,\s+/);
    expect(named).toEqual(sweepSettings.map(spelled));
    const page = readFileSync(new URL("../../../../docs/sweeps.md", import.meta.url), "utf8");
    const listed = /one number or one name: ([^.]*)\./.exec(page)?.[1].split(/, | and /);
    expect(listed).toEqual(named);
  });
});
