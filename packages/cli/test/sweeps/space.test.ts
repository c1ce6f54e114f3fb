import { describe, expect, it } from "vitest";
import { spelled } from "../../src/optionNames.js";
import { drawFrom, type Range, rangeText, valuesOf } from "../../src/sweeps/ranges.js";
import { readSpace } from "../../src/sweeps/readSpace.js";
import {
  checkEverMeant,
  entriesOf,
  meantSettings,
  type Space,
  sweepSettings,
  withDependent,
} from "../../src/sweeps/space.js";
import { temporaryFolder } from "../support/folder.js";

const folder = temporaryFolder();

const text = (space: Space) =>
  entriesOf(space)
    .map(([name, range]) => `${spelled(name)}=${rangeText(range)}`)
    .join(" ");
const refusal = (given: string) =>
  readSpace(given).then(
    () => "none",
    (error: Error) => error.message,
  );

const all =
  "lambda=log(1e-6,0.1) width=64,128,256 depth=int(1,4) decay=uniform(0,0.1) network=net,resnet learning-rate=log(1e-4,0.05) batch-size=logint(16,256)";
const same = {
  lambda: { log: [1e-6, 0.1] },
  width: [64, 128, 256],
  depth: { int: [1, 4] },
  decay: { uniform: [0, 0.1] },
  network: ["net", "resnet"],
  learningRate: { log: [1e-4, 0.05] },
  "batch-size": { logint: [16, 256] },
};

