import { beforeAll, describe, expect, test } from "vitest";
import { lipschitzCertificate } from "../../src/bounds/lipschitzCertificate.ts";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { createSequential, type SequentialSpec } from "../../src/engine/networks/sequential.ts";
import { normal } from "../../src/engine/random/normal.ts";
import { createRandom, type Random } from "../../src/engine/random/random.ts";
import { singularValues } from "../../src/engine/weights/singularValues.ts";
import { InputError } from "../../src/errors.ts";
import { foldSequential } from "../../src/folded/sequential.ts";
import { rowSum } from "../support/convolutionMatrix.ts";
import { differentiable } from "../support/differentiable.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
});

type Norm = "2" | "inf";

const sorted = { layer: "group-sort", size: 2 } as const;
const turned = (terms: number) =>
  ({ layer: "orthogonal-convolution", size: 3, terms, weight: "plain", gain: 1.5 }) as const;
const distances = (units: number, ratio: number) =>
  ({ layer: "order-statistic", units, ratio, weight: "plain", gain: 3 }) as const;
const dense = (outputs: number, weight: "plain" | "spectral" | "newton-orthogonal" | "row-equilibrated") =>
  ({ layer: "dense", outputs, weight }) as const;

/** Each with the norm that it is for, and how much of the certificate its steepest Jacobians come to at least. */
const networks: [string, Norm, SequentialSpec, number][] = [
  [
    "of orthogonal convolutions",
    "2",
    {
      input: [6, 8, 1],
      layers: [
        { layer: "space-to-depth", size: 2 },
        { layer: "channels", channels: 6 },
        turned(6),
        sorted,
        turned(4),
        { layer: "group-sort", size: 3 },
        { layer: "channels", channels: 4 },
        { layer: "flatten" },
        dense(12, "newton-orthogonal"),
        sorted,
        dense(4, "spectral"),
      ],
    },
    0.7,
  ],
  [
    "of one orthogonal convolution with few terms",
    "2",
    { input: [4, 4, 2], layers: [turned(1), sorted, { layer: "flatten" }] },
    0.7,
  ],
  [
    "of order statistics",
    "inf",
    { input: [12], layers: [distances(10, 0.5), distances(8, 0.3), distances(3, 0.5)] },
    0.7,
  ],
  ["of ℓ∞ distances", "inf", { input: [9], layers: [distances(7, 0), distances(3, 0)] }, 0.99],
  [
    "of order statistics of pixels and a matrix",
    "inf",
    {
      input: [2, 3, 3],
      layers: [distances(4, 0.2), sorted, { layer: "flatten" }, dense(5, "plain")],
    },
    0.5,
  ],
];

function created(spec: SequentialSpec, seed: number) {
  const network = createSequential(backend, spec, 1, createRandom(seed));
  return { network, folded: foldSequential(network) };
}

const normals = (length: number, random: Random, size = 1) =>
  Float32Array.from({ length }, () => size * normal(random));

const lengthOf: Record<Norm, (x: Float64Array) => number> = {
  "2": (x) => Math.sqrt(x.reduce((sum, value) => sum + value ** 2, 0)),
  inf: (x) => x.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
};

/** The unit step along which a linear function with these slopes grows most. */
const steepest: Record<Norm, (slopes: Float32Array) => Float64Array> = {
  "2": (slopes) => {
    const own = Float64Array.from(slopes);
    const length = lengthOf["2"](own) || 1;
    return own.map((value) => value / length);
  },
  inf: (slopes) => Float64Array.from(slopes, Math.sign),
};

const part = (values: Float32Array, i: number, length: number) =>
  values.subarray(i * length, (i + 1) * length);

const difference = (a: Float32Array, b: Float32Array) => Float64Array.from(a, (value, k) => value - b[k]);

describe("The certificate of a network", () => {
  test.each(networks)(
    "%s is not violated by any of 100,000 pairs, far, near or along slopes",
    (_, norm, spec) => {
      const ROWS = 250;
      const mark = backend.arena.mark();
      const random = createRandom(51);
      const { network, folded } = created(spec, 52);
      const { atMost } = lipschitzCertificate(folded, norm);
      const { inputs, outputs, forward, backward } = differentiable(backend, network, ROWS);
      let [pairs, violated, most] = [0, 0, 0];
      for (let round = 0; round < 100; round++) {
        const x = normals(ROWS * inputs, random);
        const before = forward(x);
        const slopes = backward(normals(ROWS * outputs, random));
        const ways = Array.from({ length: ROWS }, (_, i) => steepest[norm](part(slopes, i, inputs)));
        const steps = (size: number) =>
          x.map((value, at) => value + size * ways[Math.floor(at / inputs)][at % inputs]);
        const others = [
          normals(x.length, random, 2),
          x.map((value) => value + 0.01 * normal(random)),
          steps(0.02),
          steps(1),
        ];
        for (const y of others) {
          const after = forward(y);
          for (let i = 0; i < ROWS; i++) {
            const change = lengthOf[norm](difference(part(after, i, outputs), part(before, i, outputs)));
            const step = lengthOf[norm](difference(part(y, i, inputs), part(x, i, inputs)));
            pairs++;
            most = Math.max(most, change / step);
            // What float32 leaves open of numbers below 16.
            if (change > atMost * step * (1 + 1e-6) + 1e-5) violated++;
          }
        }
      }
      backend.arena.release(mark);
      expect(pairs).toBe(100_000);
      expect(violated).toBe(0);
      expect(most).toBeGreaterThan(0.3 * atMost);
    },
  );

  test.each(networks)("%s is above the norm of every Jacobian, and not far", (_, norm, spec, share) => {
    const mark = backend.arena.mark();
    const random = createRandom(53);
    let most = 0;
    for (let trial = 0; trial < 10; trial++) {
      const { network, folded } = created(spec, 54 + trial);
      const { atMost } = lipschitzCertificate(folded, norm);
      const probe = differentiable(backend, network, 64);
      const { inputs, outputs } = probe;
      for (let point = 0; point < 10; point++) {
        const jacobian = probe.jacobian(normals(inputs, random));
        const exact =
          norm === "2"
            ? singularValues(jacobian, outputs)[0]
            : rowSum(Array.from({ length: outputs }, (__, k) => [...part(jacobian, k, inputs)]));
        expect(exact).toBeLessThanOrEqual(atMost * (1 + 1e-6));
        most = Math.max(most, exact / atMost);
      }
    }
    backend.arena.release(mark);
    expect(most).toBeGreaterThan(share);
  });
});

