import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { psilon } from "../support/psilon.js";
import { psilonHere } from "../support/psilonHere.js";
import { quick, trainSmall } from "../support/smallModels.js";
import { smallCsv } from "../support/tables.js";

const folder = temporaryFolder();
const cwd = folder.path;
const at = (name: string) => join(cwd, name);

folder.write("data.csv", smallCsv());
folder.write("few.csv", smallCsv(9));

beforeAll(() => trainSmall(cwd, "y", "kind"));

const certify = (model: string, ...rest: string[]) =>
  psilonHere(["certify", at(`${model}.safetensors`), at("few.csv"), ...rest]);

describe("psilon certify", () => {
  it("exits with 0 when every row is certified, and says what was asked", async () => {
    const { code, stdout } = await certify("y", "--tolerance", "2", "--radius", "0.01");
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^asked {2}does y move by more than 2 when every number moves by 0\.01 standard deviations\?$/m,
    );
    expect(stdout).toMatch(/^rows {3}9 certified, 0 refuted, 0 unknown$/m);
    expect(stdout).toMatch(/^row +prediction +verdict +moves at most$/m);
  });

  it("exits with 3 and shows a counterexample when a row is refuted", async () => {
    const { code, stdout } = await certify("y", "--tolerance", "0.5", "--move", "a=5%,c=any", "--json");
    expect(code).toBe(3);
    const { verdicts } = JSON.parse(stdout);
    const refuted = verdicts.filter(({ verdict }: { verdict: string }) => verdict === "refuted");
    expect(refuted.length).toBe(9);
    for (const { counterexample, prediction } of refuted) {
      expect(["left", "right"]).toContain(counterexample.changes.c);
      expect(Math.abs(counterexample.prediction[0] - prediction[0])).toBeGreaterThan(0.5);
    }
  });

  it("exits with 4 when a row is unknown and none is refuted, which the exact program can settle", async () => {
    const all = JSON.parse((await certify("y", "--tolerance", "0.7", "--json")).stdout).radii as {
      row: number;
      together: number;
    }[];
    // Just beyond what bounds certify for a row.
    let seen = 0;
    for (const { row, together } of all) {
      const options = ["--tolerance", "0.7", "--radius", String(together * 1.002), "--rows", String(row)];
      const { code } = await certify("y", ...options);
      if (code !== 4) continue;
      // In a process of its own, since the solver has a thread of its own.
      const solved = [...options, "--exact", "--time-limit", "600"];
      const exact = await psilon(["certify", "y.safetensors", "few.csv", ...solved], { cwd });
      expect([0, 3]).toContain(exact.code);
      if (++seen === 2) break;
    }
    expect(seen).toBeGreaterThan(0);
  });

  it("tells certified radii, together and alone, and the share of rows that are right and certified", async () => {
    const { code, stdout } = await certify(
      "kind",
      "--alone",
      "--curve",
      at("curve.json"),
      "--out",
      at("radii.csv"),
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^asked {3}how far can numbers move before kind changes\?$/m);
    expect(stdout).toMatch(/^row +all numbers, std +a alone +b alone$/m);
    expect(stdout).toMatch(/^radius, std +certified +right and certified$/m);
    expect(readFileSync(at("radii.csv"), "utf8")).toMatch(
      /^row,radius_in_standard_deviations,a_alone,b_alone\n2,/,
    );
    const chart = JSON.parse(readFileSync(at("curve.json"), "utf8"));
    expect(chart.$schema).toContain("vega-lite");
    expect(chart.data.values[0]).toEqual({ radius: 0, share: 1, rows: "certified" });
  });

  it("writes every row's answer, the same with any number of threads", async () => {
    const options = ["certify", "kind.safetensors", "data.csv", "--radius", "0.3", "--move", "c=any"];
    const runs = await Promise.all(
      ["1", "3"].map((threads) =>
        psilon([...options, "--threads", threads, "--out", `verdicts${threads}.csv`], { cwd }),
      ),
    );
    const [one, three] = ["1", "3"].map((threads) => readFileSync(at(`verdicts${threads}.csv`), "utf8"));
    expect(three).toBe(one);
    expect(one.trim().split("\n").length).toBe(61);
    expect(one).toMatch(/^row,kind,verdict,moves_at_most,counterexample,kind_there\n2,/);
    expect(runs.map(({ code }) => code)).toEqual([3, 3]);
    expect(runs[0].stdout).toBe(runs[1].stdout);
  });

  it.each([
    [
      "y",
      ["--radius", "0.1"],
      /: say by --tolerance how far y may move, in the target's units, or as in --tolerance 5%\.$/m,
    ],
    ["kind", ["--tolerance", "1"], /predicts classes/],
    ["y", ["--tolerance", "0"], /--tolerance takes a positive number/],
    ["y", ["--tolerance", "1", "--radius", "-1"], /--radius takes/],
    ["y", ["--tolerance", "1", "--move", "d=1"], /no column "d"/],
    ["y", ["--tolerance", "1", "--move", "a"], /--move takes columns.*"a" was given/],
    ["y", ["--tolerance", "1", "--move", "a=1,a=2"], /"a" twice/],
    ["y", ["--tolerance", "1", "--move", "c=1"], /c=any/],
    ["y", ["--tolerance", "1", "--radius", "1", "--move", "a=1", "--fixed", "a"], /both moved and fixed/],
    ["y", ["--tolerance", "1", "--move", "a=1", "--fixed", "b"], /--fixed names columns that --radius/],
    [
      "y",
      ["--tolerance", "1", "--seed", "1"],
      /--seed is for the search for counterexamples when columns move/,
    ],
    [
      "y",
      ["--monotone", "a=+", "--seed", "1"],
      /--seed makes up rows for --monotone where there is no table/,
    ],
    ["y", ["--tolerance", "1", "--rows", "2,2,2-3"], /--rows names row 2 twice; name it once/],
    ["y", ["--tolerance", "1", "--rows", "2-4,9,4"], /--rows names row 4 twice/],
    ["y", ["--tolerance", "1e308", "--radius", "1"], /tolerance 1e\+308 is too large/],
    ["y", ["--tolerance", "1", "--radius", "1", "--fixed", "z"], /no column "z"/],
    ["y", ["--tolerance", "1", "--radius", "1", "--curve", "c.json"], /--curve tells of certified radii/],
    ["y", ["--tolerance", "1", "--move", "a=%"], /"a=%" was given/],
    ["y", ["--tolerance", "1", "--move", "a=1", "b=1"], /too many arguments/],
    ["y", ["--tolerance", "1", "--exact"], /--exact settles what is unknown when columns move/],
    ["y", ["--tolerance", "1", "--exact", "--time-limit", "5"], /--exact settles what is unknown/],
    ["y", ["--tolerance", "1", "--radius", "1", "--time-limit", "5"], /--time-limit belongs to --exact/],
    ["y", ["--monotone", "a=+", "--time-limit", "5"], /takes no --time-limit/],
    ["kind", ["--out", at("same.csv"), "--curve", `${cwd}/./same.csv`], /give each a file of its own/],
    ["y", ["--tolerance", "1", "--rows", "1"], /row numbers from 2 to 10/],
    ["y", ["--tolerance", "1", "--rows", "4-3"], /"4-3" was given/],
  ])("refuses in a sentence: %s %j", async (model, options, sentence) => {
    const { code, stdout, stderr } = await certify(model, ...options);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(sentence);
  });

  it("takes columns in other letter case, and options before the model", async () => {
    const options = ["--tolerance", "2", "--radius", "0.01", "--move", "A=0.01,C=any", "--fixed", "B"];
    const { code, stdout } = await psilonHere(["certify", ...options, at("y.safetensors"), at("few.csv")]);
    expect(code).toBe(3);
    expect(stdout.replace(/\n +/g, " ")).toMatch(
      /when every other number moves by 0\.01 standard deviations, a moves by 0\.01, c takes any value, and b stays\?$/m,
    );
    const monotone = await psilonHere(["certify", at("y.safetensors"), "--monotone", "A=+"]);
    expect(monotone.stdout).toMatch(/y is non-decreasing in a:/);
  });

  it("refuses a new category as predict does, and takes it for none of the known ones with --unseen zeros", async () => {
    folder.write("new.csv", "a,b,c\n0.5,0.5,left\n0.5,0.5,middle\n");
    const words = ["certify", at("y.safetensors"), at("new.csv"), "--tolerance", "2"];
    const sentence =
      /^error: Row 3 of .*"middle" in column "c", a category that the model was not trained on/m;
    for (const more of [["--radius", "0.01"], []]) {
      const refused = await psilonHere([...words, ...more]);
      expect(refused.code).toBe(2);
      expect(refused.stderr).toMatch(sentence);
      const { code, stderr } = await psilonHere([...words, ...more, "--unseen", "zeros"]);
      expect(code).toBe(0);
      expect(stderr).toMatch(/^note: Column "c" has 1 value that no training row had/m);
    }
    const monotone = ["certify", at("y.safetensors"), at("new.csv"), "--monotone", "a=+"];
    expect((await psilonHere(monotone)).stderr).toMatch(sentence);
    expect((await psilonHere([...monotone, "--unseen", "zeros"])).stderr).toBe("");
  });

  it("refuses a certified-accuracy curve where nothing says what is right", async () => {
    folder.write("features.csv", "a,b,c\n0.5,0.5,left\n");
    const { code, stderr } = await psilonHere([
      "certify",
      at("kind.safetensors"),
      at("features.csv"),
      "--curve",
      at("none.json"),
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/needs to know what is right.*no column kind/);
  });

  it("looks at the target's cells before it certifies, and leaves certified accuracy out where one cannot be used", async () => {
    folder.write("strange.csv", "a,b,c,kind\n0.5,0.5,left,high\n0.1,0.2,left,middling\n");
    folder.write("empty.csv", "a,b,c,kind\n0.5,0.5,left,\n");
    const ask = (table: string, ...more: string[]) =>
      psilonHere(["certify", at("kind.safetensors"), at(table), "--json", ...more]);
    const sentence = /Row 3 of .* has the class "middling" in column "kind", which the model does not know/;
    const found = await ask("strange.csv");
    expect(found.code).toBe(0);
    expect(found.stderr).toMatch(
      new RegExp(`^note: ${sentence.source}.* Certified accuracy is left out\\.\n`),
    );
    expect(JSON.parse(found.stdout)).toMatchObject({ radii: [{ row: 2 }, { row: 3 }], accuracy: [] });
    const curve = ["--curve", at("none.json")];
    const refused = await ask("strange.csv", ...curve);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(new RegExp(`^error: ${sentence.source}`));
    expect((await ask("empty.csv")).code).toBe(0);
    expect((await ask("empty.csv", ...curve)).stderr).toMatch(
      /^error: .*none of these rows of .* has a value of kind/,
    );
  });

  it("says what was asked to the last digit, any amount as such, and which way a column moves", async () => {
    const asked = async (model: string, ...words: string[]) =>
      /^asked {2}(.*)$/m.exec((await certify(model, "--rows", "2", ...words)).stdout)![1];
    expect(await asked("y", "--tolerance", "0.999999", "--radius", "Infinity")).toBe(
      "does y move by more than 0.999999 when every number moves by any amount?",
    );
    expect(await asked("y", "--tolerance", "1", "--move", "a=+0.123456,b=-5%")).toBe(
      "does y move by more than 1 when a moves up by 0.123456, b moves down by 5 %?",
    );
    expect(await asked("kind", "--radius", "0.0123456", "--move", "a=Infinity")).toBe(
      "does kind change when every other number moves by 0.0123456 standard deviations, a moves by any amount?",
    );
  });

  it("moves a column one way where a sign says so", async () => {
    const verdicts = async (move: string) => {
      const words = ["--tolerance", "0.5", "--move", move, "--json"];
      return JSON.parse((await certify("y", ...words)).stdout) as {
        moves: { move: object };
        verdicts: { row: number; counterexample: { changes: { a: number }; prediction: number[] } }[];
      };
    };
    const own = Object.fromEntries(
      smallCsv(9)
        .split("\n")
        .slice(1)
        .map((line, i) => [i + 2, Number(line.split(",")[0])]),
    );
    for (const [sign, only] of [
      ["+", "up"],
      ["-", "down"],
    ]) {
      const found = await verdicts(`a=${sign}1`);
      expect(found.moves.move).toEqual({ a: { by: 1, only } });
      const shown = found.verdicts.filter(({ counterexample }) => counterexample);
      expect(shown.length).toBeGreaterThan(1);
      for (const { row, counterexample } of shown) {
        const moved = counterexample.changes.a - own[row];
        expect(sign === "+" ? moved > 0 : moved < 0).toBe(true);
      }
    }
  });

  it("writes any distance as such in JSON, and null where there is no number", async () => {
    const ask = async (model: string, ...more: string[]) =>
      JSON.parse((await certify(model, "--json", "--rows", "2", ...more)).stdout);
    const free = await ask("kind", "--fixed", "a,b", "--alone");
    expect(free.radii).toEqual([{ row: 2, together: "any", alone: {} }]);
    // Of bins nothing lies beyond the last one.
    const values = ["--target", "y", "--column", "kind=ignore", ...quick, "--encode", "value"];
    await psilon(["train", "data.csv", ...values, "--out", "values.safetensors"], { cwd });
    const far = await ask("values", "--tolerance", "1e300", "--radius", "Infinity");
    expect(far.moves.radius).toBe("any");
    expect(far.verdicts).toMatchObject([{ verdict: "unknown", atMost: "any", counterexample: null }]);
    const refuted = await ask("y", "--tolerance", "0.5", "--radius", "3");
    expect(refuted.verdicts).toMatchObject([{ verdict: "refuted", atMost: null }]);
    const classes = await ask("kind", "--radius", "0");
    expect(classes.verdicts).toMatchObject([{ verdict: "certified", atMost: null }]);
  });
});

describe("psilon certify of a table with dates", () => {
  it("moves them by days, and writes the date of a counterexample as a date", async () => {
    const rows = Array.from({ length: 120 }, (_, i) => {
      const day = new Date(Date.UTC(2023, 0, 1 + i)).toISOString().slice(0, 10);
      return `${day},${(i % 7) / 2},${i / 10 + ((i + 6) % 7 > 4 ? 5 : 0)}`;
    });
    folder.write("daily.csv", ["day,x,y", ...rows].join("\n"));
    const { stderr } = await psilon(
      ["train", "daily.csv", "--target", "y", ...quick, "--out", "daily.safetensors"],
      { cwd },
    );
    expect(stderr).not.toContain("error");
    const asked = ["certify", "daily.safetensors", "daily.csv", "--tolerance", "0.5", "--move", "day=10"];
    const { code, stdout } = await psilon([...asked, "--rows", "30-32"], { cwd });
    expect(code).toBe(3);
    expect(stdout).toMatch(/^asked {2}does y move by more than 0\.5 when day moves by 10 days\?$/m);
    expect(stdout).toMatch(/^30 .* with day 2023-0[12]-\d\d$/m);
  });
});
