import { type Comparison, frameFrom, inspectModel, trainModel } from "psilon";
import { describe, expect, it } from "vitest";
import { advice } from "../src/commands/doctor.js";
import { csvLine, spreadsheetLine } from "../src/data/csv.js";
import { boundText } from "../src/render/bound.js";
import { calibrationText } from "../src/render/calibration.js";
import { certificationText } from "../src/render/certification.js";
import { certificationCsv } from "../src/render/certificationCsv.js";
import { comparisonCharts } from "../src/render/comparisonCharts.js";
import { diagnosisText } from "../src/render/diagnosis.js";
import { evaluationText } from "../src/render/evaluation.js";
import { guaranteeFact, guaranteeJson } from "../src/render/guarantee.js";
import { inspectionText } from "../src/render/inspection.js";
import { partialDependenceText } from "../src/render/partialDependence.js";
import { perClassText } from "../src/render/perClass.js";
import { rareClassFacts } from "../src/render/rareClass.js";
import { averagedText } from "../src/render/scores.js";
import {
  alignedTable,
  duration,
  facts,
  figure,
  figureAbove,
  figureBelow,
  percentBelow,
  quoted,
  rangeEnds,
  shareBar,
  shortFigure,
} from "../src/render/text.js";
import { trainingText } from "../src/render/training.js";

