import { describe, expect, test } from "vitest";
import { createBackend } from "../../../src/engine/backend/backend.ts";
import { createNetwork } from "../../../src/engine/networks/create.ts";
import type { Network } from "../../../src/engine/networks/network.ts";
import type { NetworkSpec } from "../../../src/engine/networks/spec.ts";
import { pAdam } from "../../../src/engine/optimizers/decoupledDecay.ts";
import { createPenalty } from "../../../src/engine/penalties/create.ts";
import { createPruning } from "../../../src/engine/pruning/create.ts";
import { cubicSparsity } from "../../../src/engine/pruning/maskLeast.ts";
import { maskZeros } from "../../../src/engine/pruning/masks.ts";
import { pathMagnitude } from "../../../src/engine/pruning/pathMagnitude.ts";
import { pruneNetwork } from "../../../src/engine/pruning/pruneNetwork.ts";
import { completeRule, type PruningRule } from "../../../src/engine/pruning/rule.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import { InputError } from "../../../src/errors.ts";
import { fold } from "../../../src/folded/fold.ts";
import { removeDeadUnits } from "../../../src/folded/removeDeadUnits.ts";
import { randomValues } from "../../support/problem.ts";
import { makeData, runTo, startRun } from "../../support/training.ts";

const backend = await createBackend({ provider: "wasm", relaxedSimd: false });

/** A network with nothing at its starting value. */
function randomNetwork(spec: NetworkSpec, seed: number): Network {
  const network = createNetwork(backend, spec, 1, createRandom(seed));
  randomValues(spec, createRandom(seed + 1)).forEach(({ raw, lengths, bias }, l) => {
    const { weight, bias: into } = network.layers[l];
    weight.raw.data.set(raw);
    if (lengths) weight.lengths!.data.set(lengths);
    into.data.set(bias);
    weight.normalize();
  });
  return network;
}

const plain = { hidden: "plain", output: "plain" } as const;
const zerosIn = (values: ArrayLike<number>) => Array.from(values).filter((value) => value === 0).length;
const zerosOf = ({ layers }: Network) =>
  layers.reduce((sum, { weight }) => sum + zerosIn(weight.effective.data), 0);
const entriesOf = ({ layers }: Network) => layers.reduce((sum, { weight }) => sum + weight.raw.length, 0);

describe("Gradual magnitude pruning", () => {
  test("has the cubic schedule's sparsities", () => {
    // s·(1 − (1 − t)³) by hand.
    const expected = [
      [0, 0],
      [0.25, 0.578125],
      [0.5, 0.875],
      [0.75, 0.984375],
      [1, 1],
    ];
    for (const [t, part] of expected) expect(cubicSparsity(0.8, t)).toBeCloseTo(0.8 * part, 12);
  });

  test("masks as many entries in each epoch of its ramp, and never fewer, as the schedule says", () => {
    const trainer = startRun(backend, {
      network: { width: 16, depth: 2 },
      training: { epochs: 10, pruning: { rule: "gradual-magnitude", sparsity: 0.9, stage: 0.8 } },
    });
    const total = entriesOf(trainer.network);
    const found = Array.from({ length: 10 }, () => {
      trainer.runEpoch();
      return zerosOf(trainer.network);
    });
    // A stage of 8 epochs, whose first 4 are the ramp: 1 − (3/4)³, 1 − (1/2)³, 1 − (1/4)³, 1 of 0.9.
    const shares = [0, 0, 37 / 64, 7 / 8, 63 / 64, 1, 1, 1, 1, 1];
    expect(found).toEqual(shares.map((share) => Math.round(0.9 * share * total)));
  });
});

test("A stage is the last share of the epochs, rounded, and one of them at least", () => {
  const spec = { architecture: "mlp", inputs: 4, width: 6, depth: 1, outputs: 1, ...plain } as const;
  for (const [share, first] of [
    [0.01, 9],
    [0.26, 7],
    [0.5, 5],
    [1, 0],
  ]) {
    const network = randomNetwork(spec, 15);
    const pruning = createPruning(backend, network, { rule: "magnitude", sparsity: 0.5 }, share, 10, 3);
    const begun = Array.from({ length: 10 }, (_, epoch) => {
      pruning.begin(epoch, 3 * epoch);
      return zerosOf(network) > 0;
    });
    expect(begun.indexOf(true)).toBe(first);
  }
});

