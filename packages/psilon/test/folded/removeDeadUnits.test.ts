import { describe, expect, test } from "vitest";
import { pathBounds } from "../../src/bounds/globalBounds.ts";
import { createRandom, type Random } from "../../src/engine/random/random.ts";
import type { FoldedDense, FoldedNetwork, FoldedPair } from "../../src/folded/folded.ts";
import { removeDeadUnits } from "../../src/folded/removeDeadUnits.ts";
import { between, type Draw, eighths, mlp, normals, resnet, sparse } from "../support/foldedNetworks.ts";
import { forward } from "../support/forward.ts";

const zero = () => 0;
const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const densities = [0, 0.03, 0.1, 0.2, 0.3, 0.4, 0.6, 1];

function randomNetwork(random: Random, architecture: string, weight: Draw, bias: Draw): FoldedNetwork {
  const [inputs, outputs, depth] = [between(random, 1, 7), between(random, 1, 3), between(random, 0, 4)];
  if (architecture === "resnet") {
    return resnet({ inputs, width: between(random, 1, 8), depth, outputs }, weight, bias);
  }
  const hidden = range(depth).map(() => between(random, 1, 8));
  return mlp([inputs, ...hidden, outputs], weight, bias);
}

/** Calls `check` with 25 random networks of every architecture and density. */
function forManyNetworks(
  seed: number,
  draw: (random: Random) => Draw,
  biasDraw: (random: Random) => Draw,
  check: (network: FoldedNetwork, random: Random) => void,
): void {
  const random = createRandom(seed);
  for (const architecture of ["mlp", "resnet"]) {
    for (const density of densities) {
      const weight = sparse(random, density, draw(random));
      for (let trial = 0; trial < 25; trial++) {
        check(randomNetwork(random, architecture, weight, biasDraw(random)), random);
      }
    }
  }
}

/** The outputs of both networks at ten random points, the smaller one fed the columns it keeps. */
function outputs(network: FoldedNetwork, draw: Draw): [number[], number[]] {
  const { network: smaller, inputs } = removeDeadUnits(network);
  const before: number[] = [];
  const after: number[] = [];
  for (let trial = 0; trial < 10; trial++) {
    const x = range(network.layers[0].columns).map(draw);
    before.push(...forward(network, x));
    after.push(
      ...forward(
        smaller,
        Array.from(inputs, (j) => x[j]),
      ),
    );
  }
  return [before, after];
}

function expectRelative(after: number[], before: number[], tolerance: number): void {
  const scale = Math.max(...before.map(Math.abs));
  before.forEach((value, k) => {
    expect(Math.abs(after[k] - value)).toBeLessThanOrEqual(tolerance * scale);
  });
}

const matrices = (network: FoldedNetwork) =>
  network.layers.flatMap((layer) =>
    layer.kind === "dense" ? [layer.weight] : [layer.positive, layer.negative],
  );

const outputBias = ({ layers }: FoldedNetwork) => layers[layers.length - 1].bias;

const block = (weight: Partial<FoldedPair>, width: number): FoldedPair => ({
  kind: "pair",
  residual: true,
  rows: width,
  columns: width,
  positive: new Float32Array(width * width),
  negative: new Float32Array(width * width),
  bias: new Float32Array(width),
  ...weight,
});

const layer = (rows: number, columns: number, weight: number[], bias: number[]): FoldedDense => ({
  kind: "dense",
  rows,
  columns,
  weight: Float32Array.from(weight),
  bias: Float32Array.from(bias),
});

describe("removeDeadUnits keeps the outputs", () => {
  test("to the last bit where float32 holds the folded biases, with constants in every place", () => {
    let folded = 0;
    forManyNetworks(1, eighths, eighths, (network, random) => {
      const [before, after] = outputs(network, eighths(random));
      before.forEach((value, k) => {
        expect(after[k] - value).toBe(0);
      });
      const reduced = outputBias(removeDeadUnits(network).network);
      if (outputBias(network).some((b, k) => b !== reduced[k])) folded++;
    });
    expect(folded).toBeGreaterThan(50);
  });

  test("to 1e-12 where no constant is folded", () => {
    forManyNetworks(
      2,
      normals,
      () => zero,
      (network, random) => {
        const [before, after] = outputs(network, normals(random, 2));
        expectRelative(after, before, 1e-12);
      },
    );
    const negative = (random: Random) => () => -random.next();
    forManyNetworks(3, normals, negative, (network, random) => {
      if (network.architecture === "resnet") return;
      const [before, after] = outputs(network, normals(random, 2));
      expectRelative(after, before, 1e-12);
    });
  });

  test("to float32's rounding where constants are folded into biases", () => {
    forManyNetworks(4, normals, normals, (network, random) => {
      const [before, after] = outputs(network, normals(random, 2));
      expectRelative(after, before, 1e-5);
    });
  });
});