describe("text for people", () => {
  it("lines up columns, the first to the left and the others to the right", () => {
    expect(
      alignedTable([
        ["", "λ"],
        ["one", "10"],
        ["two λλ", "1"],
      ]),
    ).toBe("         λ\none     10\ntwo λλ   1");
  });

  it("indents facts of several lines", () => {
    expect(
      facts([
        ["a", "1"],
        ["long", "2\n3"],
      ]),
    ).toBe("a     1\nlong  2\n      3");
  });

  it("goes on below where a line would be wider than 120 columns, but for words and commands", () => {
    const path = `${"folder/".repeat(20)}m.st`;
    const words = Array.from({ length: 30 }, (_, i) => `word${i}`);
    const next = [`psilon inspect ${path}`, `psilon predict ${path} <data>`];
    const text = facts([
      ["said", `${words.join(" ")}\n  indented ${words.join(" ")}`],
      ["saved", path],
      ["next", next.join("\n")],
    ]);
    const lines = text.split("\n");
    expect(lines.slice(-3)).toEqual([`saved  ${path}`, `next   ${next[0]}`, `       ${next[1]}`]);
    const [first, second, third, fourth] = lines;
    expect(first).toMatch(/^said {3}word0 .*word16$/);
    expect(first.length).toBeGreaterThan(110);
    expect(second).toMatch(/^ {9}word17 .* word29$/);
    expect(third).toMatch(/^ {9}indented word0 .*$/);
    expect(fourth).toMatch(/^ {11}word\d+ .* word29$/);
    for (const line of lines.slice(0, 4)) expect(line.length).toBeLessThanOrEqual(120);
  });

  it("puts columns for which there is no room below, beside the first ones again, and what is long about a row below it", () => {
    const cells = (row: string) => [
      row,
      ...Array.from({ length: 4 }, (_, k) => `${row}${k}`.padEnd(40, ".")),
    ];
    const [a, b] = [cells("a"), cells("b")];
    expect(alignedTable([a, b])).toBe(
      [
        ...[a, b].map(([name, first, second]) => `${name}  ${first}  ${second}`),
        "",
        ...[a, b].map(([name, , , third, fourth]) => `${name}  ${third}  ${fourth}`),
      ].join("\n"),
    );
    expect(alignedTable([a, b], { keys: 2 }).split("\n\n")[2]).toBe(
      [a, b].map(([name, first, , , fourth]) => `${name}  ${first}  ${fourth}`).join("\n"),
    );
    const long = Array<string>(30).fill("word").join(" ");
    expect(alignedTable([["x"], ["y"], ["z"]], { beside: ["", "short", long] })).toMatch(
      /^x\ny {2}short\nz\n {4}(word ){22}word\n {6}(word ){6}word$/,
    );
  });

  it("writes four digits that count", () => {
    expect([0, 1, 0.123456, -12345.6, 1234567, 0.000012345, Number.NaN].map(figure)).toEqual([
      "0",
      "1",
      "0.1235",
      "-12350",
      "1.23e6",
      "1.23e-5",
      "–",
    ]);
  });

  it("writes the ends of a column so that they can be told apart and whole numbers can be recognized", () => {
    const ends = (...[min, max]: [number, number]) => rangeEnds(min, max).join(" … ");
    expect(ends(1700000000, 1700000357)).toBe("1700000000 … 1700000357");
    expect(ends(1700000000.25, 1700000000.75)).toBe("1700000000.25 … 1700000000.75");
    expect(ends(32.1, 58)).toBe("32.1 … 58");
    expect(ends(0, 0)).toBe("0 … 0");
    expect(ends(0.1 + 0.2, 0.1 + 0.2)).toMatch(/^0\.3\d* … 0\.3\d*$/);
    expect(ends(1.1e-5, 0.9999741)).toBe("0.000011 … 0.99997");
    expect(ends(-1.5e300, 2.25e300)).toBe("-1.5e300 … 2.25e300");
    expect(ends(-4.0000001, -4)).toBe("-4.0000001 … -4");
  });

  it("rounds what is promised to the safe side, and nothing by more than one in the last digit", () => {
    expect(figureAbove(Number.POSITIVE_INFINITY)).toBe("∞");
    expect([0.139162, 23.9337, 1, 0, 9.9999, 12345678, 1.2341e-5].map(figureAbove)).toEqual([
      "0.1392",
      "23.94",
      "1",
      "0",
      "10",
      "1.24e7",
      "1.24e-5",
    ]);
    expect([0.139162, 0.99996, 1, 0, 1234567, 0.00012349].map(figureBelow)).toEqual([
      "0.1391",
      "0.9999",
      "1",
      "0",
      "1.23e6",
      "1.23e-4",
    ]);
    // A rounding off a short number shows as one, and not as if it were a thousandth.
    const [more, less] = [1 + 2 ** -50, 1 - 2 ** -50];
    expect([more, 25.84 * more, 2e6 * more, 1e-5 * more].map(figureAbove)).toEqual([
      "1.000001",
      "25.84001",
      "2.00001e6",
      "1.00001e-5",
    ]);
    expect([more, less, 0.25 * less, 3e7 * less].map(figureBelow)).toEqual([
      "1",
      "0.9999999",
      "0.2499999",
      "2.99999e7",
    ]);
    for (let k = 0; k < 1000; k++) {
      const short = Number(figure(10 ** (((k * 0.618) % 12) - 6)));
      for (const value of [short * more, short * less]) {
        expect(Number(figureAbove(value))).toBeGreaterThanOrEqual(value);
        expect(Number(figureBelow(value))).toBeLessThanOrEqual(value);
        expect(Number(figureAbove(value)) / Number(figureBelow(value))).toBeLessThan(1 + 3e-5);
      }
    }
    for (let k = 0; k < 1000; k++) {
      const value = 10 ** (((k * 0.618) % 12) - 6);
      expect(Number(figureAbove(value))).toBeGreaterThanOrEqual(value);
      expect(Number(figureBelow(value))).toBeLessThanOrEqual(value);
      expect(Number(figureAbove(value)) / Number(figureBelow(value))).toBeLessThan(1.0111);
    }
  });

  it("writes λ as it was chosen, and a tolerance to its last digit", () => {
    expect([0, 1e-5, 2.5e-4, 0.001, 0.25].map(shortFigure)).toEqual(["0", "1e-5", "2.5e-4", "0.001", "0.25"]);
    expect([0.999999, 1234567, 1e300].map(shortFigure)).toEqual(["0.999999", "1234567", "1e300"]);
  });

  it("says that all are certified only where they are, and never more than are", () => {
    expect([1, 2999 / 3000, 0.57, 0.001, 1e-9, 0].map(percentBelow)).toEqual([
      "100.0 %",
      "99.9 %",
      "57.0 %",
      "0.1 %",
      "0.0 %",
      "0.0 %",
    ]);
    for (let n = 1; n <= 200; n++) {
      for (let k = 0; k <= n; k++) {
        // In tenths of a percent, which are whole.
        const shown = Math.round(10 * Number.parseFloat(percentBelow(k / n)));
        expect(shown * n <= 1000 * k && 1000 * k < (shown + 1) * n).toBe(true);
      }
    }
  });

  it("writes seconds as seconds or minutes", () => {
    expect([0.123, 119.94, 150].map(duration)).toEqual(["0.1 s", "119.9 s", "2 min 30 s"]);
  });

  it("shows the smallest share above 0", () => {
    expect([0, 0.001, 0.5, 1].map((share) => shareBar(share, 4))).toEqual(["", "▏", "██", "████"]);
  });

  it("quotes what a shell would take apart", () => {
    expect(["a/b-1.csv", "x=ignore", "my file.csv", "it's"].map(quoted)).toEqual([
      "a/b-1.csv",
      "x=ignore",
      "'my file.csv'",
      "'it'\\''s'",
    ]);
  });
});

