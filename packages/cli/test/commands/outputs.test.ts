import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { psilon } from "../support/psilon.js";
import { smallCsv } from "../support/tables.js";

const folder = temporaryFolder();
const cwd = folder.path;
const quick = ["--preset", "fast", "--epochs", "3", "--threads", "1", "--target", "kind"];

folder.write("d.csv", smallCsv());
folder.write("t.csv", smallCsv(15));

beforeAll(async () => {
  await psilon(["train", "d.csv", ...quick, "--out", "m.st"], { cwd });
});

const train = ["train", "d.csv", ...quick];
const prune = ["prune", "m.st", "d.csv", "--sparsity", "0.5", "--threads", "1"];

describe("an output", () => {
  it.each([
    [[...train, "--out", "d.csv"], "d.csv", "--out"],
    [[...train, "--test", "t.csv", "--out", "./t.csv"], "./t.csv", "--out"],
    [["predict", "m.st", "d.csv", "--out", "d.csv"], "d.csv", "--out"],
    [["predict", "m.st", "d.csv", "--out", "m.st"], "m.st", "--out"],
    [[...prune, "--out", "d.csv"], "d.csv", "--out"],
    [["certify", "m.st", "d.csv", "--out", "d.csv"], "d.csv", "--out"],
    [["certify", "m.st", "d.csv", "--curve", "m.st"], "m.st", "--curve"],
    [["compare", "d.csv", ...quick, "--over", "p=1", "--charts", "d.csv"], "d.csv", "--charts"],
  ])("never overwrites an input: %j", async (argv, name, flag) => {
    const before = readFileSync(join(cwd, name));
    expect(await psilon(argv, { cwd })).toEqual({
      code: 2,
      stdout: "",
      stderr: `error: The file "${name}" cannot be written: it is what the command reads; name another file with ${flag}.\n`,
    });
    expect(readFileSync(join(cwd, name))).toEqual(before);
  });

  it("may be the model that is pruned", async () => {
    folder.write("own.st", Uint8Array.from(readFileSync(join(cwd, "m.st"))));
    const { code } = await psilon(["prune", "own.st", ...prune.slice(2), "--out", "own.st"], { cwd });
    expect(code).toBe(0);
    expect(readFileSync(join(cwd, "own.st"))).not.toEqual(readFileSync(join(cwd, "m.st")));
  });

  it.each([
    ["predict", ["predict", "m.st", "none.csv", "--out", "no/p.csv"]],
    ["prune", [...prune.slice(0, 2), "none.csv", ...prune.slice(3), "--out", "no/p.csv"]],
  ])("that cannot be written is refused by %s before the table is read", async (_, argv) => {
    const before = readdirSync(cwd);
    expect(await psilon(argv, { cwd })).toEqual({
      code: 2,
      stdout: "",
      stderr: 'error: The file "no/p.csv" cannot be written: there is no folder "no".\n',
    });
    expect(readdirSync(cwd)).toEqual(before);
  });
});