test("A training that is cut short within the ramp ends with all zeros that were asked for, and before the stage with none", () => {
  for (const rule of ["gradual-magnitude", "path-magnitude", "l1-projection"] as const) {
    for (const [epochs, share] of [
      [2, 0],
      [4, 0.9],
      [9, 0.9],
    ]) {
      const trainer = startRun(backend, {
        network: { width: 16, depth: 2 },
        training: { epochs: 10, pruning: { rule, sparsity: 0.9, stage: 0.8 } },
      });
      runTo(trainer, epochs).finish();
      const zeros = zerosOf(trainer.network) / entriesOf(trainer.network);
      expect(Math.abs(zeros - share), `${rule} after ${epochs} epochs`).toBeLessThan(0.005);
    }
  }
});

describe("Magnitude pruning", () => {
  test("takes the smallest |W| of all layers, or of each", () => {
    for (const scope of ["global", "layer"] as const) {
      const spec = { architecture: "mlp", inputs: 5, width: 8, depth: 2, outputs: 2, ...plain } as const;
      const network = randomNetwork(spec, 3);
      const before = network.layers.map(({ weight }) => weight.effective.data.slice());
      pruneNetwork(backend, network, { rule: "magnitude", sparsity: 0.5, scope });
      const groups = scope === "layer" ? before.map((_, l) => [l]) : [before.map((_, l) => l)];
      for (const group of groups) {
        const kept: number[] = [];
        const gone: number[] = [];
        for (const l of group) {
          network.layers[l].weight.effective.data.forEach((w, k) => {
            (w === 0 ? gone : kept).push(Math.abs(before[l][k]));
          });
        }
        expect(gone.length).toBe(kept.length);
        expect(Math.max(...gone)).toBeLessThanOrEqual(Math.min(...kept));
      }
    }
  });

  test("takes ties in order of place", () => {
    const spec = { architecture: "mlp", inputs: 4, width: 1, depth: 0, outputs: 2, ...plain } as const;
    const network = randomNetwork(spec, 4);
    network.layers[0].weight.raw.data.set([1, -1, 1, 2, 1, 1, -1, 2]);
    pruneNetwork(backend, network, { rule: "magnitude", sparsity: 0.5 });
    expect([...network.layers[0].weight.effective.data]).toEqual([0, 0, 0, 2, 0, 1, -1, 2]);
  });

  test.each(["l1-row", "l2-row", "row-equilibrated"] as const)(
    "leaves each row of %s weights its largest entry, whatever is asked for",
    (kind) => {
      const spec = { architecture: "mlp", inputs: 6, width: 9, depth: 1, outputs: 3 } as const;
      const network = randomNetwork({ ...spec, hidden: kind, output: kind }, 5);
      const before = network.layers.map(({ weight }) => weight.effective.data.slice());
      pruneNetwork(backend, network, { rule: "magnitude", sparsity: 0.999 });
      network.layers.forEach(({ weight: { effective } }, l) => {
        for (let i = 0; i < effective.rows; i++) {
          const cut = (w: Float32Array) =>
            Array.from(w.subarray(i * effective.columns, (i + 1) * effective.columns), Math.abs);
          const row = cut(before[l]);
          const places = cut(effective.data).flatMap((w, j) => (w === 0 ? [] : [j]));
          expect(places).toEqual([row.indexOf(Math.max(...row))]);
        }
      });
    },
  );

  test("leaves equilibrated columns, and a spectral matrix, one entry", () => {
    const hidden = {
      architecture: "mlp",
      inputs: 6,
      width: 9,
      depth: 1,
      outputs: 3,
      output: "plain",
    } as const;
    const matrixOf = (kind: NetworkSpec["hidden"]) => {
      const network = randomNetwork({ ...hidden, hidden: kind }, 6);
      pruneNetwork(backend, network, { rule: "magnitude", sparsity: 0.999, scope: "layer" });
      return Array.from(network.layers[0].weight.effective.data);
    };
    const columns = matrixOf("column-equilibrated");
    for (let j = 0; j < 6; j++) {
      expect(columns.filter((w, k) => k % 6 === j && w !== 0).map(Math.abs)).toEqual([1]);
    }
    const both = matrixOf("row-column-equilibrated");
    for (let j = 0; j < 6; j++) expect(both.some((w, k) => k % 6 === j && w !== 0)).toBe(true);
    for (let i = 0; i < 9; i++) expect(both.slice(6 * i, 6 * i + 6).some((w) => w !== 0)).toBe(true);
    expect(matrixOf("spectral").filter((w) => w !== 0)).toHaveLength(1);
  });
});