describe("a line of CSV", () => {
  it("quotes what would be taken apart", () => {
    expect(csvLine(["a", 'b "c"', "d,e", "f\ng", ""])).toBe('a,"b ""c""","d,e","f\ng",\n');
  });

  it("quotes, for a spreadsheet, what would be a formula", () => {
    expect(
      spreadsheetLine(["=A1", "+a", "-a", "@a", "\ta", "\ra", "-1.5", "+2e9", "a=", "-Infinity", ""]),
    ).toBe(`'=A1,'+a,'-a,'@a,'\ta,"'\ra",-1.5,+2e9,a=,-Infinity,\n`);
  });
});

it("scores of several targets are said to be averages", async () => {
  const rows = Array.from({ length: 20 }, (_, i) => ({ x: i, y: (7 * i) % 5, z: (3 * i) % 7 }));
  const options = { preset: "fast", lambda: 1e-3, epochs: 1, width: 4 } as const;
  const train = (target: string[]) => trainModel(frameFrom(rows), target, options);
  expect(averagedText(await train(["y"]))).toEqual([]);
  expect(averagedText(await train(["y", "z"]))).toEqual([
    "Scores are averages over y and z, each in its own units; RMSE is the root of the average square.",
  ]);
});

it("what share of rows is certified is never rounded up, beside that of training on the rows alone", async () => {
  const rows = Array.from({ length: 20 }, (_, i) => ({ x: i, y: (7 * i) % 5 }));
  const options = { preset: "fast", lambda: 1e-3, epochs: 1, width: 4 } as const;
  const model = await trainModel(frameFrom(rows), "y", options);
  const [trial] = model.record.lambdaGrid;
  const text = (certified: number) => {
    const worst = { method: "interval", share: 0.25, ramp: 0.5 } as const;
    const grid = [
      { ...trial, certified: 0.25 },
      { ...trial, lambda: 1, certified, worst, plain: true, chosen: true } as const,
    ];
    const record = { ...model.record, objective: { radius: 0.1, tolerance: 1 }, lambdaGrid: grid };
    const summary = { data: "a.csv", trainRows: 20, gain: null, test: null, guarantee: null, out: "m.st" };
    return trainingText({ ...summary, model: { ...model, record } });
  };
  const how =
    "λ = 1, interval bounds, 25.0 % of the loss on the rows themselves, boxes growing over 50.0 % of the steps, plain weights (chosen)";
  expect(text(2999 / 3000)).toMatch(/plain +[\d.]+ +25\.0 % +λ = 0\.001\n/);
  expect(text(2999 / 3000)).toMatch(/on the worst case +[\d.]+ +99\.9 %\n/);
  expect(text(1)).toMatch(/on the worst case +[\d.]+ +100\.0 %\n/);
  expect(text(1).replace(/\n +/g, " ")).toContain(how);
  expect(text(1)).toMatch(/^λ +0\.001, that of training on the worst case$/m);
  expect(text(1)).toContain("certified while every number moves by 0.1 standard deviations\n");
});

