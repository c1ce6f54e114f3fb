import { describe, expect, test } from "vitest";
import { normal } from "../../src/engine/random/normal.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import type { FitOptions, Progress } from "../../src/fit/options.ts";
import { type JobRunner, runInProcess } from "../../src/fit/runner.ts";
import { planOnScale } from "../../src/fit/targetScale.ts";
import { saveModel } from "../../src/models/modelFile.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import { frameFrom, type Row } from "../../src/tables/frameFrom.ts";
import { quick } from "../support/synthetic.ts";

/** Rows of y = how(x₀ + x₁) with noise in the exponent. */
function tableOf(how: (z: number) => number, count = 240) {
  const random = createRandom(4);
  const rows = Array.from({ length: count }, (): Row => {
    const [a, b] = [normal(random), normal(random)];
    return { a, b, y: how(a + b + 0.1 * normal(random)) };
  });
  return frameFrom(rows);
}

const options: FitOptions = { ...quick, epochs: 60 };
const products = tableOf((z) => Math.exp(1.5 * z));
const sums = tableOf((z) => 10 + z);

describe("The scale of a target", () => {
  test("is that of logarithms where these predict skewed numbers better, in their own units", async () => {
    const model = await trainModel(products, "y", options);
    expect(model.target).toMatchObject({ link: "log" });
    const [plain, logarithm] = [
      await trainModel(products, "y", { ...options, targetScale: "value" }),
      await trainModel(products, "y", { ...options, targetScale: "log" }),
    ];
    expect(plain.target).not.toHaveProperty("link");
    const rmse = ({ record }: typeof model) => (record.validation!.model as { rmse: number }).rmse;
    expect(rmse(logarithm)).toBeLessThan(0.99 * rmse(plain));
    // The same networks, whoever chose the scale.
    expect(model.members).toEqual(logarithm.members);
  });

  test("stays that of the values where they predict as well", async () => {
    // Skewed because a column is, in which they are linear.
    const random = createRandom(5);
    const rows = Array.from({ length: 240 }, (): Row => {
      const [a, b] = [Math.exp(normal(random)), normal(random)];
      return { a, b, y: 10 + a + b };
    });
    const table = frameFrom(rows);
    const stages: string[] = [];
    const [chosen, plain] = [
      await trainModel(table, "y", { ...options, onProgress: ({ stage }) => stages.push(stage) }),
      await trainModel(table, "y", { ...options, targetScale: "value" }),
    ];
    expect(stages).toContain("scale");
    expect(chosen.target).not.toHaveProperty("link");
    expect(saveModel(chosen)).toEqual(saveModel(plain));
  });

  test("is not asked of what is not skewed, is not above 0, or counts", async () => {
    const stages: string[] = [];
    const onProgress = ({ stage }: Progress) => stages.push(stage);
    for (const [table, more] of [
      [sums, {}],
      [tableOf((z) => Math.exp(1.5 * z) - 0.1), {}],
      [tableOf((z) => Math.round(Math.exp(z) * 3)), { loss: "poisson" }],
    ] as const) {
      await planOnScale(table, "y", { ...options, ...more, onProgress });
    }
    expect(stages).toEqual([]);
    await planOnScale(products, "y", { ...options, onProgress });
    expect(stages).toContain("scale");
  });

  test("is that of the values where rows to test on have no logarithm", async () => {
    const test = { frame: frameFrom([{ a: 1, b: 1, y: -1 }]), rows: Int32Array.of(0) };
    const plan = await planOnScale(products, "y", { ...options, test });
    expect(plan.target).not.toHaveProperty("link");
  });

  test("costs few steps: both are tried at two λ in a quarter of them", async () => {
    const shares: number[][] = [];
    const run: JobRunner = (jobs, hooks) => {
      shares.push(jobs.map(({ training }) => training.epochs));
      return runInProcess(jobs, hooks);
    };
    await trainModel(products, "y", { ...options, run, epochs: 8, lambda: "auto" });
    expect(shares.slice(0, 2)).toEqual([Array(6).fill(2), Array(6).fill(2)]);
  });

  test("of quantiles is chosen likewise, by their pinball loss", async () => {
    const plan = await planOnScale(products, "y", { ...options, quantile: [0.1, 0.9] });
    expect(plan.target).toMatchObject({ levels: [0.1, 0.9], link: "log" });
  });
});