describe("A space", () => {
  it("is the same as a text and as a file, and comes back from how it is printed", async () => {
    const space = await readSpace(all);
    expect(space).toMatchObject({
      lambda: { scale: "log", from: 1e-6, to: 0.1 },
      width: [64, 128, 256],
      network: ["net", "resnet"],
      batchSize: { scale: "logint", from: 16, to: 256 },
    });
    expect(text(space)).toBe(all);
    expect(await readSpace(text(space))).toEqual(space);
    const file = folder.write("space.json", JSON.stringify(same));
    expect(await readSpace(file)).toEqual(space);
    expect(await readSpace("  lambda=log( 1e-6 , 0.1 )\n width=64 ")).toEqual({
      lambda: { scale: "log", from: 1e-6, to: 0.1 },
      width: [64],
    });
  });

  it("takes every setting, each with a value that it has beside the right others", async () => {
    const each = [
      "network=mlp preset=best lambda=auto,0 width=4096 depth=0 epochs=1 learning-rate=1e-8 batch-size=1 patience=1",
      "members=64 parametrization=plain optimizer=psgd p=4 decay=1e6 target-scale=log label-smoothing=0.9 prune=0.9",
      "pruning=residual,filter-l2,threshold,l1-projection,magnitude scope=layer encode=both",
    ].join(" ");
    expect(Object.keys(await readSpace(each))).toEqual([...sweepSettings]);
  });

  const settings = sweepSettings.map(spelled).join(", ");
  const as = "write settings as in 'lambda=log(1e-6,0.1) width=64,128', with spaces between them.";
  it.each([
    ["lamda=1", 'There is no option "lamda"; did you mean "lambda"?'],
    ["learning_rate=1", 'There is no option "learning_rate"; did you mean "learning-rate"?'],
    ["lr=log(1e-3,1e-1)", `There is no option "lr"; a space is of ${settings}.`],
    ["dropout=0.1", `There is no option "dropout"; a space is of ${settings}.`],
    ["seed=1,2", `The option "seed" cannot be varied; a space is of ${settings}.`],
    ["time-limit=5", `The option "time-limit" cannot be varied; a space is of ${settings}.`],
    [
      " ",
      "The space names no setting to vary; name one or several with their values, as in 'lambda=log(1e-6,0.1) width=64,128'.",
    ],
    ["width=3 width=4", "The space names width twice; give all its values at once."],
    ["batch-size=3 batchSize=4", "The space names batch-size twice; give all its values at once."],
    ["lambda=1e-3:1e-1", `The space has "lambda=1e-3:1e-1", which is no setting with its values; ${as}`],
    ["width=", `The space has "width=", which is no setting with its values; ${as}`],
    ["=3", `The space has "=3", which is no setting with its values; ${as}`],
    ["width=3 depth", `The space has "depth", which is no setting with its values; ${as}`],
    ["width=64, 128", `The space has "width=64,", which is no setting with its values; ${as}`],
    ["lambda=log(1)", `The space has "lambda=log(1)", which is no setting with its values; ${as}`],
    ["lambda=log(a,1)", `The space has "lambda=log(a,1)", which is no setting with its values; ${as}`],
    ["lambda=log(1,2", `The space has "lambda=log(1,2", which is no setting with its values; ${as}`],
    [
      "lambda=normal(1,2)",
      'The space has "lambda=normal(1,2)", but a range is one of uniform, log, int, logint; give one of these with two ends, or values with commas between them.',
    ],
    [
      "lambda=log(0,1)",
      "The range lambda=log(0,1) is by logarithms, which 0 and less have none of; begin above, or use uniform.",
    ],
    [
      "depth=logint(0,9)",
      "The range depth=logint(0,9) is by logarithms, and begins below 1; begin above, or use int.",
    ],
    [
      "width=int(3,1)",
      "The range width=int(3,1) is empty; the first end is the smaller one; a single value stands by itself.",
    ],
    [
      "decay=uniform(1,1)",
      "The range decay=uniform(1,1) is empty; the first end is the smaller one; a single value stands by itself.",
    ],
    ["width=int(1.5,3)", "The range width=int(1.5,3) is of whole numbers, and an end of it is none."],
    [
      "lambda=uniform(0,Infinity)",
      "The range lambda=uniform(0,Infinity) has an end that is no finite number.",
    ],
    ["width=int(0,9)", "The width is a whole number from 1 to 4096, but 0 was given."],
    ["width=int(9,5000)", "The width is a whole number from 1 to 4096, but 5000 was given."],
    ["width=uniform(1,2.5)", "The width is a whole number from 1 to 4096, but 2.5 was given."],
    [
      "width=uniform(1,3)",
      "The range width=uniform(1,3) is of all numbers, and width takes whole ones; use width=int(1,3).",
    ],
    [
      "batch-size=log(16,256)",
      "The range batch-size=log(16,256) is of all numbers, and batch-size takes whole ones; use batch-size=logint(16,256).",
    ],
    [
      "optimizer=log(1,2)",
      'The range optimizer=log(1,2) is of numbers, and optimizer takes names; list some of those that "psilon sweep --help" names.',
    ],
    [
      "encode=int(1,2)",
      'The range encode=int(1,2) is of numbers, and encode takes names; list some of those that "psilon sweep --help" names.',
    ],
    ["lambda=1e-3,x", 'λ is "auto" or a number from 0 to 1000000, but "x" was given.'],
    ["p=9", "The exponent p of the decay is a number from 0 to 4, but 9 was given."],
    ["network=net,nett", 'The network is one of net, resnet, standard, mlp, but "nett" was given.'],
    ["scope=all", 'The scope of pruning is one of global, layer, but "all" was given.'],
    ...["learning-rate", "learningRate", " learning-rate "].map((bare) => [
      bare,
      "The space names learning-rate without values; give it some, or a range, as in 'lambda=log(1e-6,0.1) width=64,128'.",
    ]),
    ["space.json", 'There is no file of a space "space.json"; check its name and its folder.'],
    ["space", 'There is no file of a space "space"; check its name and its folder.'],
  ])("is refused as %j", async (given, sentence) => {
    expect(await refusal(given)).toBe(sentence);
  });

  it.each([
    ["{", "is not JSON"],
    ["[1]", "holds no object"],
    ["null", "holds no object"],
    ['{"width": [8], "width": [16]}', 'names "width" twice'],
    ['{"lambda": {"log": [1, 2], "log": [1, 3]}}', 'names "log" twice'],
    ['{"width": 64}', 'has 64 for "width"'],
    ['{"width": []}', 'has [] for "width"'],
    ['{"width": [64, null]}', 'has [64,null] for "width"'],
    ['{"width": {"log": [1, 2], "int": [1, 2]}}', 'has {"log":[1,2],"int":[1,2]} for "width"'],
    ['{"width": {"log": [1]}}', 'has {"log":[1]} for "width"'],
    ['{"width": {"log": ["1", 2]}}', 'has {"log":["1",2]} for "width"'],
    ['{"width": {"logs": [1, 2]}}', 'has {"logs":[1,2]} for "width"'],
  ])("is refused as a file that holds %s", async (contents, why) => {
    const file = folder.write("wrong.json", contents);
    expect(await refusal(file)).toBe(
      `The file of a space "${file}" ${why}; it should look like {"lambda": {"log": [1e-6, 0.1]}, "width": [64, 128]}.`,
    );
  });

  it("is refused as a file of no setting", async () => {
    expect(await refusal(folder.write("none.json", "{}"))).toContain("The space names no setting to vary");
    expect(await refusal(folder.write("one.json", '{"widht": [3]}'))).toContain('did you mean "width"?');
    const open = folder.write("open.json", '{"lambda": {"log": [0, 1]}}');
    expect(await refusal(open)).toContain("The range lambda=log(0,1) is by logarithms");
  });
});