describe("the charts of a comparison", () => {
  const point = { epoch: 1, loss: 0.5, validation: 0.25, bound: 0, sparsity: 0, condition: null };
  const charts = (curve: object[]) =>
    comparisonCharts(
      { entries: [{ choices: { optimizer: "adam" }, curve }], folds: 2 } as unknown as Comparison,
      "d.csv",
    ) as { concat: { encoding: { y: { field: string }; color: { legend: object } } }[] };
  const fields = (curve: object[]) => charts(curve).concat.map(({ encoding }) => encoding.y.field);

  it("have a panel for each figure that there is, and none that would be empty", () => {
    expect(fields([point])).toEqual(["loss", "validation", "sparsity"]);
    expect(fields([point, { ...point, bound: 2, condition: 3 }])).toEqual([
      "loss",
      "validation",
      "bound",
      "sparsity",
      "condition",
    ]);
  });

  it("name their lines in full", () => {
    expect(charts([point]).concat[0].encoding.color.legend).toEqual({ labelLimit: 0 });
  });
});

it("what pruning gained in time is said only where it is a gain", async () => {
  const rows = Array.from({ length: 20 }, (_, i) => ({ x: i, y: (7 * i) % 5 }));
  const options = { preset: "fast", lambda: 1e-3, epochs: 1, width: 4 } as const;
  const model = await trainModel(frameFrom(rows), "y", options);
  const text = (before: number, after: number) => {
    const [units, bytes] = [
      { before: 8, after: 4 },
      { before: 4000, after: 2000 },
    ];
    const gain = { units, bytes, milliseconds: { before, after } };
    const summary = { data: "a.csv", trainRows: 20, test: null, guarantee: null, out: "m.st" };
    return trainingText({ ...summary, model, gain });
  };
  expect(text(0.42, 0.14)).toMatch(/^ +8 → 4 hidden units, 4 → 2 kB, 1,000 rows in 0\.42 → 0\.14 ms$/m);
  expect(text(0.14, 0.42)).toMatch(/^ +8 → 4 hidden units, 4 → 2 kB$/m);
  expect(text(0.144, 0.141)).toMatch(/ 4 → 2 kB$/m);
});

it("a name that no person would read is cut where it is shown", () => {
  const long = "x".repeat(1e5);
  const [short, name] = [`${"x".repeat(80)}…`, `${"x".repeat(30)}…${"x".repeat(16)}…`];
  expect(
    facts([
      [long, `a ${long}, b`],
      ["b", "c"],
    ]),
  ).toBe([`${name}  a`, `${" ".repeat(52)}${short}`, `${" ".repeat(52)}b`, `b${" ".repeat(49)}c`].join("\n"));
  const wide = [
    ["", long],
    [long, "1"],
  ];
  expect(alignedTable(wide)).toBe(`${" ".repeat(50)}${name}\n${name}  ${"1".padStart(48)}`);
});

