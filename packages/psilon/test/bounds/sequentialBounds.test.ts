import { beforeAll, describe, expect, test } from "vitest";
import type { NoGuarantee } from "../../src/bounds/certificate.ts";
import { convolutionNorms } from "../../src/bounds/convolutionNorms.ts";
import { layerNorms } from "../../src/bounds/layerNorms.ts";
import { sequentialBounds } from "../../src/bounds/sequentialBounds.ts";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import type { Activation } from "../../src/engine/layers/activation.ts";
import { kindOf, type LayerSpec } from "../../src/engine/layers/kinds.ts";
import type { Shape } from "../../src/engine/layers/shape.ts";
import { sizeOf } from "../../src/engine/layers/shape.ts";
import {
  createSequential,
  type SequentialLayer,
  type SequentialNetwork,
  type SequentialSpec,
  shapesOf,
} from "../../src/engine/networks/sequential.ts";
import { normal } from "../../src/engine/random/normal.ts";
import { createRandom, type Random } from "../../src/engine/random/random.ts";
import { singularValues } from "../../src/engine/weights/singularValues.ts";
import { foldSequential } from "../../src/folded/sequential.ts";
import { kindMembers } from "../engine/layers/kinds/index.ts";
import { SEED } from "../engine/layers/kinds/member.ts";
import { rowSum, transposed } from "../support/convolutionMatrix.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
});

const norms = ["inf", "1", "2"] as const;
type Norm = (typeof norms)[number];

const lengthOf: Record<Norm, (x: Float64Array) => number> = {
  inf: (x) => x.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
  "1": (x) => x.reduce((sum, value) => sum + Math.abs(value), 0),
  "2": (x) => Math.sqrt(x.reduce((sum, value) => sum + value ** 2, 0)),
};

const convolution = (channels: number, size: number, rest: object = {}): LayerSpec => ({
  layer: "convolution",
  weight: "plain",
  channels,
  size,
  ...rest,
});
const dense = (outputs: number, rest: object = {}): LayerSpec => ({
  layer: "dense",
  weight: "plain",
  outputs,
  ...rest,
});

/** A network with all that it keeps drawn, its bounds, and what it computes once training is over. */
function created(spec: SequentialSpec, random: Random, change = (_: SequentialNetwork) => {}) {
  const network = createSequential(backend, spec, 1, random);
  for (const { raw, normalize } of network.parameters) {
    raw.data.set(raw.data.map((value) => value + 0.3 * normal(random)));
    normalize();
  }
  // Running means and variances.
  for (const { data } of network.state) data.set(data.map((value) => value + 0.5 * random.next()));
  change(network);
  const bounds = sequentialBounds(foldSequential(network));
  const evaluate = (x: Float64Array) => {
    network.input.data.set(x);
    network.evaluate(1);
    return Float64Array.from(network.output.data);
  };
  return { network, bounds, evaluate };
}

const atMost = (bounds: ReturnType<typeof sequentialBounds>, norm: Norm): number => {
  const bound = bounds.find(({ inputNorm, outputNorm }) => inputNorm === norm && outputNorm === norm)!;
  if (bound.claim === "none") throw new Error(bound.because);
  return bound.atMost;
};

/** The matrix of a network that is linear but for its biases, by what it makes of each unit vector. */
function matrixOf(evaluate: (x: Float64Array) => Float64Array, inputs: number): number[][] {
  const zero = evaluate(new Float64Array(inputs));
  const columns = Array.from({ length: inputs }, (_, j) => {
    const y = evaluate(Float64Array.from({ length: inputs }, (__, i) => Number(i === j)));
    return Array.from(y, (value, i) => value - zero[i]);
  });
  return transposed(columns);
}

const exactNorm: Record<Norm, (matrix: number[][]) => number> = {
  inf: rowSum,
  "1": (matrix) => rowSum(transposed(matrix)),
  "2": (matrix) => singularValues(matrix.flat(), matrix.length)[0],
};

/** What float32 leaves open. */
const ROUNDING = 1 + 2e-5;

