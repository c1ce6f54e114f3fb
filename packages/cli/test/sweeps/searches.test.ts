import { describe, expect, it } from "vitest";
import { gridTrials } from "../../src/sweeps/gridTrials.js";
import { halving } from "../../src/sweeps/halving.js";
import { randomTrials } from "../../src/sweeps/randomTrials.js";
import type { Outcomes } from "../../src/sweeps/search.js";
import type { Space } from "../../src/sweeps/space.js";
import type { Trial, TrialOutcome } from "../../src/sweeps/trial.js";
import { done, failed } from "../support/outcomes.js";

const space: Space = {
  lambda: { scale: "log", from: 1e-6, to: 0.1 },
  width: [16, 64, 256],
  decay: { scale: "uniform", from: 0, to: 0.1 },
  optimizer: ["adam", "padam"],
};

describe("Trials at random", () => {
  const trials = randomTrials(space, {}, 600, 7);

  it("are the same for the same seed, whatever their number, and others for another", () => {
    expect(randomTrials(space, {}, 600, 7)).toEqual(trials);
    expect(randomTrials(space, {}, 40, 7)).toEqual(trials.slice(0, 40));
    expect(randomTrials(space, {}, 40, 8)).not.toEqual(trials.slice(0, 40));
    expect(trials.map(({ number }) => number)).toEqual(trials.map((_, i) => i));
  });

  it("draw a setting alike whichever others vary", () => {
    const alone = randomTrials({ lambda: space.lambda! }, {}, 600, 7);
    expect(alone.map(({ settings }) => settings.lambda)).toEqual(
      trials.map(({ settings }) => settings.lambda),
    );
  });

  it("spread over the space: by decades of a logarithm, and evenly over values", () => {
    const share = (is: (settings: Trial["settings"]) => boolean) =>
      trials.filter(({ settings }) => is(settings)).length / trials.length;
    for (let decade = -6; decade < -1; decade++) {
      const within = ({ lambda }: Trial["settings"]) => Math.floor(Math.log10(Number(lambda))) === decade;
      expect(Math.abs(share(within) - 1 / 5)).toBeLessThan(0.05);
    }
    for (const width of [16, 64, 256]) {
      expect(Math.abs(share((own) => own.width === width) - 1 / 3)).toBeLessThan(0.06);
    }
  });

  it("have only what means something, and are drawn anew where they make no sense", () => {
    for (const { settings } of trials) expect("decay" in settings).toBe(settings.optimizer === "padam");
    const rules = randomTrials(
      { ...space, pruning: ["l1-projection", "magnitude"], parametrization: ["l1-shared", "plain"] },
      { prune: 0.5 },
      200,
      1,
    );
    expect(rules).toHaveLength(200);
    for (const { settings } of rules) {
      expect([settings.pruning, settings.parametrization]).not.toEqual(["l1-projection", "plain"]);
    }
  });

  it("are each another, and fewer than asked for where the space holds no more", () => {
    const all = randomTrials({ width: [8, 16], depth: { scale: "int", from: 1, to: 3 } }, {}, 50, 0);
    expect(all).toHaveLength(6);
    expect(new Set(all.map(({ settings }) => JSON.stringify(settings))).size).toBe(6);
  });

  it("are refused where nothing makes sense", () => {
    const rules: Space = { pruning: ["l1-projection"], width: [8, 9] };
    expect(() => randomTrials(rules, { prune: 0.5, network: "mlp" }, 3, 0)).toThrow(
      'The rule "l1-projection" projects L1-normalized weights',
    );
    expect(() => randomTrials({ width: { scale: "uniform", from: 1, to: 2 } }, {}, 3, 0)).toThrow(
      "The width is a whole number from 1 to 4096",
    );
  });
});

describe("Trials of a grid", () => {
  it("are every combination, without settings that mean nothing, each once", () => {
    const { trials, refused } = gridTrials(
      { optimizer: ["adam", "padam"], p: [0.5, 1], depth: { scale: "int", from: 1, to: 2 } },
      {},
    );
    expect(trials).toEqual(
      [
        { optimizer: "adam", depth: 1 },
        { optimizer: "adam", depth: 2 },
        { optimizer: "padam", p: 0.5, depth: 1 },
        { optimizer: "padam", p: 0.5, depth: 2 },
        { optimizer: "padam", p: 1, depth: 1 },
        { optimizer: "padam", p: 1, depth: 2 },
      ].map((settings, number) => ({ number, settings })),
    );
    expect(refused).toEqual([]);
  });

  it("leave out what makes no sense, with the reason", () => {
    const rules: Space = { parametrization: ["l1-shared", "l2-row"] };
    const { trials, refused } = gridTrials(rules, { prune: 0.5, pruning: "l1-projection" });
    expect(trials).toEqual([{ number: 0, settings: { parametrization: "l1-shared" } }]);
    expect(refused).toEqual([
      { settings: { parametrization: "l2-row" }, reason: expect.stringMatching(/^The rule "l1-projection"/) },
    ]);
  });

  it("are refused where there is no end of them, too many, or none", () => {
    expect(() => gridTrials(space, {})).toThrow(
      "A grid tries every combination, and lambda=log(1e-6,0.1) has no end of values; list some, as in lambda=1e-4,1e-3,1e-2, or use --search random.",
    );
    const many = { scale: "int", from: 1, to: 400 } as const;
    expect(() => gridTrials({ width: many, epochs: many }, {})).toThrow(
      "The space has 160000 combinations, more than a grid can try, 100000; give fewer values, or use --search random.",
    );
    expect(() => gridTrials({ pruning: ["l1-projection"] }, { prune: 0.5, network: "mlp" })).toThrow(
      'No combination of the space makes sense: The rule "l1-projection" projects',
    );
  });
});