describe("a bound", () => {
  it("of 0 says that nothing is left, and what to do", async () => {
    const rows = Array.from({ length: 20 }, (_, i) => ({ x: i, y: (7 * i) % 5 }));
    const model = await trainModel(frameFrom(rows), "y", {
      preset: "fast",
      lambda: 1e-3,
      epochs: 1,
      width: 4,
    });
    const [bound] = model.record.bounds;
    const text = (value: number) =>
      boundText({ ...model, record: { ...model.record, bounds: [{ ...bound, value }] } });
    expect(text(0)).toMatch(
      /^1-path-norm 0\nnothing is left .*: every prediction is the same\nask for fewer zeros, /,
    );
    expect(text(1)).toMatch(/^1-path-norm 1\na prediction moves by at most [\d.]+ \(y\)\n/);
    // y goes from 0 to 4, and the target's scale is about 1.4.
    expect(text(1)).toMatch(/\nwhen every number moves by at most one standard deviation.*$/);
    expect(text(5)).toMatch(/ one standard deviation.*\nthat is larger than the range of the data, 0 … 4$/);
    expect(text(Number.POSITIVE_INFINITY)).toBe(
      "1-path-norm beyond the largest number of float64: nothing is promised",
    );
  });

  it("is never printed below what it is, where models are compared", () => {
    const summary = { mean: 0.5, stderr: null, perSplit: [0.5] };
    // R² is not defined where a split has one row alone.
    const metrics = { rmse: summary, mape: summary, r2: null };
    const text = evaluationText({
      task: "regression",
      data: "a.csv",
      target: ["y"],
      network: "net",
      preset: "fast",
      splits: 1,
      metrics,
      baselines: { linear: metrics, constant: metrics },
      lambdas: [1e-3],
      bounds: [7.00001],
      sparsities: [0],
      seconds: 1,
    });
    expect(text).toMatch(/^ +RMSE +R²\nPSiLON Net +0\.5 +–$/m);
    expect(text).toMatch(/^1 +0\.5 +– +0\.001 +7\.001$/m);
  });
});

describe("a guarantee", () => {
  const about = {
    norm: "inf",
    units: "standard deviations",
    arithmetic: "float32",
    radius: 0.1,
    rows: 100,
    drawnFrom: 1234,
    classes: null,
    numbers: [],
  } as const;
  const numbers = [
    { name: "y", atMost: 1.00001 },
    { name: "z", atMost: Number.POSITIVE_INFINITY },
  ];
  const classes = { middleRadius: 0.99999, certified: 2999 / 3000, certifiedAndRight: 0.5 };
  const range = { kind: "numeric", min: 0, max: 5, mean: 1, std: 1, distinct: 9 } as const;
  const model = {
    schema: {
      rows: { read: 9, used: 9 },
      columns: ["y", "z"].map((name) => ({ ...range, name, role: "target", missing: 0 }) as const),
    },
    target: { task: "regression", names: ["y", "z"], centers: [0, 0], scales: [1, 1] },
  } as const;
  const textOf = (more: object) => guaranteeFact({ ...about, ...more }, "test rows", model)[1];

  it("of numbers is a range in the target's units, never less than proven, of half of the rows", () => {
    expect(textOf({ numbers })).toBe(
      "predictions stay within ±1.001 (y), ±∞ (z) while every number moves by 0.1 standard deviations,\n" +
        "for half of 100 drawn from 1,234 test rows, of each by itself\n" +
        "that is larger than the range of the data, 0 … 5 (z)",
    );
    const quantiles = { ...model.target, names: ["y"], levels: [0.1, 0.9] };
    const wide = [
      { name: "y_0.1", atMost: 4 },
      { name: "y_0.9", atMost: 6 },
    ];
    const [, text] = guaranteeFact({ ...about, numbers: wide }, "test rows", { ...model, target: quantiles });
    expect(text).toMatch(/\nthat is larger than the range of the data, 0 … 5$/);
    expect(textOf({ numbers: [numbers[0], { ...numbers[0], name: "z" }] })).not.toContain("larger");
  });

  it("speaks of one row as of one", () => {
    const one = { rows: 1, drawnFrom: 1 };
    expect(textOf({ ...one, numbers: [numbers[0], numbers[0]] })).toMatch(/\nfor 1 test row, of each/);
    expect(textOf({ ...one, classes })).toMatch(/^1 test row keeps its class while/);
    const none = { ...classes, middleRadius: null };
    expect(textOf({ ...one, classes: none })).toMatch(/^not 1 test row is proven to keep its class, even/);
  });

  it("of classes is the middle radius and the shares certified, never more than proven", () => {
    expect(textOf({ classes, drawnFrom: 100 })).toBe(
      "half of 100 test rows keep their class while every number moves by 0.9999 standard deviations\n" +
        "while it moves by 0.1: 99.9 % keep it, 50.0 % keep it and are right",
    );
    const any = { middleRadius: Number.POSITIVE_INFINITY, certified: 1, certifiedAndRight: null };
    expect(textOf({ classes: any })).toMatch(/ by any amount\nwhile it moves by 0\.1: 100\.0 % keep it$/);
    const none = { ...classes, middleRadius: null };
    expect(textOf({ classes: none })).toMatch(
      /^not half of .* are proven to keep their class, even where nothing moves\n/,
    );
  });

  it("is in JSON without Infinity, and nothing where there is none", () => {
    expect(guaranteeJson({ ...about, numbers })).toEqual({
      ...about,
      numbers: [numbers[0], { name: "z", atMost: "any" }],
    });
    expect(guaranteeJson(null)).toBe(null);
  });
});

