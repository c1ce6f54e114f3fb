import { describe, expect, test } from "vitest";
import { type BackendOptions, createBackend } from "../../src/engine/backend/backend.ts";
import { checkOptions } from "../../src/fit/checkOptions.ts";
import type { FitOptions } from "../../src/fit/options.ts";
import { type PruneOptions, pruneModel } from "../../src/models/pruneModel.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { mixedTable, quick, refusal, withCells } from "../support/synthetic.ts";

/** Options as they come from JavaScript, where no type is checked. */
const refused = (options: Record<string, unknown>) => refusal(() => checkOptions(options as FitOptions));

describe("an option out of range is refused in a sentence that says what may be given", () => {
  test.each([
    [
      "lambda",
      [-1, Number.NaN, Number.POSITIVE_INFINITY, 1e7, "0.1", null],
      /^λ is "auto" or a number from 0/,
    ],
    ["width", [0, -3, 1.5, 4097, "64", Number.NaN], /^The width is a whole number from 1 to 4096/],
    ["depth", [-1, 0.5, 65], /^The depth is a whole number from 0 to 64/],
    ["epochs", [0, 1.5, 1e7], /^The number of epochs is a whole number from 1/],
    ["seed", [-1, 0.5, 2 ** 53], /^The seed is a whole number from 0/],
    ["prune", [-0.1, 1, 1.5, Number.NaN, "0.5"], /^The sparsity to prune to is a share/],
    ["pruning", ["least", "", null], /^The pruning rule is one of l1-projection, magnitude/],
    ["network", ["cnn", "", null], /^The network is one of net, resnet, standard, mlp/],
    ["preset", ["slow", "constructor"], /^The preset is one of fast, balanced, best, paper/],
    ["backend", ["gpu"], /^The backend is one of auto, wasm, blas/],
    ["task", ["ranking"], /^The task is one of regression, classification/],
    ["targetScale", ["sqrt", null], /^The scale of the target is one of auto, value, log/],
    ["loss", ["gamma", null], /^The loss is one of poisson/],
    ["labelSmoothing", [-0.1, 1, Number.NaN], /^Label smoothing is a share of at least 0 and below 1/],
    [
      "quantile",
      [[], [0], [1], [0.9, 0.1], [0.5, 0.5], 0.5, [Number.NaN], ["0.1", "0.9"], [0.1, "0.9"]],
      /^Quantiles have levels above 0/,
    ],
  ])("%s", async (name, values, sentence) => {
    for (const value of values) expect(await refused({ [name]: value })).toMatch(sentence);
  });

  test("a pruning rule that does not fit the network, the optimizer or the sparsity", async () => {
    const prune = 0.5;
    for (const network of ["standard", "mlp"]) {
      expect(await refused({ network, prune, pruning: "l1-projection" })).toMatch(
        /^The rule "l1-projection"/,
      );
      expect(await refused({ network, prune, pruning: "residual" })).toMatch("an MLP");
      checkOptions({ network: network as "mlp", prune });
    }
    expect(await refused({ parametrization: "standardized", prune })).toMatch(
      '"standardized" cannot be pruned',
    );
    for (const none of [undefined, 0]) {
      expect(await refused({ pruning: "magnitude", prune: none })).toMatch("needs a sparsity above 0");
    }
    expect(await refused({ pruning: "threshold" })).toMatch('use "padam"');
    expect(await refused({ pruning: "threshold", optimizer: "sgd" })).toMatch('use "psgd"');
    expect(await refused({ pruning: "threshold", optimizer: "padam", prune })).toMatch("takes no sparsity");
    checkOptions({ pruning: "threshold", optimizer: "padam" });
    checkOptions({ network: "resnet", prune, pruning: "residual" });
    checkOptions({ network: "mlp", prune: 0 });
  });

  test("what is learned of a target, where it does not go together", async () => {
    expect(await refused({ quantile: [0.5], loss: "poisson" })).toBe(
      "Quantiles and the Poisson loss were asked for, which do not go together; leave one of them out.",
    );
    expect(await refused({ loss: "poisson", targetScale: "value" })).toMatch(
      /^The Poisson loss and the target's scale "value" were asked for/,
    );
    const objective = { radius: 0.1, tolerance: 1 };
    for (const more of [{ quantile: [0.5] }, { loss: "poisson" }, { targetScale: "log" }]) {
      expect(await refused({ objective, ...more })).toMatch(/and the certified objective were asked for/);
    }
    checkOptions({ objective, targetScale: "value" });
    checkOptions({ quantile: [0.1, 0.9], targetScale: "log", labelSmoothing: 0 });
  });

  test("a number that is given as a text, in quotes: it would look like the number", async () => {
    const numbers = [
      "lambda",
      "width",
      "depth",
      "epochs",
      "learningRate",
      "batchSize",
      "patience",
      "timeLimit",
    ];
    for (const name of [...numbers, "members", "seed", "prune", "labelSmoothing", "interval", "quantile"]) {
      expect(await refused({ [name]: "0.5" })).toMatch(/, but "0\.5" was given\.$/);
    }
    expect(await refused({ optimizer: "padam", p: "1" })).toMatch(/, but "1" was given\.$/);
    expect(await refused({ epochs: -1 })).toMatch(/, but -1 was given\.$/);
  });

  test("an option that there is not, with the one that may be meant", async () => {
    expect(await refused({ epcohs: 3 })).toBe('There is no option "epcohs"; did you mean "epochs"?');
    expect(await refused({ epcohs: undefined })).toMatch("epcohs");
    expect(await refused(JSON.parse('{"__proto__": 1}'))).toMatch('There is no option "__proto__"');
    const model = await trainModel(mixedTable(30, ["value"]), "value", { ...quick, epochs: 1 });
    const table = mixedTable(30, ["value"]);
    expect(await refusal(() => pruneModel(model, table, 0.5, { epcohs: 3 } as PruneOptions))).toMatch(
      'did you mean "epochs"?',
    );
    expect(await refusal(() => pruneModel(model, table, 0.5, { width: 3 } as PruneOptions))).toMatch(
      'There is no option "width"',
    );
    expect(await refusal(() => createBackend({ provder: "wasm" } as BackendOptions))).toBe(
      'There is no option "provder"; did you mean "provider"?',
    );
  });

  test("the ends of every range are allowed", () => {
    checkOptions({ lambda: 0, width: 1, depth: 0, epochs: 1, seed: 0, prune: 0 });
    checkOptions({ lambda: 1e6, width: 4096, depth: 64, epochs: 1e6, seed: 2 ** 53 - 1, prune: 0.999 });
  });
});