describe("The bound of a single linear layer is its matrix's norm", () => {
  const layers: [string, Shape, LayerSpec, number][] = [
    ["dense", [5], dense(4), 1.001],
    ["dense, of places", [3, 2, 4], dense(3), 1.001],
    ["convolution", [5, 4, 2], convolution(3, 3, { padding: 1 }), 1.5],
    ["convolution of windows side by side", [4, 4, 2], convolution(3, 2, { stride: 2 }), 1.001],
    ["patches", [4, 6, 2], { layer: "patches", weight: "plain", size: 2, features: 5 }, 1.001],
    ["average pooling", [6, 5, 2], { layer: "average-pool", size: 2 }, 1.001],
    [
      "average pooling of windows that overlap",
      [5, 6, 2],
      { layer: "average-pool", size: 3, stride: 2, padding: 1 },
      1.3,
    ],
    ["the mean of all places", [3, 4, 2], { layer: "global-average-pool" }, 1.001],
    ["batch normalization", [3, 4], { layer: "batch-norm" }, 1.001],
  ];
  test.each(layers)("%s", (_, input, layer, slack) => {
    // A network has a layer with weights: a matrix of 1 as the last, which changes nothing.
    const [columns] = shapesOf({ input, layers: [layer] }).slice(-1);
    const last = dense(columns, { bias: false });
    const { bounds, evaluate } = created(
      { input, layers: [layer, last] },
      createRandom(41),
      ({ parameters }) => {
        const { raw } = parameters[parameters.length - 1];
        raw.data.set(raw.data.map((_, k) => Number(k % (columns + 1) === 0)));
      },
    );
    const matrix = matrixOf(evaluate, sizeOf(input));
    for (const norm of norms) {
      const exact = exactNorm[norm](matrix);
      expect(atMost(bounds, norm)).toBeGreaterThanOrEqual(exact / ROUNDING);
      expect(atMost(bounds, norm)).toBeLessThanOrEqual(exact * ROUNDING * (norm === "2" ? slack : 1));
    }
  });
});

describe.each(Object.entries(kindMembers))("The bound of a layer of kind %s", (kind, members) => {
  const refused = ["attention", "layer-norm"];

  test.each(members.map((member) => [member.name, member] as const))(
    refused.includes(kind) ? "is none, and says why: %s" : "is above all that is sampled: %s",
    (_, { spec, shape, plain, evaluated = plain }) => {
      const random = createRandom(47);
      const { parameters, state = [] } = kindOf(spec).keeps?.(spec, shape) ?? { parameters: [] };
      const network = { input: shape, layers: [spec, dense(1)] };
      // What is kept and not trained as it is at first, but moments of a batch, which are then 0 and 1.
      const drawn = {
        ...foldSequential(createSequential(backend, network, 1, createRandom(SEED))).values["1"],
      };
      for (const { name, rows, columns } of kind === "batch-norm" ? [...parameters, ...state] : parameters)
        drawn[name] = Float32Array.from({ length: rows * columns }, () => normal(random));
      if (drawn.variance) drawn.variance = drawn.variance.map((value) => value ** 2);
      const bounds = sequentialBounds({ spec: { input: shape, layers: [spec] }, values: { "1": drawn } });
      if (refused.includes(kind)) {
        for (const bound of bounds) {
          expect(bound).toMatchObject({ claim: "none", scope: "global", quantity: "slope" });
          expect(bound).not.toHaveProperty("atMost");
          expect((bound as NoGuarantee).because).toMatch(`Layer 1 (${kind}) has no global bound: it `);
        }
        return;
      }
      const [weights, states] = [parameters, state].map((all) =>
        all.map(({ name }) => Float64Array.from(drawn[name] ?? [])),
      );
      const f = (x: Float64Array) => evaluated(x, 1, weights, states);
      for (let pair = 0; pair < 60; pair++) {
        const x = Float64Array.from({ length: sizeOf(shape) }, () => normal(random));
        const one = Math.floor(random.next() * x.length);
        const direction = [
          () => normal(random),
          () => Math.sign(normal(random)),
          (j: number) => Number(j === one),
        ][pair % 3];
        const y = x.map((value, j) => value + [1e-3, 0.1, 3][(pair % 4) % 3] * direction(j));
        const before = f(x);
        const change = f(y).map((value, k) => value - before[k]);
        const step = y.map((value, j) => value - x[j]);
        for (const norm of norms) {
          // The formula does not round what a layer makes of its weights to float32, as an orthogonal convolution does.
          expect(lengthOf[norm](change)).toBeLessThanOrEqual(
            atMost(bounds, norm) * lengthOf[norm](step) * (1 + 1e-6) + 1e-12,
          );
        }
      }
    },
  );
});

test("A kind of layer that nothing is known of has no bound", () => {
  const layer = { layer: "unheard-of" } as unknown as LayerSpec;
  const none = "no bound is known of layers of this kind";
  expect(layerNorms({ layer, values: {}, input: [2], output: [2] })).toEqual({
    inf: none,
    "1": none,
    "2": none,
  });
});