describe("A range", () => {
  const shares = Array.from({ length: 6000 }, (_, i) => i / 6000);
  const drawn = (range: Range) => shares.map((share) => drawFrom(range, share) as number);
  const counts = (values: readonly (string | number)[]) => {
    const found: Record<string, number> = {};
    for (const value of values) found[value] = (found[value] ?? 0) + 1;
    return found;
  };

  it("spreads numbers evenly, by logarithms over decades, and whole ones alike", () => {
    const decades = drawn({ scale: "log", from: 1e-6, to: 1 }).map((x) => Math.floor(Math.log10(x)));
    expect(counts(decades)).toEqual({
      "-6": 1000,
      "-5": 1000,
      "-4": 1000,
      "-3": 1000,
      "-2": 1000,
      "-1": 1000,
    });
    expect(counts(drawn({ scale: "int", from: -1, to: 4 }))).toEqual({
      ...{ "-1": 1000, "0": 1000, "1": 1000, "2": 1000, "3": 1000, "4": 1000 },
    });
    expect(counts(drawn({ scale: "uniform", from: 0, to: 6 }).map(Math.floor))).toEqual({
      ...{ "0": 1000, "1": 1000, "2": 1000, "3": 1000, "4": 1000, "5": 1000 },
    });
    expect(counts(shares.map((share) => drawFrom(["a", 2, "c"], share)))).toEqual({
      a: 2000,
      2: 2000,
      c: 2000,
    });
    const whole = counts(drawn({ scale: "logint", from: 1, to: 4 }));
    // ln of what is rounded to n, (n + ½)/(n − ½), of ln 9 in all.
    for (const [n, count] of Object.entries(whole)) {
      const share = Math.log((Number(n) + 0.5) / (Number(n) - 0.5)) / Math.log(9);
      expect(Math.abs(count - 6000 * share)).toBeLessThanOrEqual(1);
    }
  });

  it("keeps within its ends, with six digits at most", () => {
    const ends = { from: 0.12345678, to: 0.12345698 };
    for (const scale of ["uniform", "log"] as const) {
      for (const x of drawn({ scale, ...ends })) {
        expect(x).toBeGreaterThanOrEqual(ends.from);
        expect(x).toBeLessThanOrEqual(ends.to);
      }
      for (const x of drawn({ scale, from: 1e-4, to: 3 })) {
        expect(x).toBe(Number(x.toPrecision(6)));
        expect(Number(rangeText([x]))).toBe(x);
      }
    }
    const last = 1 - 2 ** -53;
    expect(drawFrom({ scale: "int", from: 1, to: 3 }, last)).toBe(3);
    expect(drawFrom({ scale: "logint", from: 1, to: 3 }, last)).toBe(3);
    expect(drawFrom([1, 2, 3], last)).toBe(3);
  });

  it("has its values where there is an end of them", () => {
    expect(valuesOf({ scale: "int", from: 2, to: 5 })).toEqual([2, 3, 4, 5]);
    expect(valuesOf(["a", 1])).toEqual(["a", 1]);
    expect(valuesOf({ scale: "log", from: 1, to: 2 })).toBeNull();
    expect(valuesOf({ scale: "uniform", from: 1, to: 2 })).toBeNull();
  });
});

describe("Settings beside one another", () => {
  it("are those that mean something", () => {
    expect(meantSettings({ optimizer: "adam", p: 0.5, width: 8 }, {})).toEqual({
      optimizer: "adam",
      width: 8,
    });
    expect(meantSettings({ p: 0.5 }, { optimizer: "psgd" })).toEqual({ p: 0.5 });
    expect(() => meantSettings({ pruning: "residual" }, { prune: 0.5 })).toThrow("blocks of a ResNet");
  });

  it("take with them what is given once and means nothing in some trials", () => {
    const flags = { decay: 0.1, p: undefined, scope: "layer", width: 8 } as const;
    expect(withDependent({ width: [8] }, flags)).toEqual({ space: { width: [8] }, flags });
    const { space, flags: left } = withDependent({ optimizer: ["adam", "padam"] }, flags);
    expect(space).toEqual({ optimizer: ["adam", "padam"], decay: [0.1], scope: ["layer"] });
    expect(left).toEqual({ width: 8 });
    expect(() => withDependent({ optimizer: ["padam"] }, { decay: -1 })).toThrow("but -1 was given");
  });

  it("are refused where one would mean nothing in any trial", () => {
    expect(() => checkEverMeant({ p: [0.5, 1] }, {})).toThrow(
      'belongs to decoupled weight decay, which the optimizer "adam" does not do',
    );
    expect(() => checkEverMeant({ prune: [0], scope: ["layer"] }, {})).toThrow("needs a sparsity above 0");
    checkEverMeant({ p: [0.5, 1], optimizer: ["adam", "psgd"] }, {});
    checkEverMeant({ p: [0.5, 1] }, { optimizer: "padam" });
    checkEverMeant({ prune: { scale: "uniform", from: 0, to: 0.5 }, scope: ["layer"] }, {});
  });
});
