import { beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { createNetwork } from "../../src/engine/networks/create.ts";
import { type NetworkKind, type NetworkSpec, networkKinds } from "../../src/engine/networks/spec.ts";
import { normal } from "../../src/engine/random/normal.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import { fold } from "../../src/folded/fold.ts";
import type { FoldedNetwork } from "../../src/folded/folded.ts";
import { unfold } from "../../src/folded/unfold.ts";
import { forward } from "../support/forward.ts";
import { allKinds } from "../support/kinds.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm" });
});

function specOf(kind: NetworkKind): NetworkSpec {
  const { architecture, hidden, output } = networkKinds[kind];
  return { architecture, inputs: 6, width: 9, depth: 2, outputs: 3, hidden, output };
}

/** A folded network whose lengths and biases are no longer those of a fresh start. */
function trained(spec: NetworkSpec): FoldedNetwork {
  const random = createRandom(3);
  const network = createNetwork(backend, spec, 4, random);
  for (const { weight, bias } of network.layers) {
    for (let i = 0; i < weight.raw.length; i++) weight.raw.data[i] += 0.3 * normal(random);
    if (weight.lengths) weight.lengths.data.set(weight.lengths.data.map(() => 3 * normal(random)));
    bias.data.set(bias.data.map(() => normal(random)));
    weight.normalize();
  }
  return fold(network);
}

const numbersOf = ({ layers }: FoldedNetwork) =>
  layers.flatMap((layer) => [
    ...(layer.kind === "dense" ? layer.weight : [...layer.positive, ...layer.negative]),
    ...layer.bias,
  ]);

describe.each(Object.keys(networkKinds) as NetworkKind[])("unfolding a %s", (kind) => {
  test("folds to the same weights again", () => {
    const folded = trained(specOf(kind));
    const network = createNetwork(backend, specOf(kind), 4, createRandom(8));
    unfold(network, folded);
    const found = numbersOf(fold(network));
    const largest = Math.max(...numbersOf(folded).map(Math.abs));
    numbersOf(folded).forEach((value, i) => {
      expect(Math.abs(found[i] - value)).toBeLessThan(1e-6 * largest);
    });
  });

  test("leaves raw rows of the size of a fresh start, so that rates mean the same", () => {
    if (kind === "mlp") return;
    const network = createNetwork(backend, specOf(kind), 4, createRandom(8));
    unfold(network, trained(specOf(kind)));
    for (const { weight } of network.layers) {
      const { columns } = weight.raw;
      for (let i = 0; i < weight.rows; i++) {
        const row = weight.raw.data.subarray(i * columns, (i + 1) * columns);
        expect(Math.hypot(...row)).toBeGreaterThan(0.99);
        expect(Math.hypot(...row)).toBeLessThan(1.5);
      }
    }
  });
});

/** Wide, tall and square weights, and rows that outnumber what they can span. */
const shapes = [
  { inputs: 6, width: 9, outputs: 3 },
  { inputs: 40, width: 30, outputs: 2 },
  { inputs: 3, width: 64, outputs: 5 },
];

describe.each(allKinds)("unfolding %s weights", (kind) => {
  test.each(["mlp", "resnet"] as const)(
    "gives an %s with the same weights and outputs again",
    (architecture) => {
      for (const shape of shapes) {
        const spec: NetworkSpec = { architecture, ...shape, depth: 2, hidden: kind, output: kind };
        const folded = trained(spec);
        const network = createNetwork(backend, spec, 4, createRandom(8));
        unfold(network, folded);
        const again = fold(network);
        const largest = numbersOf(folded).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        const found = numbersOf(again);
        for (const [i, value] of numbersOf(folded).entries()) {
          expect(Math.abs(found[i] - value)).toBeLessThan(1e-4 * largest);
        }
        const random = createRandom(1);
        for (let trial = 0; trial < 5; trial++) {
          const x = Array.from({ length: spec.inputs }, () => normal(random));
          const [outputs, expected] = [forward(again, x), forward(folded, x)];
          const size = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
          for (const [k, value] of expected.entries())
            expect(Math.abs(outputs[k] - value)).toBeLessThan(1e-3 * size);
        }
      }
    },
  );
});

test("of what no Newton iteration makes, directions are found without end of the search", () => {
  const spec = { ...specOf("mlp"), hidden: "newton-orthogonal", output: "newton-orthogonal" } as const;
  for (const factor of [0, 1e-3, 1, 1e3]) {
    const { architecture, layers } = trained(specOf("mlp"));
    const scaled = layers.map((layer) =>
      layer.kind === "dense" ? { ...layer, weight: layer.weight.map((w) => factor * w) } : layer,
    );
    const network = createNetwork(backend, spec, 4, createRandom(8));
    unfold(network, { architecture, layers: scaled });
    if (factor > 0) expect(numbersOf(fold(network)).every(Number.isFinite)).toBe(true);
  }
});

test("a row of zeros stays one where each row has its length, and where there are no lengths", () => {
  for (const kind of ["mlp", "net"] as const) {
    const folded = trained(specOf(kind));
    const last = folded.layers[folded.layers.length - 1];
    if (last.kind === "dense") last.weight.fill(0, 0, last.columns);
    const network = createNetwork(backend, specOf(kind), 4, createRandom(8));
    unfold(network, folded);
    const again = fold(network).layers[folded.layers.length - 1];
    expect(again.kind === "dense" && again.weight.subarray(0, again.columns).every((w) => w === 0)).toBe(
      true,
    );
  }
});

test.each(["l1-fixed", "row-equilibrated"] as const)(
  "a row of zeros of %s weights keeps some direction",
  (kind) => {
    const spec: NetworkSpec = { ...specOf("resnet"), hidden: kind };
    const folded = trained(spec);
    const [{ columns }] = folded.layers;
    if (folded.layers[0].kind === "dense") folded.layers[0].weight.fill(0, columns, 2 * columns);
    const network = createNetwork(backend, spec, 4, createRandom(8));
    unfold(network, folded);
    expect(numbersOf(fold(network)).every(Number.isFinite)).toBe(true);
  },
);

test("what a removal leaves of a resnet's unread coordinates computes the same after unfolding", () => {
  const spec = specOf("resnet");
  const folded = trained(spec);
  // Coordinate 2 is read by nobody from the last block on, so the removal has zeroed its row there.
  const output = folded.layers[folded.layers.length - 1];
  const block = folded.layers[folded.layers.length - 2];
  if (output.kind !== "pair" || block.kind !== "pair") throw new Error("expected pairs");
  for (const matrix of [output.positive, output.negative]) {
    for (let k = 0; k < output.rows; k++) matrix[k * output.columns + 2] = 0;
  }
  for (const matrix of [block.positive, block.negative]) {
    matrix.fill(0, 2 * block.columns, 3 * block.columns);
  }
  const network = createNetwork(backend, spec, 4, createRandom(8));
  unfold(network, folded);
  const random = createRandom(1);
  for (let trial = 0; trial < 20; trial++) {
    const x = Array.from({ length: spec.inputs }, () => normal(random));
    const [found, expected] = [forward(fold(network), x), forward(folded, x)];
    expected.forEach((value, k) => {
      expect(Math.abs(found[k] - value)).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
    });
  }
});