describe("The bound of max pooling", () => {
  test("is what one pixel above all others shows: as many windows as see it", () => {
    const shape = [5, 5, 2];
    const spec: SequentialSpec = {
      input: shape,
      layers: [{ layer: "max-pool", size: 3, stride: 1, padding: 1 }],
    };
    const bounds = sequentialBounds({ spec, values: {} });
    expect(norms.map((norm) => Math.round(1e9 * atMost(bounds, norm)) / 1e9)).toEqual([1, 9, 3]);
    const corners = { ...spec, layers: [{ layer: "max-pool", size: 2, stride: 2 }] } as const;
    expect(
      norms.map(
        (norm) => Math.round(1e9 * atMost(sequentialBounds({ spec: corners, values: {} }), norm)) / 1e9,
      ),
    ).toEqual([1, 1, 1]);
  });
});

describe("The bounds of whole networks", () => {
  const networks: [string, Shape, SequentialLayer[]][] = [
    [
      "of convolutions",
      [6, 5, 2],
      [
        convolution(3, 3, { padding: 1, activation: "relu" }),
        convolution(4, 2, { stride: 2, activation: "gelu" }),
        { layer: "flatten" },
        dense(3),
      ],
    ],
    [
      "with residual sums, one within another",
      [4, 4, 2],
      [
        {
          layer: "residual",
          layers: [
            convolution(2, 3, { padding: 1, activation: "silu" }),
            { layer: "residual", layers: [convolution(2, 3, { padding: 1 })] },
          ],
        },
        {
          layer: "residual",
          shortcut: [convolution(3, 1, { stride: 2 })],
          layers: [convolution(3, 3, { stride: 2, padding: 1, activation: "relu" })],
        },
        { layer: "flatten" },
        dense(2, { activation: { of: "gaussian", width: 0.7 } }),
      ],
    ],
    [
      "with pooling and batch normalization",
      [7, 6, 2],
      [
        convolution(4, 3, { padding: 1, bias: false }),
        { layer: "batch-norm", activation: "relu" },
        { layer: "max-pool", size: 3, stride: 2, padding: 1 },
        convolution(3, 3, { padding: 1, activation: "silu" }),
        { layer: "average-pool", size: 2, stride: 1 },
        { layer: "dropout", rate: 0.3 },
        { layer: "global-average-pool" },
        dense(2),
      ],
    ],
    [
      "of patches and positions",
      [4, 4, 2],
      [
        { layer: "patches", weight: "plain", size: 2, features: 5 },
        { layer: "learned-positions" },
        { layer: "batch-norm" },
        dense(4, { activation: "gelu" }),
        { layer: "flatten" },
        dense(2),
      ],
    ],
    [
      "of waves",
      [2],
      [{ layer: "fourier-positions", frequencies: 3 }, dense(6, { activation: "relu" }), dense(1)],
    ],
    [
      "of coordinates",
      [2],
      [dense(8, { activation: { of: "sine", frequency: 4 } }), dense(8, { activation: "relu" }), dense(1)],
    ],
  ];

  test.each(networks)("%s are above all that is sampled", (_, input, layers) => {
    const random = createRandom(42);
    for (let trial = 0; trial < 5; trial++) {
      const { bounds, evaluate } = created({ input, layers }, random);
      for (let pair = 0; pair < 60; pair++) {
        const size = [2, 0.25][pair % 2];
        const x = Float64Array.from({ length: sizeOf(input) }, () => Math.fround(normal(random)));
        const y = x.map((value) =>
          Math.fround(value + size * Math.sign(normal(random)) * Number(random.next() < 0.5)),
        );
        const before = evaluate(x);
        const after = evaluate(y).map((value, k) => value - before[k]);
        for (const norm of norms) {
          const change = lengthOf[norm](after);
          const step = lengthOf[norm](y.map((value, k) => value - x[k]));
          expect(change).toBeLessThanOrEqual(atMost(bounds, norm) * step * ROUNDING + 1e-5);
        }
      }
    }
  });

  test("of linear layers are above the norms of the matrix that these come to", () => {
    const random = createRandom(43);
    const spec: SequentialSpec = {
      input: [4, 5, 2],
      layers: [
        convolution(3, 3, { padding: 1, stride: 2 }),
        { layer: "residual", layers: [convolution(3, 3, { padding: 2 }), convolution(3, 3)] },
        { layer: "flatten" },
        dense(4),
      ],
    };
    const { bounds, evaluate } = created(spec, random);
    const matrix = matrixOf(evaluate, 40);
    for (const norm of norms) {
      const exact = exactNorm[norm](matrix);
      expect(exact).toBeLessThanOrEqual(atMost(bounds, norm) * ROUNDING);
    }
  });

  test("are products of the layers' norms, in which the two ways of a residual sum add up", () => {
    const spec: SequentialSpec = {
      input: [3, 3, 2],
      layers: [
        convolution(2, 3, { padding: 1 }),
        {
          layer: "residual",
          layers: [convolution(2, 3, { padding: 1, activation: { of: "sine", frequency: 3 } })],
        },
      ],
    };
    const network = createSequential(backend, spec, 1, createRandom(44));
    const folded = foldSequential(network);
    const image = { height: 3, width: 3, down: 3, across: 3, size: 3, stride: 1, padding: 1 };
    const [first, second] = ["1", "2.1"].map((place) =>
      convolutionNorms({ ...image, read: 2, written: 2, groups: 1, kernels: folded.values[place].weight }),
    );
    for (const norm of norms) {
      const expected = first[norm] * (1 + 3 * second[norm]);
      const found = atMost(sequentialBounds(folded), norm);
      expect(found).toBeGreaterThan(expected);
      expect(found).toBeLessThan(expected * (1 + 1e-14));
    }
  });

  test("are none where a layer has none, whichever way leads through it, with the first as the reason", () => {
    const spec: SequentialSpec = {
      input: [3, 4],
      layers: [
        dense(4),
        {
          layer: "residual",
          layers: [{ layer: "layer-norm" }, { layer: "attention", heads: 2, weight: "plain" }],
        },
        dense(4),
      ],
    };
    const bounds = sequentialBounds(foldSequential(createSequential(backend, spec, 1, createRandom(44))));
    expect(bounds.map((bound) => bound.claim === "none" && bound.because)).toEqual(
      Array(3).fill(
        "Layer 2.1 (layer-norm) has no global bound: it divides by the deviation of what it reads, so that near features that are all equal its slope is limited by ε alone",
      ),
    );
  });

  test("are 0 where a layer is, and say that they are upper bounds, of what and in which arithmetic", () => {
    const spec: SequentialSpec = {
      input: [2, 2, 1],
      layers: [convolution(2, 2), { layer: "flatten" }, dense(1)],
    };
    const network = createSequential(backend, spec, 1, createRandom(45));
    network.parameters[0].raw.data.fill(0);
    expect(sequentialBounds(foldSequential(network))).toEqual(
      norms.map((norm) => ({
        claim: "upper bound",
        scope: "global",
        quantity: "slope",
        output: { plus: 0, minus: null },
        inputNorm: norm,
        outputNorm: norm,
        arithmetic: "real",
        method: norm === "2" ? "spectral-product" : "norm-product",
        atMost: 0,
        sensitivities: null,
      })),
    );
  });
});

