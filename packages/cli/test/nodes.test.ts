import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { nodeAt } from "../../../scripts/nodes.js";
import { temporaryFolder } from "./support/folder.js";
import { psilonApart } from "./support/psilon.js";
import { psilonHere } from "./support/psilonHere.js";
import { smallCsv } from "./support/tables.js";

const { path: cwd, write } = temporaryFolder();
write("data.csv", smallCsv());

// All of the command's tests run with every Node by "npm run test:node", which fetches them; these are the ends of what is supported.
describe.each(["20", "latest"])("Node %s", (version) => {
  it.skipIf(!existsSync(nodeAt(version)))("trains and predicts what this one does", async () => {
    const settings = ["--preset", "fast", "--epochs", "3", "--lambda", "0.001", "--threads", "2"];
    const train = ["train", "data.csv", "--target", "y", ...settings, "--backend", "wasm", "--out", "m.st"];
    const predict = ["predict", "m.st", "data.csv"];
    expect(await psilonApart(train, { cwd }, nodeAt(version))).toMatchObject({ code: 0 });
    const there = await psilonApart(predict, { cwd }, nodeAt(version));
    expect(await psilonHere(train, { cwd })).toMatchObject({ code: 0 });
    expect(there).toEqual(await psilonHere(predict, { cwd }));
    expect(there.stdout.split("\n")).toHaveLength(62);
  });
});