/** Σ over the paths through an entry of ∏|W|, by walking along every path of an MLP. */
function pathsThrough(network: Network): Float64Array[] {
  const matrices = network.layers.map(({ weight: { effective, rows, columns } }) => ({
    w: effective.data,
    rows,
    columns,
  }));
  const sums = matrices.map(({ w }) => new Float64Array(w.length));
  const walk = (l: number, j: number, product: number, places: readonly number[]) => {
    if (l === matrices.length) {
      for (const [layer, place] of places.entries()) sums[layer][place] += product;
      return;
    }
    const { w, rows, columns } = matrices[l];
    for (let i = 0; i < rows; i++) {
      const k = i * columns + j;
      walk(l + 1, i, product * Math.abs(w[k]), [...places, k]);
    }
  };
  for (let j = 0; j < matrices[0].columns; j++) walk(0, j, 1, []);
  return sums;
}

describe("Path magnitude", () => {
  const scoresOf = (network: Network) => {
    const scores = network.layers.map(({ weight }) => new Float32Array(weight.raw.length));
    pathMagnitude(backend, network)(scores);
    return scores;
  };
  const shape = { inputs: 3, width: 4, depth: 2, outputs: 2 } as const;

  test.each([
    ["plain", "plain"],
    ["l1-shared", "l1-row"],
    ["l2-row", "l2-row"],
  ] as const)("of %s weights is the sum over the paths through an entry", (hidden, output) => {
    const network = randomNetwork({ architecture: "mlp", ...shape, hidden, output }, 7);
    const expected = pathsThrough(network);
    scoresOf(network).forEach((scores, l) => {
      scores.forEach((score, k) => {
        expect(Math.abs(score / expected[l][k] - 1)).toBeLessThan(1e-5);
      });
    });
  });

  test.each(["mlp", "resnet"] as const)("is |θ·∂P/∂θ| by finite differences in a %s", (architecture) => {
    const network = randomNetwork({ architecture, ...shape, ...plain }, 8);
    const kind = architecture === "mlp" ? "path-norm" : "improved-bound";
    const penalty = createPenalty(backend, network, kind, "explicit")!;
    const scores = scoresOf(network);
    const largest = Math.max(...scores.flatMap((values) => [...values]));
    network.layers.forEach(({ weight: { raw, columns, paired } }, l) => {
      for (let k = 0; k < raw.length; k++) {
        const mate = paired ? (k % (2 * columns) < columns ? k + columns : k - columns) : k;
        // The smaller side of a pair does not move the bound.
        if (Math.abs(raw.data[k]) < Math.abs(raw.data[mate])) continue;
        const value = raw.data[k];
        // P is linear in an entry's magnitude up to where its mate takes over.
        const room = mate === k ? 1 : 1 - Math.abs(raw.data[mate] / value);
        const at = (factor: number) => {
          raw.data[k] = value * factor;
          return penalty.value();
        };
        const step = 0.5 * room;
        const slope = (at(1 + step) - at(1 - step)) / (2 * step);
        raw.data[k] = value;
        expect(Math.abs(scores[l][k] - slope)).toBeLessThan((1e-5 * largest) / room);
      }
    });
  });

  test("is scored anew while it prunes, so that what a cut has left without a path goes next", () => {
    const spec = { architecture: "mlp", inputs: 2, width: 2, depth: 1, outputs: 1, ...plain } as const;
    const network = randomNetwork(spec, 9);
    // Scores of 1.7, 3, 1, 0.8 and of 4.7, 1.8: without the first cut's 0.8, the last is 1, and without both 0.
    network.layers[0].weight.raw.data.set([1.7, 3, 10, 8]);
    network.layers[1].weight.raw.data.set([1, 0.1]);
    pruneNetwork(backend, network, { rule: "path-magnitude", sparsity: 0.5 });
    expect([...network.layers[0].weight.effective.data]).toEqual([expect.closeTo(1.7), 3, 0, 0]);
    expect([...network.layers[1].weight.effective.data]).toEqual([1, 0]);
  });

  test("prunes first what no path runs through", () => {
    const spec = { architecture: "mlp", inputs: 4, width: 6, depth: 2, outputs: 1, ...plain } as const;
    const network = randomNetwork(spec, 9);
    // Nothing reads unit 2 of the second hidden layer, so its six incoming weights lie on no path.
    const { data } = network.layers[2].weight.raw;
    data[2] = 0;
    pruneNetwork(backend, network, { rule: "path-magnitude", sparsity: 7 / 66 });
    expect(zerosOf(network)).toBe(7);
    expect([...network.layers[1].weight.effective.data.subarray(12, 18)]).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe("Residual pruning", () => {
  const spec = { architecture: "resnet", inputs: 5, width: 8, depth: 4, outputs: 2 } as const;

  test.each([
    ["l1-shared", "l1-row"],
    ["l2-row", "l2-row"],
    ["plain", "plain"],
  ] as const)(
    "removes the blocks of %s weights that are nearest to the identity, whole",
    (hidden, output) => {
      const network = randomNetwork({ ...spec, hidden, output }, 10);
      const scales = [0.3, 0.01, 2, 0.02];
      scales.forEach((scale, block) => {
        const { lengths, raw } = network.layers[1 + block].weight;
        const scaled = (lengths ?? raw).data;
        for (let k = 0; k < scaled.length; k++) scaled[k] *= scale;
        network.layers[1 + block].weight.normalize();
      });
      const before = network.layers.map(({ weight }) => weight.effective.data.slice());
      pruneNetwork(backend, network, { rule: "residual", sparsity: 0.7 });
      network.layers.forEach(({ weight: { effective } }, l) => {
        if (l === 2 || l === 4) expect(zerosIn(effective.data)).toBe(effective.length);
        else expect(effective.data).toEqual(before[l]);
      });
      // Embedding, two blocks, output.
      expect(removeDeadUnits(fold(network)).network.layers).toHaveLength(4);
    },
  );

  test("measures a block by the row with the largest Σ_j max(|W⁺_ij|, |W⁻_ij|), whatever its signs", () => {
    // Of two coordinates; each block's rows are W⁺ and W⁻ of the first, then of the second.
    const blocks = [
      [0, 0, 0, 0, 0, 0, -2, -2],
      [1, -1, 1, 1, 0, 1, 1, 0],
      [-3, 0, 0, 0, 0, 0, 0, 0],
      [0.5, 0.5, -1.5, 0.5, 1, 0.5, -0.5, 1],
    ];
    const network = randomNetwork({ ...spec, ...plain, width: 2 }, 16);
    blocks.forEach((values, b) => {
      network.layers[1 + b].weight.raw.data.set(values);
      network.layers[1 + b].weight.normalize();
    });
    pruneNetwork(backend, network, { rule: "residual", sparsity: 0.5 });
    const isGone = blocks.map((_, b) => zerosIn(network.layers[1 + b].weight.effective.data) === 8);
    // The sizes are 4, 2, 3 and 2.
    expect(isGone).toEqual([false, true, false, true]);
  });

  test("removes them when the stage begins, not before, and none that training has brought nearer since", () => {
    const trainer = startRun(backend, {
      kind: "resnet",
      network: { width: 6, depth: 4 },
      training: { epochs: 10, pruning: { rule: "residual", sparsity: 0.5, stage: 0.5 } },
    });
    const gone = () =>
      trainer.network.layers.map(({ weight }) => zerosIn(weight.effective.data) === weight.raw.length);
    runTo(trainer, 5);
    expect(gone()).not.toContain(true);
    runTo(trainer, 6);
    const first = gone();
    expect(first.filter(Boolean)).toHaveLength(2);
    runTo(trainer, 10).finish();
    expect(gone()).toEqual(first);
  });

  test("never removes more than was asked for, and counts whole blocks without rounding", () => {
    for (const [sparsity, blocks] of [
      [0.24, 0],
      [0.25, 1],
      [0.99, 3],
    ]) {
      const network = randomNetwork({ ...spec, hidden: "l1-shared", output: "l1-row" }, 11);
      pruneNetwork(backend, network, { rule: "residual", sparsity });
      expect(
        network.layers.filter(({ weight }) => zerosIn(weight.effective.data) === weight.raw.length),
      ).toHaveLength(blocks);
    }
  });
});

test("A rule restored from its state has come as far, and ends with the same zeros", () => {
  const rules: PruningRule[] = [
    { rule: "threshold" },
    { rule: "magnitude", sparsity: 0.5 },
    { rule: "gradual-magnitude", sparsity: 0.5 },
    { rule: "path-magnitude", sparsity: 0.5 },
    { rule: "l1-projection", sparsity: 0.5 },
  ];
  const spec = { architecture: "mlp", inputs: 5, width: 8, depth: 2, outputs: 2 } as const;
  for (const rule of rules) {
    const ended = [false, true].map((restored) => {
      const network = randomNetwork({ ...spec, hidden: "l1-row", output: "l1-row" }, 18);
      const raw = network.layers[1].weight.raw.data;
      raw.set(raw.map((value, k) => (k % 3 === 1 ? 1e-20 : value)));
      network.layers[1].weight.normalize();
      const create = () => createPruning(backend, network, rule, 0.5, 8, 1);
      const begun = create();
      for (let epoch = 0; epoch < 7; epoch++) begun.begin(epoch, epoch);
      const { alpha } = begun;
      expect(alpha).toBeGreaterThan(0);
      const ending = restored ? create() : begun;
      ending.restore(begun.state());
      expect([ending.alpha, ending.state()]).toEqual([alpha, begun.state()]);
      ending.settle();
      return network.layers.map(({ weight }) => [...weight.effective.data]);
    });
    expect(ended[1]).toEqual(ended[0]);
    expect(zerosIn(ended[0].flat())).toBeGreaterThan(0);
  }
});

describe("The threshold", () => {
  test("zeroes what is below 1e-13 and nothing else", () => {
    const spec = { architecture: "mlp", inputs: 4, width: 1, depth: 0, outputs: 2, ...plain } as const;
    const network = randomNetwork(spec, 12);
    const { raw, effective } = network.layers[0].weight;
    raw.data.set([1e-14, -9.9e-14, 1.1e-13, -1, 0, 2, -2e-13, 1e-30]);
    const before = effective.data.slice();
    pruneNetwork(backend, network, { rule: "threshold" });
    expect([...effective.data]).toEqual([...before].map((w, k) => ([0, 1, 4, 7].includes(k) ? 0 : w)));
  });

  test("leaves a normalized row its largest entry, however small", () => {
    const spec = { architecture: "mlp", inputs: 4, width: 3, depth: 0, outputs: 2 } as const;
    const network = randomNetwork({ ...spec, hidden: "l1-row", output: "l1-row" }, 17);
    const { raw, lengths, effective } = network.layers[0].weight;
    raw.data.set([1, -3, 2, 1]);
    lengths!.data[0] = 1e-20;
    network.layers[0].weight.normalize();
    pruneNetwork(backend, network, { rule: "threshold" });
    expect([...effective.data.subarray(0, 4)]).toEqual([0, Math.fround(-1e-20), 0, 0]);
  });

  test("finds the zeros that decay of p = 0.5 made, and they change no output", () => {
    const run = (pruning: boolean) => {
      const trainer = startRun(backend, {
        kind: "mlp",
        network: { width: 24, depth: 2 },
        train: makeData(64, 1),
        training: {
          penalty: "none",
          epochs: 60,
          optimizer: pAdam({ p: 0.5, lambda: 0.03 }),
          schedule: { kind: "constant", rate: 1e-2, warmup: 0 },
          pruning: pruning ? { rule: "threshold", stage: 0.5 } : null,
        },
      });
      while (!trainer.ending) trainer.runEpoch();
      trainer.finish();
      return trainer.network.layers.flatMap(({ weight }) => [...weight.effective.data]);
    };
    const decayed = run(false);
    const pruned = run(true);
    const tiny = decayed.filter((w) => Math.abs(w) < 1e-13).length;
    expect(tiny).toBeGreaterThan(0.2 * decayed.length);
    expect(tiny).toBeLessThan(0.95 * decayed.length);
    expect(pruned).toEqual(decayed.map((w) => (Math.abs(w) < 1e-13 ? 0 : w)));
  });
});

describe("A rule that makes no sense is refused in a sentence", () => {
  const mlp = { architecture: "mlp", hidden: "l1-shared", output: "l1-row" } as const;
  const resnet = { ...mlp, architecture: "resnet" } as const;
  test.each<[string, PruningRule, Pick<NetworkSpec, "architecture" | "hidden" | "output">, RegExp]>([
    [
      "the projection of L2 rows",
      { rule: "l1-projection", sparsity: 0.5 },
      { ...mlp, hidden: "l2-row" },
      /"l2-row"/,
    ],
    [
      "the projection of a plain output",
      { rule: "l1-projection", sparsity: 0.5 },
      { ...mlp, output: "plain" },
      /"plain"/,
    ],
    [
      "masks on standardized rows",
      { rule: "magnitude", sparsity: 0.5 },
      { ...mlp, hidden: "standardized" },
      /"standardized"/,
    ],
    [
      "masks on orthogonal rows",
      { rule: "threshold" },
      { ...mlp, hidden: "newton-orthogonal" },
      /"newton-orthogonal"/,
    ],
    ["blocks of an MLP", { rule: "residual", sparsity: 0.5 }, mlp, /MLP/],
    [
      "blocks without a length",
      { rule: "residual", sparsity: 0.5 },
      { ...resnet, hidden: "row-equilibrated" },
      /"row-equilibrated"/,
    ],
    ["blocks of each layer", { rule: "residual", sparsity: 0.5, scope: "layer" }, resnet, /"layer"/],
    ["a sparsity of 1", { sparsity: 1 }, mlp, /below 1, but 1/],
    ["a sparsity that is no number", { sparsity: Number.NaN }, mlp, /NaN/],
    ["an unknown scope", { sparsity: 0.5, scope: "block" as "layer" }, mlp, /global, layer, but "block"/],
    [
      "an unknown rule",
      { rule: "random" as "magnitude", sparsity: 0.5 },
      mlp,
      /l1-projection, magnitude, .*"random"/,
    ],
  ])("%s", (_, rule, network, says) => {
    expect(() => completeRule(rule, network)).toThrow(InputError);
    expect(() => completeRule(rule, network)).toThrow(says);
    expect(() => completeRule(rule, network)).toThrow(/\.$/);
    const spec = { ...network, inputs: 4, width: 4, depth: 2, outputs: 2 };
    expect(() => pruneNetwork(backend, createNetwork(backend, spec, 1, createRandom(1)), rule)).toThrow(says);
  });

  test("but one that is not named is the projection where weights have L1 norms, and else magnitude", () => {
    expect(completeRule({ sparsity: 0.5 }, resnet)).toEqual({
      rule: "l1-projection",
      sparsity: 0.5,
      scope: "global",
    });
    expect(completeRule({ sparsity: 0.5 }, { ...mlp, output: "plain" })).toMatchObject({ rule: "magnitude" });
    expect(completeRule({ sparsity: 0.5 }, { ...mlp, hidden: "l2-row" })).toMatchObject({
      rule: "magnitude",
    });
  });
});

test("A network that is pruned twice keeps the first zeros, and a removed block stays removed", () => {
  const spec = { architecture: "resnet", inputs: 5, width: 8, depth: 3, outputs: 2 } as const;
  for (const rule of ["l1-projection", "magnitude", "path-magnitude"] as const) {
    const network = randomNetwork({ ...spec, hidden: "l1-shared", output: "l1-row" }, 13);
    pruneNetwork(backend, network, { rule: "residual", sparsity: 0.4 });
    const first = network.layers.map(({ weight }) => weight.effective.data.slice());
    expect(zerosOf(network)).toBe(128);
    pruneNetwork(backend, network, { rule, sparsity: 0.6 });
    network.layers.forEach(({ weight }, l) => {
      first[l].forEach((w, k) => {
        if (w === 0) expect(Math.abs(weight.effective.data[k])).toBe(0);
      });
    });
    expect(zerosOf(network)).toBeGreaterThan(0.59 * entriesOf(network));
  }
});

describe("The zeros of a network that is trained on", () => {
  const spec = { architecture: "mlp", inputs: 4, width: 3, depth: 1, outputs: 1 } as const;
  const masksOf = (kind: "plain" | "l1-row") => {
    const network = randomNetwork({ ...spec, hidden: kind, output: kind }, 14);
    const [{ weight }] = network.layers;
    weight.raw.data.set([0, 1, 2, 0], 4);
    if (weight.lengths) weight.lengths.data[2] = 0;
    else weight.raw.data.fill(0, 8);
    weight.normalize();
    const before = weight.effective.data.slice();
    maskZeros(backend, network);
    expect(weight.effective.data).toEqual(before);
    return [...weight.mask!.data];
  };

  test("are masked, each of them", () => {
    expect(masksOf("plain")).toEqual([1, 1, 1, 1, 0, 1, 1, 0, 0, 0, 0, 0]);
  });

  test("are masked but for rows that a length of 0 makes 0, whose direction must stay one", () => {
    expect(masksOf("l1-row")).toEqual([1, 1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 1]);
  });
});
