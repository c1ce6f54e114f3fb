import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { fitCnn, runCnn } from "../../cnn/runCnn.js";
import { fitVit, runVit } from "../../vit/runVit.js";
import { recordsOf } from "./records.js";

const folder = mkdtempSync(join(tmpdir(), "psilon-"));
const data = join(folder, "some.bin");
writeFileSync(data, recordsOf(200));
afterAll(() => rmSync(folder, { recursive: true }));

const examples = [
  ["LeNet", (options) => fitCnn({ data, ...options }), 4],
  ["the residual network", (options) => fitCnn({ data, network: "residual", ...options }), 10],
  ["the transformer", (options) => fitVit({ data, size: "quick", ...options }), 14],
];

describe.each(examples)("Of %s", (_, fit, matrices) => {
  test.each([{}, { normalize: "none" }, { weights: "row-equilibrated" }])("%j learns", async (options) => {
    const { result, images, guesses } = await fit({ steps: 45, ...options });
    expect(result.outcome).toBe("finished");
    expect(result.losses.length).toBe(15);
    expect(result.losses.at(-1).loss).toBeLessThan(0.8 * result.losses[0].loss);
    expect([images.train.rows, guesses.length]).toEqual([160, 40]);
    const right = guesses.filter((guess, i) => guess === images.test.targets[i]).length;
    expect(result.metric).toBe(right / 40);
  });

  test("the matrices but the last are of the kind that is asked for, and figures are of each", async () => {
    const { result, network } = await fit({ steps: 1, weights: "l1-row" });
    const kinds = network.layers.map(({ weight }) => weight.kind);
    expect(kinds).toEqual([...Array(matrices - 1).fill("l1-row"), "plain"]);
    for (const figures of [result.logKappa.before, result.logKappa.after])
      expect(figures.length).toBe(matrices);
    expect(result.zeros).toBe(0);
  });

  test("as many weights become 0 as pruning asks for", async () => {
    const { result } = await fit({ steps: 6, prune: 0.9, optimizer: "adamw", decay: 0.1 });
    expect(result.zeros).toBeCloseTo(0.9, 2);
  });
});

test("decay of a norm below 1 takes weights to 0 by itself, and of a norm of 2 none", async () => {
  const zerosOf = async (p) => (await runCnn({ data, steps: 60, optimizer: "padam", decay: 1, p })).zeros;
  expect(await zerosOf(0.5)).toBeGreaterThan(0.2);
  expect(await zerosOf(2)).toBe(0);
});

test("the same seed gives the same network, another one another", async () => {
  const run = async (seed) => (await runVit({ data, size: "quick", steps: 3, seed })).logKappa.after;
  expect(await run(1)).toEqual(await run(1));
  expect(await run(1)).not.toEqual(await run(2));
});

test.each([
  [{ decay: 0.1 }, /^The optimizer "adam" has no decay, but a decay of 0\.1 was given; choose /],
  [{ optimizer: "padam" }, /^The optimizer "padam" decays weights, but no decay was given; add --decay/],
  [
    { optimizer: "adamw", decay: 0.1, p: 1 },
    /^A norm p is of the decay of "padam", but the optimizer is "adamw"; /,
  ],
  [{ prune: 1 }, /^The sparsity to prune to is a share of the weights of at least 0 and below 1/],
])("%j is refused in a sentence", async (options, sentence) => {
  await expect(runCnn({ data, ...options })).rejects.toThrow(sentence);
});