test("the smallest network of every kind trains: one unit, no hidden layer, one epoch", async () => {
  for (const network of ["net", "resnet", "standard", "mlp"] as const) {
    for (const depth of [0, 1]) {
      const options = { ...quick, network, width: 1, depth, epochs: 1 };
      const { record } = await trainModel(mixedTable(40, ["value"]), "value", options);
      expect(record).toMatchObject({ network, width: 1, depth, epochs: 1 });
    }
  }
});

describe("data that cannot be trained on is refused in a sentence", () => {
  const refusedTable = (data: Parameters<typeof frameFrom>[0], target: string | string[], options = {}) =>
    refusal(() => trainModel(frameFrom(data), target, { ...quick, ...options }));
  const x = [1, 2, 3, 4, 5, 6];

  test("no such target, no features, no rows, no target", async () => {
    expect(await refusedTable({ x, price: x }, "prize")).toMatch('did you mean "price"?');
    expect(await refusedTable({ y: x }, "y")).toMatch("no column");
    expect(await refusedTable({ x: [], y: [] }, "y")).toMatch("no rows");
    expect(await refusedTable({ x, y: x }, [])).toMatch("names no target");
    expect(await refusedTable([], "y")).toMatch("no column");
  });

  test("a target that is no name, and kinds that columns cannot be of", async () => {
    for (const target of [undefined, null, 3, ["y", undefined]]) {
      expect(await refusedTable({ x, y: x }, target as unknown as string)).toMatch(
        /^The target is the name of a column, or a list of several numeric ones, but (undefined|null|3) was given\.$/,
      );
    }
    expect(await refusedTable({ x, y: x }, "y", { columns: { x: "number" } })).toBe(
      'The kind of column "x" is one of numeric, categorical, boolean, date, ignore, but "number" was given.',
    );
  });

  test("text among the numbers of a numeric column, and infinities", async () => {
    const table = mixedTable(40, ["value"]);
    const spoiled = (cell: unknown) =>
      withCells(table, (old, row, name) => (name === "length" && row === 17 ? cell : old));
    expect(await refusal(() => trainModel(spoiled(Number.POSITIVE_INFINITY), "value", quick))).toMatch(
      "row 18",
    );
    expect(
      await refusal(() => trainModel(spoiled("long"), "value", { ...quick, columns: { length: "numeric" } })),
    ).toMatch('row 18 has "long"');
  });

  test("classes of which all but one stand in one row only, and text to be predicted as numbers", async () => {
    const y = ["a", "a", "a", "a", "b", "c"];
    expect(await refusedTable({ x, y }, "y")).toMatch("only one that stands in two rows or more");
    await refusedTable({ x, y }, "y", { task: "regression" });
  });

  test("several targets that are not all numbers", async () => {
    expect(await refusedTable({ x, y: x, z: ["a", "a", "a", "b", "b", "b"] }, ["y", "z"])).toMatch(
      "Several targets",
    );
  });
});