describe("certified radii", () => {
  it("of a row that is not certified itself are none, first in the list, and empty in CSV", async () => {
    const radii = [0.25, null, 0, Number.POSITIVE_INFINITY].map((together, i) => ({
      row: i + 2,
      together,
      alone: { toString: together },
    }));
    const rows = Array.from({ length: 20 }, (_, i) => ({ x: i, class: "ab"[i % 2] }));
    const options = { preset: "fast", lambda: 1e-3, epochs: 1, width: 4 } as const;
    const model = await trainModel(frameFrom(rows), "class", options);
    const result = {
      model: "m.safetensors",
      data: "d.csv",
      tolerance: null,
      moves: null,
      rows: 4,
      verdicts: [],
      radii,
      accuracy: [{ radius: 0, certified: 2999 / 3000, certifiedAndRight: 1 / 3 }],
    };
    const numbers = { task: "regression", names: ["y"], centers: [0], scales: [1] } as const;
    const text = certificationText(result, model);
    expect(text).toMatch(/\n3 +none +none\n4 +0 +0\n2 +0\.25 +0\.25\n5 +any +any\n/);
    expect(text).toMatch(
      /^radius +0 standard .*\n +50\.0 % of the rows are certified at 0\.1\nbound +1-path-norm /m,
    );
    expect(text).toMatch(/^0 +99\.9 % +33\.3 %$/m);
    expect(certificationCsv(result, model, csvLine)).toBe(
      "row,radius_in_standard_deviations,toString_alone\n2,0.25,0.25\n3,,\n4,0,0\n5,Infinity,Infinity\n",
    );
    const levels = { ...model, target: { ...numbers, levels: [0.1, 0.9] } };
    const near = { ...result, tolerance: { factor: 1.05 } };
    expect(certificationText(near, levels)).toContain("among the quantiles or within ×1.05 and certified");
    expect(certificationText(near, { ...model, target: numbers })).toMatch(/ {2}within ×1\.05 and certified/);
  });
});

describe("a diagnosis", () => {
  const text = (relaxedSimd: boolean, koffi: boolean, blas: boolean) =>
    diagnosisText({
      node: "v18.0.0",
      platform: "linux x64",
      processor: "some processor",
      threads: 1,
      relaxedSimd,
      koffi,
      providers: [{ name: "wasm", description: "WebAssembly SIMD", gigaflops: 12.34 }],
      advice: advice(relaxedSimd, koffi, blas),
    });

  it("names what to install when something is missing", () => {
    const nothing = text(false, false, false);
    expect(nothing).toMatch(/^processor {4}some processor, 1 thread$/m);
    expect(nothing).toMatch(/^WebAssembly {2}SIMD, no relaxed SIMD$/m);
    expect(nothing).toMatch(/^koffi {8}not installed$/m);
    expect(nothing).toMatch(/^wasm: WebAssembly SIMD +12\.3$/m);
    expect(nothing).toMatch(
      /\nTo go faster:\n {2}Use Node 20 or newer.*\n {2}Install the package koffi \("npm install koffi"\)/,
    );
    expect(text(true, true, false)).toMatch(/\nTo go faster:\n {2}Install OpenBLAS.*\n$/);
  });

  it("says so when nothing is missing", () => {
    expect(text(true, true, true)).toMatch(/\n\nNothing is missing\.\n$/);
  });
});