describe("An activation stretches by at most its largest slope, which it has", () => {
  const z = 1e-6;
  const gaussian = (s: number) => (x: number) => Math.exp(-((x / s) ** 2) / 2);
  const phi = (x: number) => Math.exp(-(x ** 2) / 2) / Math.sqrt(2 * Math.PI);
  const members: [Activation, (x: number) => number, number][] = [
    ["relu", (x) => Math.max(x, 0), 1],
    // Its derivative from an integral of φ by the trapezoid rule.
    [
      "gelu",
      (x) => {
        const steps = 4000;
        let sum = (phi(0) + phi(x)) / 2;
        for (let k = 1; k < steps; k++) sum += phi((k * x) / steps);
        return x * (0.5 + (sum * x) / steps);
      },
      Math.SQRT2,
    ],
    ["silu", (x) => x / (1 + Math.exp(-x)), 2.3993572805],
    [{ of: "sine", frequency: 5 }, (x) => Math.sin(5 * x), 0],
    [{ of: "gaussian", width: 0.3 }, gaussian(0.3), 0.3],
  ];
  test.each(members)("%o", (activation, f, place) => {
    const spec: SequentialSpec = { input: [1], layers: [dense(1), { layer: "activation", activation }] };
    const network = createSequential(backend, spec, 1, createRandom(46));
    network.parameters[0].raw.data.fill(1);
    const bound = atMost(sequentialBounds(foldSequential(network)), "inf");
    const slope = (x: number) => Math.abs(f(x + z) - f(x - z)) / (2 * z);
    for (let k = -200; k <= 200; k++) expect(slope(k / 25)).toBeLessThanOrEqual(bound + 1e-8);
    const most = activation === "relu" ? slope(1) : slope(place);
    expect(Math.abs(bound - most)).toBeLessThan(1e-8 * bound + 1e-6);
  });
});