describe("A certified radius", () => {
  test.each(networks)("%s keeps the class along the steepest way to another", (_, norm, spec) => {
    const mark = backend.arena.mark();
    const random = createRandom(55);
    const { network, folded } = created(spec, 56);
    const certificate = lipschitzCertificate(folded, norm);
    const { inputs, outputs, forward, backward } = differentiable(backend, network, 1);
    const classOf = (z: Float32Array) => z.indexOf(Math.max(...z));
    for (let point = 0; point < 200; point++) {
      const x = normals(inputs, random);
      const z = forward(x);
      const y = classOf(z);
      const radius = certificate.radius(z);
      expect(radius).toBeGreaterThanOrEqual(0);
      for (let k = 0; k < outputs; k++) {
        if (k === y) continue;
        forward(x);
        const slopes = backward(
          Float32Array.from({ length: outputs }, (__, o) => Number(o === k) - Number(o === y)),
        );
        const way = steepest[norm](slopes);
        const moved = forward(x.map((value, j) => value + 0.999 * radius * way[j]));
        if (radius > 1e-4) expect(classOf(moved)).toBe(y);
      }
    }
    backend.arena.release(mark);
  });

  test.each<[Norm, number]>([
    ["2", 5],
    ["inf", 7],
  ])("of a matrix alone is the distance in norm %s to the nearest border", (norm, length) => {
    const spec: SequentialSpec = { input: [2], layers: [dense(3, "plain")] };
    const { network } = created(spec, 57);
    // The first and the second row are (3, 4) apart, the first and the third (0.3, 0.4).
    network.parameters[0].raw.data.set([3, 4, 0, 0, 2.7, 3.6].map(Math.fround));
    const certificate = lipschitzCertificate(foldSequential(network), norm);
    const radius = certificate.radius([2, 1, -1]);
    expect(radius).toBeLessThanOrEqual(1 / length);
    expect(radius).toBeCloseTo(1 / length, 12);
    expect(certificate.radius([2, -20, 1.9])).toBeCloseTo(1 / length, 5);
  });

  test("without a matrix at the end is the margin by √2 or 2 times the network's constant", () => {
    const layers = [distances(3, 0.5)];
    const { folded } = created({ input: [4], layers }, 58);
    for (const [norm, factor] of [
      ["2", Math.SQRT2],
      ["inf", 2],
    ] as const) {
      const { atMost, radius } = lipschitzCertificate(folded, norm);
      const found = radius([-1, 2.5, 2]);
      expect(found * factor * atMost).toBeLessThanOrEqual(0.5);
      expect(found * factor * atMost).toBeCloseTo(0.5, 12);
    }
  });

  test("of a matrix for each of several places goes by the network's constant, whichever row writes the output", () => {
    const { network } = created({ input: [2, 2], layers: [dense(2, "plain")] }, 61);
    // Rows are near each other, but two places' outputs move by themselves.
    network.parameters[0].raw.data.set([3, 4, 3, 4.01].map(Math.fround));
    const { atMost, radius } = lipschitzCertificate(foldSequential(network), "2");
    for (const outputs of [
      [1, -9, 0, -9],
      [1, -9, -9, 0],
      [-9, -9, 1, 0],
    ]) {
      expect(radius(outputs) * Math.SQRT2 * atMost).toBeCloseTo(1, 12);
    }
  });

  test("is without end where two outputs keep their distance", () => {
    const { network } = created({ input: [2], layers: [dense(3, "plain")] }, 62);
    const radius = (weights: number[]) => {
      network.parameters[0].raw.data.set(weights);
      return lipschitzCertificate(foldSequential(network), "inf").radius([2, 0.5, 1]);
    };
    expect(radius([1, 1, 1, 1, 4, 3])).toBeCloseTo(1 / 5, 12);
    expect(radius([1, 1, 1, 1, 1, 1])).toBeGreaterThan(1e300);
  });

  test.each([
    ["two outputs are largest", [1, 1, 0]],
    ["an output is no number", [1, Number.NaN, 0]],
    ["an output is infinite", [Number.POSITIVE_INFINITY, 1, 0]],
  ])("is 0 where %s", (_, outputs) => {
    const { folded } = created({ input: [4], layers: [distances(3, 0.5)] }, 59);
    expect(lipschitzCertificate(folded, "inf").radius(outputs)).toBe(0);
  });

  test("is refused where a layer has no bound, in a sentence", () => {
    const { folded } = created({ input: [4], layers: [dense(3, "plain")] }, 60);
    const unknown = {
      ...folded,
      spec: { ...folded.spec, layers: [{ ...folded.spec.layers[0], layer: "lstm" }] },
    };
    expect(() => lipschitzCertificate(unknown as unknown as typeof folded, "2")).toThrow(InputError);
  });
});