describe("an inspected model", () => {
  it("promises for a category what a missing cell can do as well, and for three classes a logit", async () => {
    const rows = Array.from({ length: 40 }, (_, i) => ({
      color: ["red", "green", null][i % 3],
      y: "abc"[i % 3],
    }));
    const options = { preset: "fast", lambda: 1e-3, epochs: 2, width: 4 } as const;
    const model = await trainModel(frameFrom(rows), "y", options);
    const report = inspectModel(model);
    const [{ change, missing }] = report.columns;
    expect(missing).toBeGreaterThan(0.01 * change);
    const text = inspectionText("m.safetensors", model, report, null);
    expect(text).toContain("in each class's logit:\n");
    expect(text).toMatch(/^color( +–){3} /m);
    expect(text).toContain(`${figureAbove(change + missing)}  █`);
  });

  it("shows columns by how much of the score they carry, with a bar for none that lower it when shuffled", async () => {
    const rows = Array.from({ length: 40 }, (_, i) => ({ a: i, b: (i * 7) % 40, y: 3 * i }));
    const model = await trainModel(frameFrom(rows), "y", {
      preset: "fast",
      lambda: 1e-3,
      epochs: 2,
      width: 4,
    });
    const report = inspectModel(model);
    const of = (column: string, mean: number) => {
      const interval = [mean - 0.25, mean + 0.25] as const;
      return { column, mean, std: 0.25, interval, perRepeat: [mean, mean] };
    };
    const about = { data: "d.csv", metric: "r2", score: 0.875, rows: 1000, repeats: 2 } as const;
    const dependences = ["a", "b"].map((column) => ({
      column,
      kind: "numeric" as const,
      outputs: ["y"],
      rows: 1000,
      points: [2, -1.5, 0].map((average, value) => ({ value, average: [average] })),
    }));
    const found = (columns: ReturnType<typeof of>[]) => ({
      importance: { ...about, columns },
      dependences,
      guarantee: null,
    });
    const text = (columns: ReturnType<typeof of>[]) => inspectionText("m.st", model, report, found(columns));
    const shown = text([of("b", 0.5), of("a", -0.125)]);
    expect(shown).toContain("On 1,000 rows of d.csv, R² is 0.875. Of each column:\n");
    expect(shown).toContain("falls when it is shuffled (mean ± its 95 % interval over 2 shuffles)\n");
    expect(shown).toContain("when all rows have one of its values (partial dependence)\n");
    const fewer = {
      ...found([of("b", 0.5)]),
      dependences: dependences.map((one) => ({ ...one, rows: 500 })),
    };
    expect(inspectionText("m.st", model, report, fewer)).toContain(" when 500 of these rows have one of its");
    expect(shown).toMatch(/^ +importance +mean prediction +sensitivity$/m);
    expect(shown).toMatch(
      /^b +0\.5 ± 0\.25 +-1\.5 … 2 +[\d.]+ +1 std {2}█{24}\na +-0\.125 ± 0\.25 +-1\.5 … 2 +[\d.]+ +1 std$/m,
    );
    expect(text([of("b", 0), of("a", -0.125)])).toMatch(/^b +0 ± 0\.25 +-1\.5 … 2 +[\d.]+ +1 std$/m);
    const [first, ...others] = report.columns;
    const irrelevant = { ...report, columns: [{ ...first, irrelevant: true }, ...others] };
    expect(inspectionText("m.st", model, irrelevant, found([of(first.column, 0)]))).toMatch(
      / {2}proved not to matter$/m,
    );
  });
});