describe("removeDeadUnits", () => {
  test("leaves every bound as it was but for the margin for rounding, and none larger", () => {
    let removed = 0;
    forManyNetworks(5, normals, normals, (network) => {
      const { network: smaller } = removeDeadUnits(network);
      const before = new Map(pathBounds([{ network }]).map(({ method, atMost }) => [method, atMost]));
      for (const { method, atMost } of pathBounds([{ network: smaller }])) {
        expect(atMost).toBeLessThanOrEqual(before.get(method)!);
        if (method !== "folded") expect(atMost).toBeGreaterThanOrEqual(before.get(method)! * (1 - 1e-12));
      }
      if (matrices(smaller).length < matrices(network).length) removed++;
    });
    expect(removed).toBeGreaterThan(20);
  });

  test("finds nothing left to do the second time", () => {
    forManyNetworks(6, normals, normals, (network) => {
      const once = removeDeadUnits(network);
      const twice = removeDeadUnits(once.network, once.inputs);
      expect(twice.network).toEqual(once.network);
      expect(twice.inputs).toEqual(once.inputs);
      expect(twice.report.parameters.before).toBe(once.report.parameters.after);
    });
  });

  test("leaves a dense network alone", () => {
    const random = createRandom(7);
    const draw = normals(random);
    for (const network of [
      mlp([3, 5, 4, 2], draw, draw),
      resnet({ inputs: 3, width: 4, depth: 2, outputs: 2 }, draw, draw),
    ]) {
      const reduction = removeDeadUnits(network);
      expect(reduction.network).toEqual(network);
      expect(reduction.inputs).toEqual(Int32Array.of(0, 1, 2));
    }
  });

  test("removes every unit of an MLP that reads nothing or is not read, and says how many", () => {
    // Input 1 is read by unit 2 of the first layer alone, which nobody reads; unit 1 is the constant 2.
    const network: FoldedNetwork = {
      architecture: "mlp",
      layers: [
        layer(3, 2, [1, 0, 0, 0, 0, 1], [0.5, 2, 0]),
        layer(3, 3, [1, 0, 0, 0, 0.25, 0, 0, -1, 0], [0, 1, 0.5]),
        layer(1, 3, [1, 2, 4], [0.125]),
      ],
    };
    const { network: smaller, inputs, report } = removeDeadUnits(network);
    // Constants: unit 1 is σ(2), the second layer's are σ(1 + ¼·2) = 1.5 and σ(½ − 2) = 0; 0.125 + 2·1.5 = 3.125.
    expect(smaller).toEqual({
      architecture: "mlp",
      layers: [layer(1, 1, [1], [0.5]), layer(1, 1, [1], [0]), layer(1, 1, [1], [3.125])],
    });
    expect(inputs).toEqual(Int32Array.of(0));
    expect(report).toEqual({
      inputs: { before: 2, after: 1 },
      units: { before: [3, 3], after: [1, 1] },
      parameters: { before: 9 + 12 + 4, after: 6 },
    });
  });

  test("removes stream coordinates that are constant or unread, at every depth, and blocks of zeros", () => {
    const at = (width: number, entries: Record<string, number>) => {
      const matrix = new Float32Array(width * width);
      for (const [key, value] of Object.entries(entries)) {
        const [i, j] = key.split(",").map(Number);
        matrix[i * width + j] = value;
      }
      return matrix;
    };
    // Coordinate 0 carries the input. 1 is the constant −2, then −1. 2 reads 0 but nobody reads it. 3 and 4 read one
    // another and no input: after the first block 3 is 1 + 3·1 = 4, and so is 4.
    const network: FoldedNetwork = {
      architecture: "resnet",
      layers: [
        layer(5, 1, [1, 0, 0, 0, 0], [0, -2, 0, 1, 1]),
        block({ positive: at(5, { "3,4": 3, "4,3": 3, "2,0": 1 }), bias: Float32Array.of(0, 1, 0, 0, 0) }, 5),
        block({ bias: Float32Array.of(0.5, 0, 0, 0, 0) }, 5),
        block({ positive: at(5, { "0,3": 0.5 }), negative: at(5, { "0,1": 3, "0,3": 7 }) }, 5),
        block({ negative: at(5, { "0,0": -0.5 }) }, 5),
        {
          kind: "pair",
          residual: false,
          rows: 1,
          columns: 5,
          positive: Float32Array.of(1, 0, 0, 0, 0.25),
          negative: Float32Array.of(2, 1, 0, 0, 0),
          bias: Float32Array.of(0),
        },
      ],
    };
    const { network: smaller, report } = removeDeadUnits(network);
    // To the stream: ½ + 0.5·4 + 3·(−1) = −0.5. To the output: 0.25·4 + 1·(−1) = 0.
    expect(smaller).toEqual({
      architecture: "resnet",
      layers: [
        layer(1, 1, [1], [-0.5]),
        block({ negative: Float32Array.of(-0.5) }, 1),
        {
          kind: "pair",
          residual: false,
          rows: 1,
          columns: 1,
          positive: Float32Array.of(1),
          negative: Float32Array.of(2),
          bias: Float32Array.of(0),
        },
      ],
    });
    expect(report).toEqual({
      inputs: { before: 1, after: 1 },
      units: { before: [5, 5, 5, 5, 5], after: [1, 1] },
      parameters: { before: 10 + 4 * 55 + 11, after: 2 + 3 + 3 },
    });
  });

  test("keeps a coordinate that is constant at first and moves later", () => {
    const network: FoldedNetwork = {
      architecture: "resnet",
      layers: [
        layer(2, 1, [1, 0], [0, 3]),
        block({ positive: Float32Array.of(0, 0.5, 1, 0) }, 2),
        {
          kind: "pair",
          residual: false,
          rows: 1,
          columns: 2,
          positive: Float32Array.of(1, 1),
          negative: Float32Array.of(1, 1),
          bias: Float32Array.of(0),
        },
      ],
    };
    const { network: smaller } = removeDeadUnits(network);
    expect(smaller.layers[0].rows).toBe(2);
    // What coordinate 0 reads of the constant 3 is now its bias.
    expect(smaller.layers[1]).toEqual(
      block({ positive: Float32Array.of(0, 0, 1, 0), bias: Float32Array.of(1.5, 0) }, 2),
    );
    for (const x of [-2, 0.5, 3]) expect(forward(smaller, [x])).toEqual(forward(network, [x]));
  });

  test("composes with an earlier reduction: inputs stay indices of the caller's columns", () => {
    const network = mlp([3, 1], () => 1, zero);
    (network.layers[0] as FoldedDense).weight[1] = 0;
    expect(removeDeadUnits(network, Int32Array.of(4, 7, 9)).inputs).toEqual(Int32Array.of(4, 9));
  });

  test("keeps the inputs that only the linear term of a monotone network reads, each with its slope", () => {
    const network = mlp([4, 2, 1], zero, zero);
    (network.layers[0] as FoldedDense).weight[0] = 1;
    (network.layers[1] as FoldedDense).weight[0] = 1;
    const monotone = { ...network, slopes: Float32Array.of(0, 0.5, 0, -2) };
    const { network: smaller, inputs } = removeDeadUnits(monotone);
    expect([...inputs]).toEqual([0, 1, 3]);
    expect([...smaller.slopes!]).toEqual([0, 0.5, -2]);
    expect(forward(smaller, [3, 7, 5])).toEqual(forward(monotone, [3, 7, 0, 5]));
  });

  test("makes of a constant network one unit per layer and one input, all of weight 0", () => {
    const random = createRandom(8);
    const draw = normals(random);
    for (let empty = 0; empty < 4; empty++) {
      const network = mlp([4, 5, 3, 6, 2], draw, draw);
      (network.layers[empty] as FoldedDense).weight.fill(0);
      const { network: smaller, inputs, report } = removeDeadUnits(network);
      expect(inputs).toEqual(Int32Array.of(0));
      expect(report.units.after).toEqual([1, 1, 1]);
      expect(matrices(smaller).every((matrix) => matrix.every((w) => w === 0))).toBe(true);
      const expected = forward(network, [1, -2, 3, 4]);
      forward(smaller, [5]).forEach((value, k) => {
        expect(value).toBeCloseTo(expected[k], 5);
      });
    }
  });

  test("makes of a constant ResNet an embedding and an output of weight 0", () => {
    const random = createRandom(9);
    const draw = normals(random);
    const network = resnet({ inputs: 3, width: 4, depth: 2, outputs: 2 }, draw, draw);
    (network.layers[0] as FoldedDense).weight.fill(0);
    const { network: smaller, inputs, report } = removeDeadUnits(network);
    expect(inputs).toEqual(Int32Array.of(0));
    expect(report.units).toEqual({ before: [4, 4, 4], after: [1] });
    const expected = forward(network, [1, -2, 3]);
    forward(smaller, [5]).forEach((value, k) => {
      expect(Math.abs(value - expected[k])).toBeLessThan(1e-5 * Math.abs(expected[k]));
    });
  });

  test("leaves its argument untouched", () => {
    const random = createRandom(10);
    const network = randomNetwork(random, "resnet", sparse(random, 0.2, normals(random)), normals(random));
    const copy = structuredClone(network);
    removeDeadUnits(network);
    expect(network).toEqual(copy);
  });
});
