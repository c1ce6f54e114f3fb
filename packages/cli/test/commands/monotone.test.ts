import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { psilon } from "../support/psilon.js";
import { quick } from "../support/smallModels.js";
import { smallCsv } from "../support/tables.js";

const folder = temporaryFolder();
const cwd = folder.path;
const data = smallCsv();
const columns = data.split("\n", 1)[0].split(",");
const train = ["train", "data.csv", "--target", "y", "--column", "kind=ignore", ...quick];

folder.write("data.csv", data);
const run = (words: readonly string[]) => psilon([...words], { cwd });

describe("psilon --monotone", () => {
  beforeAll(async () => {
    await run([...train, "--monotone", `${columns[0].toUpperCase()}=-`, "--out", "down.safetensors"]);
    await run([...train, "--out", "free.safetensors"]);
  });

  it("trains a model of which inspect says what is guaranteed, and why", async () => {
    const { code, stdout } = await run(["inspect", "down.safetensors"]);
    expect(code).toBe(0);
    expect(stdout).toContain(
      `y is guaranteed non-increasing in ${columns[0]}.\nThe paths of the wrong sign are outweighed by a linear term, which adds `,
    );
    const free = await run(["inspect", "free.safetensors"]);
    expect(free.stdout).not.toContain("outweighed");
  });

  it("certifies a column without a table, and says so by the exit code", async () => {
    const { code, stdout } = await run(["certify", "down.safetensors", "--monotone", `${columns[0]}=-`]);
    expect(code).toBe(0);
    expect(stdout).toContain(`y is non-increasing in ${columns[0]}: certified, everywhere\n`);
  });

  it("refutes a column with two rows, and says so by the exit code", async () => {
    const asked = ["--monotone", `${columns[0]}=+`, "--json"];
    const { code, stdout } = await run(["certify", "down.safetensors", "data.csv", ...asked]);
    expect(code).toBe(3);
    const [{ verdict, counterexample }] = JSON.parse(stdout).findings;
    expect(verdict).toBe("refuted");
    const [less, more] = counterexample.rows;
    expect(less[columns[0]]).toBeLessThan(more[columns[0]]);
    expect(counterexample.predictions[1]).toBeLessThan(counterexample.predictions[0]);
  });

  it.each([
    [[...train, "--monotone", "a=up"], 'but "a=up" was given'],
    [[...train, "--monotone", "a=+,b=-", "--monotone", "a=-"], 'names the column "a" twice'],
    [[...train, "--monotone", "nowhere=+"], '"nowhere", which is no column to predict from'],
    [["certify", "free.safetensors"], "only --monotone needs none"],
    [["certify", "free.safetensors", "--monotone", "a=+", "--radius", "1"], "takes no --radius"],
  ])("refuses %j with a sentence", async (words, sentence) => {
    const { code, stderr } = await run(words as string[]);
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
  });
});