describe("a report on classes", () => {
  const figures = { precision: 0.5, recall: 0.25, f1: 1 / 3 };
  const report = (count: number) => ({
    classes: Array.from({ length: count }, (_, k) => ({ name: `c${k}`, ...figures, support: 1000 })),
    macro: figures,
    weighted: figures,
    confusion: Array.from({ length: count }, () => new Array<number>(count).fill(7)),
  });

  it("ends with the confusion matrix, its columns below one another where a terminal has no room, and of many classes says where that is", () => {
    expect(perClassText(report(18))).toMatch(/^c17( +7){18}$/m);
    const below = perClassText(report(20));
    expect(below).toMatch(/^c19( +7){19}\n\ntrue class, by what was predicted +c19\nc0 +7$/m);
    expect(below).toMatch(/^c19 +7$/m);
    const many = perClassText(report(21));
    expect(many).toMatch(/^c20 +0\.5 +0\.25 +0\.3333 +1,000\nmacro average +0\.5 +0\.25 +0\.3333 +21,000$/m);
    expect(many).toMatch(/\n\n--json has the confusion matrix of these 21 classes\.$/);
  });
});

it("tells of a class of the test rows where it is rare beside the most frequent one, as the note on the table does", () => {
  const figures = { precision: 0.5, recall: 0.25, f1: 1 / 3, averagePrecision: 0.5, auc: 0.5 };
  const shown = (...counts: number[]) =>
    rareClassFacts(
      counts.map((rows, k) => ({ name: `c${k}`, rows, predicted: rows, ...figures })),
      undefined,
    );
  expect(shown(...new Array<number>(30).fill(10))).toEqual([]);
  expect(shown(190, 10)).toEqual([]);
  expect(shown(191, 300, 10)).toEqual([
    ["on test", 'recall 25.0 %, precision 50.0 % of "c2", the class of 10 of 501 rows'],
  ]);
});

describe("a calibration", () => {
  const bins = [{ from: 0, to: 1 / 15, rows: 1200, predicted: 0.03, observed: 0.025 }];

  it("of classes names the one that it is about", () => {
    const about = (name: string | null) =>
      calibrationText({ class: name, bins, expectedCalibrationError: 0.005, brierScore: 0.1 });
    expect(about("yes")).toMatch(
      /^probability of yes +rows +mean +came true\n0\.0 % … 6\.7 % +1,200 +3\.0 % +2\.5 %\nexpected calibration error 0\.005, Brier score 0\.1$/,
    );
    expect(about(null)).toMatch(/^probability of the predicted class +rows/);
  });

  it("of numbers tells how far off they are, target by target", () => {
    const residuals = [-2, -1, 0.5, 1, 4].map((value, i) => ({
      quantile: [0.05, 0.25, 0.5, 0.75, 0.95][i],
      value,
    }));
    const text = calibrationText({
      targets: ["a", "b"].map((target) => ({ target, bins, residuals })),
    });
    expect(text).toMatch(/^a, as predicted +rows +mean +true mean\n0 … 0\.06667 +1,200 +0\.03 +0\.025\n/);
    expect(text).toMatch(
      /\ntrue less predicted: -2 to 4 in 90 % of the rows, -1 to 1 in half of them, median 0\.5\n\nb, as/,
    );
  });
});

describe("partial dependence", () => {
  it("shows each value as the table has it, and numbers so that they can be told apart", () => {
    const curve = (values: (number | boolean | string | Date | null)[]) => ({
      column: "x",
      kind: "numeric" as const,
      outputs: ["y"],
      rows: 3,
      points: values.map((value, i) => ({ value, average: [i / 3] })),
    });
    const text = partialDependenceText("d.csv", [
      curve([2003.25, 2003.5, null]),
      curve([new Date("2024-02-29"), new Date("2024-03-01T12:00Z")]),
      curve([false, true]),
    ]);
    expect(text).toBe(
      [
        "The mean prediction when all 3 rows of d.csv have one value of x:",
        "x             y",
        "2003.25       0",
        "2003.5   0.3333",
        "missing  0.6667",
        "",
        "The mean prediction when all 3 rows of d.csv have one value of x:",
        "x                      y",
        "2024-02-29             0",
        "2024-03-01 12:00  0.3333",
        "",
        "The mean prediction when all 3 rows of d.csv have one value of x:",
        "x           y",
        "false       0",
        "true   0.3333",
        "",
      ].join("\n"),
    );
  });
});
