import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { psilonHere } from "../support/psilonHere.ts";

/** Model files, rows and what they were predicted to be, as psilon 0.1.0 wrote them. */
const written = (file: string) =>
  fileURLToPath(new URL(`../../../psilon/test/fixtures/0.1.0/${file}`, import.meta.url));

describe("a model file of psilon 0.1.0", () => {
  test.each([
    ["penguins-net", "penguins.csv"],
    ["penguins-resnet-ensemble-pruned", "penguins.csv"],
    ["cars-monotone", "cars-rows.json"],
    ["cars-two-targets", "cars-rows.json"],
  ])("%s loads and predicts as it did then", async (name, rows) => {
    const model = written(`${name}.safetensors`);
    const { code, stdout } = await psilonHere(["predict", model, written(rows), "--json"]);
    expect(code).toBe(0);
    const then = JSON.parse(await readFile(written(`${name}.json`), "utf8"));
    expect(rounded(JSON.parse(stdout))).toEqual(rounded(then));
    expect((await psilonHere(["inspect", model])).code).toBe(0);
  });
});

/** Numbers with five digits: kernels may sum in another order. */
function rounded(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, part) =>
    typeof part === "number" ? Number(part.toPrecision(5)) : part,
  );
}
