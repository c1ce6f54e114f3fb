import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { psilonHere } from "../support/psilonHere.js";
import { smallCsv } from "../support/tables.js";

const folder = temporaryFolder();
const data = folder.write("data.csv", smallCsv());
const out = join(folder.path, "model.safetensors");

describe("help", () => {
  it("begins with examples and ends with the exit codes", async () => {
    const { code, stdout, stderr } = await psilonHere(["--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(
      /^Examples:\n {2}psilon describe houses\.csv --target price\n {2}psilon train sample:penguins --target species\n/,
    );
    expect(stdout).toMatch(
      /Exit codes:\n {2}0 {4}done\n {2}1 .*\n {2}2 .*\n {2}3 .*\n {2}4 .*\n {2}130 {2}interrupted/,
    );
  });

  it.each(["train", "evaluate", "sweep", "test", "predict", "inspect", "prune", "runs", "worker"])(
    "of %s begins with examples",
    async (command) => {
      const { code, stdout } = await psilonHere([command, "--help"]);
      expect(code).toBe(0);
      expect(stdout).toMatch(new RegExp(`^Examples:\n {2}.*psilon ${command} `));
    },
  );

  it("names every option of the training commands", async () => {
    for (const command of ["train", "evaluate"]) {
      const { stdout } = await psilonHere([command, "--help"]);
      for (const option of [
        "target",
        "network",
        "preset",
        "lambda",
        "width",
        "depth",
        "epochs",
        "prune",
        "pruning",
        "scope",
        "seed",
      ]) {
        expect(stdout).toContain(`--${option} <`);
      }
    }
  });

  it("is shown, as an error, when no command is given", async () => {
    const { code, stdout, stderr } = await psilonHere([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^Examples:/);
  });

  it("has a version beside it", async () => {
    expect(await psilonHere(["--version"])).toEqual({ code: 0, stdout: "0.1.0\n", stderr: "" });
  });
});

describe("arguments", () => {
  const train = ["train", data, "--out", out, "--target", "y"];
  it.each([
    [[...train, "--lamda", "1"], "unknown option '--lamda' (Did you mean --lambda?)"],
    [["trian", data], "unknown command 'trian' (Did you mean train?)"],
    [["train", data], "required option '--target <column>' not specified; see psilon train --help"],
    [["train", data, "--traget", "y"], "unknown option '--traget' (Did you mean --target?)"],
    [["evaluate", data, "--lamda", "1"], "unknown option '--lamda' (Did you mean --lambda?)"],
    [
      ["compare", data, "--target", "y"],
      "required option '--over <setting=values...>' not specified; see psilon compare --help",
    ],
    [["compare", data, "--overs", "p=1"], "unknown option '--overs' (Did you mean --over?)"],
    [
      ["prune", "m.safetensors", data, "--sparcity", "0.5"],
      "unknown option '--sparcity' (Did you mean --sparsity?)",
    ],
    [
      ["prune", "m.safetensors", data, "--out", out],
      "required option '--sparsity <s>' not specified; see psilon prune --help",
    ],
    [["train", "--target", "y"], "missing required argument 'data'"],
    [["inspect", "a", "b"], "too many arguments for 'inspect'. Expected 1 argument but got 2."],
    [
      [...train, "--network", "nett"],
      "option '--network <kind>' argument 'nett' is invalid. Allowed choices are net, resnet, standard, mlp.",
    ],
    [
      [...train, "--preset", "quick"],
      "option '--preset <name>' argument 'quick' is invalid. Allowed choices are fast, balanced, best, paper.",
    ],
    [[...train, "--lambda", "-1"], 'λ is "auto" or a number from 0 to 1000000, but -1 was given.'],
    [
      [...train, "--lambda", "Infinity"],
      'λ is "auto" or a number from 0 to 1000000, but Infinity was given.',
    ],
    [
      [...train, "--lambda", "x"],
      'The option --lambda takes "auto" or a number of at least 0, but "x" was given.',
    ],
    [[...train, "--width", "0"], "The width is a whole number from 1 to 4096, but 0 was given."],
    [[...train, "--width", "1.5"], "The width is a whole number from 1 to 4096, but 1.5 was given."],
    [[...train, "--width", "1e9"], "The width is a whole number from 1 to 4096, but 1000000000 was given."],
    [[...train, "--width", ""], 'The option --width takes a whole number, but "" was given.'],
    [[...train, "--depth", "-1"], "The depth is a whole number from 0 to 64, but -1 was given."],
    [
      [...train, "--epochs", "0"],
      "The number of epochs is a whole number from 1 to 1000000, but 0 was given.",
    ],
    [
      [...train, "--prune", "1"],
      "The sparsity to prune to is a share of the weights of at least 0 and below 1, but 1 was given.",
    ],
    [
      [...train, "--prune", "abc"],
      'The option --prune takes a number of at least 0 and below 1, but "abc" was given.',
    ],
    [
      [...train, "--prune", "-0.1"],
      "The sparsity to prune to is a share of the weights of at least 0 and below 1, but -0.1 was given.",
    ],
    [
      [...train, "--prune", "0.5", "--network", "standard", "--pruning", "l1-projection"],
      'The rule "l1-projection" projects L1-normalized weights, and this network has "l2-row" ones; use another rule, such as "magnitude", or L1-normalized weights, as "net" and "resnet" have.',
    ],
    [
      [...train, "--pruning", "magnitude"],
      'The pruning rule "magnitude" needs a sparsity above 0 to prune to, but none was given.',
    ],
    [
      [...train, "--scope", "layer"],
      'The scope of pruning "layer" needs a sparsity above 0 to prune to, but none was given.',
    ],
    [
      [...train, "--pruning", "threshold", "--optimizer", "padam", "--prune", "0.5"],
      'The pruning rule "threshold" finds as many zeros as there are, so it takes no sparsity; leave out the 0.5, or use another rule.',
    ],
    [
      [...train, "--pruning", "threshold"],
      'The pruning rule "threshold" makes zeros of what decay leaves, and the optimizer "adam" does not decay; use "padam".',
    ],
    [
      [...train, "--prune", "0.5", "--pruning", "least"],
      "option '--pruning <rule>' argument 'least' is invalid. Allowed choices are l1-projection, magnitude, gradual-magnitude, path-magnitude, residual, filter-l1, filter-l2, threshold.",
    ],
    [[...train, "--seed", "-3"], `The seed is a whole number from 0 to ${2 ** 53 - 1}, but -3 was given.`],
    [
      [...train, "--threads", "0"],
      'The option --threads takes a whole number from 1 to 1024, but "0" was given.',
    ],
    [
      [...train, "--holdout", "1"],
      'The option --holdout takes a number of at least 0 and below 1, but "1" was given.',
    ],
    [
      [...train, "--holdout", "0.3", "--test", data],
      "The options --test and --holdout both say what to test on; give only one of them.",
    ],
    [
      [...train, "--column", "a"],
      'The option --column takes a column\'s name, "=" and one of numeric, categorical, boolean, date, ignore, but "a" was given.',
    ],
    [
      [...train, "--column", "a=numeric", "--column", "a=ignore"],
      'The option --column names the column "a" twice; say once what it is.',
    ],
    [
      [...train, "--column", "a=numeric", "--column", "A=ignore"],
      'The option --column names the column "a" twice; say once what it is.',
    ],
    [
      [...train, "--test", data],
      `The option --test names the table that is learned from, "${data}", on which no score tells anything; name another, or leave it out to test on a part of the rows.`,
    ],
    ...["width", "lambda", "network", "p"].map((setting): [string[], string] => [
      [
        ...["compare", data, "--target", "y", `--${setting}`, setting === "network" ? "net" : "1"],
        ...["--over", `${setting}=${setting === "network" ? "net,mlp" : "1,2"}`, "--charts", out],
      ],
      `The option --${setting} gives one value for what --over ${setting} varies; leave one of them out.`,
    ]),
    [
      ["certify", "m.safetensors", data, "--seed", "1"],
      "The option --seed is for the search for counterexamples when columns move by --radius or --move; give one of these as well, or leave it out.",
    ],
    [
      ["certify", "m.safetensors", data, "--monotone", "a=+", "--seed", "1"],
      "The option --seed makes up rows for --monotone where there is no table, but one is named; leave one of them out.",
    ],
    [
      ["certify", "m.safetensors", data, "--monotone", "a=+", "--threads", "2"],
      "The option --monotone asks about columns that grow, however far, and takes no --threads; leave one of them out.",
    ],
    [
      ["certify", "m.safetensors", "--monotone", "a=+", "--unseen", "zeros"],
      "The option --unseen is about categories in a table, but none is named; name one, or leave the option out.",
    ],
    [
      ["compare", data, "--target", "y", "--over", "width=2,4", "--lambda", "auto", "--charts", out],
      "The option --lambda auto searches for λ, which a comparison does not; give a number, or vary it with --over.",
    ],
    [["predict", "m.safetensors", data, "--seed", "1"], "unknown option '--seed' (Did you mean --keep?)"],
    [["inspect", "m.safetensors", "--sed", "1"], "unknown option '--sed' (Did you mean --seed?)"],
    [
      ["inspect", "m.safetensors", "--seed", "1"],
      "The option --seed is about the rows of a table, but none is named; name one with --data, or leave the option out.",
    ],
    [
      ["inspect", "m.safetensors", "--partial", "a"],
      "The option --partial is about the rows of a table, but none is named; name one with --data, or leave the option out.",
    ],
    [
      ["inspect", "m.safetensors", "--data", data, "--partial", "a", "--repeats", "3"],
      "The option --repeats shuffles columns, which --partial does not; leave one of them out.",
    ],
    [
      ["inspect", "m.safetensors", "--data", data, "--repeats", "0"],
      'The option --repeats takes a whole number from 1 to 1000, but "0" was given.',
    ],
    [
      [...train, "--objective", "certified", "--radius", "0.1", "--lambda", "0.01"],
      "The option --objective certified says what λ is chosen by, but --lambda gives it as 0.01; leave one of them out.",
    ],
    [
      [...train, "--objective", "certified"],
      "The option --objective certified needs to know what may move: a --radius such as 0.1, or columns by --move such as age=2.",
    ],
    [
      [...train, "--move", "x=1"],
      "The option --move belongs to --objective certified; give that as well, or leave it out.",
    ],
    [
      [...train, "--objective", "certified", "--move", "x"],
      'The option --move takes columns with how far they may move, such as age=2,income=5%,sex=any, but "x" was given.',
    ],
    [
      ["evaluate", data, "--target", "y", "--folds", "1"],
      'The option --folds takes a whole number from 2 to 1000, but "1" was given.',
    ],
    [
      ["evaluate", data, "--target", "y", "--folds", "2", "--splits", "s.json"],
      "The options --splits and --folds both say how to split; give only one of them.",
    ],
    [
      ["prune", "m.safetensors", data, "--out", out, "--sparsity", "1.5"],
      'The option --sparsity takes a number above 0 and below 1, but "1.5" was given.',
    ],
    [
      ["prune", "m.safetensors", data, "--sparsity", "0.5"],
      "required option '--out <file>' not specified; see psilon prune --help",
    ],
  ])("that cannot be used are refused in one line with exit code 2: %j", async (argv, sentence) => {
    const { code, stdout, stderr } = await psilonHere([...argv, "--json"]);
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: "", stderr: `error: ${sentence}\n` });
    expect(readdirSync(folder.path)).toEqual(["data.csv"]);
  });
});