describe("Successive halving", () => {
  const configurations = (count: number): Trial[] =>
    Array.from({ length: count }, (_, number) => ({ number, settings: { width: number + 1 } }));
  const cost = (outcome: TrialOutcome) =>
    outcome.status === "done" ? (outcome.metrics.rmse?.mean ?? null) : null;
  /** What the trials come to, and in which order they end, must not matter but for the costs. */
  const run = (count: number, epochs: number, of: (trial: Trial) => TrialOutcome) => {
    const search = halving(configurations(count), epochs, cost);
    const outcomes = new Map<number, TrialOutcome>();
    for (;;) {
      const missing = search
        .named(outcomes)
        .flat()
        .filter(({ number }) => !outcomes.has(number));
      if (missing.length === 0) return { search, rungs: search.named(outcomes) };
      for (const trial of missing.toReversed()) {
        // While a rung is under way, nobody goes on.
        expect(search.named(outcomes).at(-1)).toContainEqual(missing[0]);
        outcomes.set(trial.number, of(trial));
      }
    }
  };
  const widths = (rungs: readonly (readonly Trial[])[]) =>
    rungs.map((rung) => rung.map(({ settings }) => settings.width));

  it("lets the best third of a rung go on with three times the epochs, up to all of them", () => {
    // The best are those of width 5, 6, 4, 7, 3, …
    const { search, rungs } = run(9, 90, ({ settings }) =>
      done({ rmse: Math.abs(Number(settings.width) - 5.1) }),
    );
    expect(widths(rungs)).toEqual([[1, 2, 3, 4, 5, 6, 7, 8, 9], [4, 5, 6], [5]]);
    expect(rungs.map((rung) => rung.map(({ number }) => number))).toEqual([
      [0, 1, 2, 3, 4, 5, 6, 7, 8],
      [9, 10, 11],
      [12],
    ]);
    expect(rungs.map(([{ settings }]) => settings.epochs)).toEqual([10, 30, 90]);
    expect([search.total, search.rungs]).toEqual([13, 3]);
  });

  it("has as many rungs as there are configurations and epochs for", () => {
    const shape = (count: number, epochs: number) =>
      run(count, epochs, ({ number }) => done({ rmse: number })).rungs.map((rung) => [
        rung.length,
        rung[0].settings.epochs,
      ]);
    expect(shape(2, 100)).toEqual([[2, 100]]);
    expect(shape(30, 100)).toEqual([
      [30, 4],
      [10, 11],
      [3, 33],
      [1, 100],
    ]);
    expect(shape(81, 5)).toEqual([
      [81, 2],
      [27, 5],
    ]);
    expect(shape(81, 1)).toEqual([[81, 1]]);
  });

  it("lets the earlier of equals go on, and never what failed or has no figure", () => {
    const equal = run(9, 9, () => done({ rmse: 1 }));
    expect(widths(equal.rungs)).toEqual([[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3], [1]]);
    const bad = run(9, 9, ({ settings }) =>
      settings.width === 2 ? failed : settings.width === 3 ? done({ rmse: null }) : done({ rmse: 1 }),
    );
    expect(widths(bad.rungs)[1]).toEqual([1, 4, 5]);
    const few = run(9, 9, ({ settings }) => (settings.width === 8 ? done({ rmse: 1 }) : failed));
    expect(widths(few.rungs)).toEqual([[1, 2, 3, 4, 5, 6, 7, 8, 9], [8], [8]]);
    expect(widths(run(9, 9, () => failed).rungs)).toEqual([[1, 2, 3, 4, 5, 6, 7, 8, 9], []]);
  });

  it("names the same trials whatever it was asked before", () => {
    const { rungs } = run(30, 100, ({ number }) => done({ rmse: (number * 7) % 11 }));
    const known: Outcomes = new Map(
      rungs[0].map(({ number }) => [number, done({ rmse: (number * 7) % 11 })]),
    );
    const fresh = halving(configurations(30), 100, cost);
    expect(fresh.named(known)).toEqual(rungs.slice(0, 2));
  });
});
