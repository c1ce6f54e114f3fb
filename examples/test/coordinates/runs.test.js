import { weightKinds } from "psilon/engine";
import { describe, expect, test } from "vitest";
import { runImage } from "../../image/runImage.js";
import { runNerf } from "../../nerf/runNerf.js";
import { runOccupancy } from "../../occupancy/runOccupancy.js";

const untimed = ({ seconds, ...result }) => result;

describe("A run of the study's size", () => {
  test.each([
    ["occupancy", runOccupancy],
    ["image", runImage],
    ["nerf", runNerf],
  ])("of %s is the same again with the same seed, and another with another", async (_, run) => {
    const of = async (seed) => untimed(await run({ size: "study", steps: 3, seed }));
    const first = await of(7);
    expect(first).toMatchObject({ outcome: "finished", steps: 3, problem: null });
    expect(first.losses.length).toBe(3);
    expect(first.watched.length).toBe(3);
    expect(first.logKappa.before.length).toBe(first.logKappa.after.length);
    expect(await of(7)).toEqual(first);
    expect((await of(8)).losses).not.toEqual(first.losses);
  });

  test.each(Object.keys(weightKinds))("takes %s weights with every activation", async (weights) => {
    for (const activation of ["relu", "sine", "gaussian"]) {
      const run = await runImage({ size: "study", steps: 2, weights, activation });
      expect(run).toMatchObject({ outcome: "finished" });
      expect(Number.isFinite(run.metric)).toBe(true);
    }
  });

  test.each(["relu", "sine", "gaussian"])(
    "learns with %s, with each normalization and without",
    async (activation) => {
      for (const normalize of ["none", "layer", "batch"]) {
        const { losses } = await runImage({ size: "study", steps: 80, activation, normalize });
        expect(losses.at(-1).loss).toBeLessThan(0.6 * losses[0].loss);
      }
    },
  );

  test("lowers the loss and the error of what was held out", async () => {
    const occupancy = await runOccupancy({ size: "study", steps: 100, activation: "sine" });
    expect(occupancy.metric).toBeGreaterThan(0.7);
    expect(occupancy.metric).toBe(occupancy.watched.at(-1).value);
    const nerf = await runNerf({ size: "study", steps: 60, activation: "sine" });
    expect(nerf.metric).toBeGreaterThan(nerf.watched[0].value + 2);
  });
});
