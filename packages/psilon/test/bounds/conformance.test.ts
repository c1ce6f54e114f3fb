import { describe, expect, test } from "vitest";
import { analyse } from "../../src/bounds/analyse.ts";
import { type BoundedModel, boundedModel } from "../../src/bounds/boundedModel.ts";
import { type Box, boxAround } from "../../src/bounds/box.ts";
import type { Guarantee, OutputRow } from "../../src/bounds/certificate.ts";
import { exactChange } from "../../src/bounds/exact.ts";
import { globalBounds, spectralBound } from "../../src/bounds/globalBounds.ts";
import { changeOver } from "../../src/bounds/overBox.ts";
import { searchChange } from "../../src/bounds/witnessSearch.ts";
import { normal } from "../../src/engine/random/normal.ts";
import { createRandom, type Random } from "../../src/engine/random/random.ts";
import type { FoldedNetwork } from "../../src/folded/folded.ts";
import { removeDeadUnits } from "../../src/folded/removeDeadUnits.ts";
import { between, mlp, normals, resnet, sparse } from "../support/foldedNetworks.ts";
import { forward } from "../support/forward.ts";

type Architecture = FoldedNetwork["architecture"];

/** A way to bound |F(x) − F(c)| over a box from above: every guarantee that the library can give becomes one. */
interface Member {
  readonly name: string;
  readonly architectures: readonly Architecture[];
  readonly guarantee: (model: BoundedModel, box: Box, output: OutputRow) => Guarantee | Promise<Guarantee>;
}

const both: Architecture[] = ["mlp", "resnet"];
const byMethod = (guarantees: Guarantee[], method: string, inputNorm: string) =>
  guarantees.find((one) => one.method === method && one.inputNorm === inputNorm)!;

const globalMembers: Member[] = [
  "path-norm",
  "column",
  "tight",
  "improved",
  "skip",
  "folded",
  "norm-product",
].flatMap((method) =>
  ["inf", "1"].map((inputNorm) => ({
    name: `${method}, ℓ${inputNorm} inputs`,
    architectures:
      method === "path-norm" ? ["mlp" as const] : method === "norm-product" ? both : ["resnet" as const],
    guarantee: (model, _, output) => byMethod(globalBounds(model, output), method, inputNorm),
  })),
);
const localMembers: Member[] = ["global", "interval", "signed", "relaxation"].map((method) => ({
  name: `${method}, over a box`,
  architectures: both,
  guarantee: (model, box, output) =>
    changeOver(analyse(model, box), output).find((one) => one.method === method)!,
}));
const members: Member[] = [
  ...globalMembers,
  {
    name: "spectral-product",
    architectures: both,
    guarantee: (model, _, output) => spectralBound(model, output),
  },
  ...localMembers,
  {
    name: "branch-and-bound",
    architectures: both,
    guarantee: async (model, box, output) => (await exactChange(analyse(model, box), output, 10)).upper,
  },
];

/** What a guarantee allows F to change from the centre to x. */
function allowed({ quantity, inputNorm, atMost }: Guarantee, box: Box, x: ArrayLike<number>): number {
  if (quantity === "change") return atMost;
  const moves = Array.from(box.centre, (c, j) => Math.abs(x[j] - c));
  if (inputNorm === "inf") return atMost * Math.max(...moves);
  return atMost * (inputNorm === "1" ? moves.reduce((a, b) => a + b, 0) : Math.hypot(...moves));
}

const firstDifference = (outputs: number): OutputRow => ({ plus: 0, minus: outputs > 1 ? 1 : null });

function valueAt(
  networks: readonly FoldedNetwork[],
  { plus, minus }: OutputRow,
  x: ArrayLike<number>,
): number {
  const each = networks.map((network) => {
    const outputs = forward(network, x);
    return outputs[plus!] - (minus === null ? 0 : outputs[minus]);
  });
  return each.reduce((sum, value) => sum + value, 0) / networks.length;
}

/** With one output it has a linear term as well. */
function randomNetwork(
  random: Random,
  architecture: Architecture,
  outputs: number,
  density = 1,
): FoldedNetwork {
  const layers = randomLayers(random, architecture, outputs, density);
  return outputs > 1 ? layers : { ...layers, slopes: Float32Array.of(normal(random), 0, normal(random)) };
}

function randomLayers(
  random: Random,
  architecture: Architecture,
  outputs: number,
  density: number,
): FoldedNetwork {
  const weight = sparse(random, density, normals(random, 0.7));
  const bias = normals(random);
  const depth = between(random, 0, 2);
  if (architecture === "resnet")
    return resnet({ inputs: 3, width: between(random, 2, 4), depth, outputs }, weight, bias);
  return mlp([3, ...Array.from({ length: depth }, () => between(random, 2, 5)), outputs], weight, bias);
}

const randomBox = (random: Random): Box =>
  boxAround(Array.from({ length: 3 }, normals(random)), Array(3).fill([0.05, 0.3, 1][between(random, 0, 2)]));

const pointsIn = (random: Random, { lower, upper }: Box): Float64Array[] =>
  Array.from({ length: 20 }, (_, trial) =>
    lower.map((low, j) =>
      trial % 2 === 0 ? low + random.next() * (upper[j] - low) : random.next() < 0.5 ? low : upper[j],
    ),
  );

const cases = members.flatMap((member) =>
  member.architectures.map((architecture) => [member.name, architecture, member] as const),
);

describe.each(cases)("The bound %s, of an %s", (_, architecture, member) => {
  const trials = member.name === "branch-and-bound" ? 6 : 20;

  test("is a guarantee that names itself, what it bounds, and in what arithmetic", async () => {
    const random = createRandom(1);
    const model = boundedModel([{ network: randomNetwork(random, architecture, 2) }]);
    const output = { plus: 1, minus: 0 };
    const found = await member.guarantee(model, randomBox(random), output);
    expect(found).toMatchObject({ claim: "upper bound", output, arithmetic: "real" });
    expect(member.name).toContain(found.method);
    expect(found).not.toHaveProperty("atLeast");
    if (found.sensitivities && found.inputNorm === "inf" && found.quantity === "slope") {
      const total = found.sensitivities.reduce((sum, s) => sum + s, 0);
      expect(found.atMost / total).toBeCloseTo(1, 12);
    }
  });

  test("is never below what points of the box, or a search, show", async () => {
    const random = createRandom(2);
    for (let trial = 0; trial < trials; trial++) {
      const network = randomNetwork(random, architecture, 1 + (trial % 2));
      const model = boundedModel([{ network }]);
      const output = firstDifference(model.outputs);
      const box = randomBox(random);
      const found = await member.guarantee(model, box, output);
      const centre = valueAt([network], output, box.centre);
      const { witness } = searchChange(model, box, output, { seed: trial, restarts: 2, steps: 8 });
      for (const x of [witness, ...pointsIn(random, box)]) {
        const change = Math.abs(valueAt([network], output, x) - centre);
        expect(change).toBeLessThanOrEqual(allowed(found, box, x) + 1e-12 * (1 + Math.abs(centre)));
      }
    }
  });

  test("of an ensemble holds for the mean of its members, which may read different inputs", async () => {
    const random = createRandom(3);
    for (let trial = 0; trial < trials / 2; trial++) {
      const whole = randomNetwork(random, architecture, 2);
      const part = randomNetwork(random, architecture, 2);
      const model = boundedModel(
        [{ network: whole }, { network: part, inputs: Int32Array.of(4, 0, 2) }, { network: whole }],
        5,
      );
      const wide = Array.from({ length: 5 }, normals(random));
      const box = boxAround(wide, [0.2, 0.3, 0.1, 0.4, 0.5]);
      const output = firstDifference(2);
      const value = (x: ArrayLike<number>) => {
        const of = (network: FoldedNetwork, inputs: number[]) =>
          valueAt(
            [network],
            output,
            inputs.map((j) => x[j]),
          );
        return (2 * of(whole, [0, 1, 2]) + of(part, [4, 0, 2])) / 3;
      };
      const found = await member.guarantee(model, box, output);
      for (const x of pointsIn(random, box)) {
        expect(Math.abs(value(x) - value(box.centre))).toBeLessThanOrEqual(allowed(found, box, x) + 1e-12);
      }
    }
  });

  test("of two networks that are one and the same is that network's", async () => {
    const random = createRandom(4);
    const network = randomNetwork(random, architecture, 2);
    const box = randomBox(random);
    const one = await member.guarantee(boundedModel([{ network }]), box, firstDifference(2));
    const two = await member.guarantee(boundedModel([{ network }, { network }]), box, firstDifference(2));
    expect(two.atMost / one.atMost).toBeCloseTo(1, member.name === "branch-and-bound" ? 5 : 9);
  });

  test("is the same before and after the removal of dead units, or smaller where blocks disappear", async () => {
    const random = createRandom(5);
    for (let trial = 0; trial < trials; trial++) {
      const network = randomNetwork(random, architecture, 2, 0.4);
      const { network: smaller, inputs } = removeDeadUnits(network);
      const box = randomBox(random);
      const before = await member.guarantee(boundedModel([{ network }], 3), box, firstDifference(2));
      const after = await member.guarantee(
        boundedModel([{ network: smaller, inputs }], 3),
        box,
        firstDifference(2),
      );
      // Biases that took over a constant are rounded to float32.
      const tolerance = 1e-5 * (1 + before.atMost);
      expect(after.atMost).toBeLessThanOrEqual(before.atMost + tolerance);
      const mayShrink = /folded|product/.test(member.name);
      if (!mayShrink) expect(after.atMost).toBeGreaterThanOrEqual(before.atMost - tolerance);
    }
  });

  test("is 0 for a constant network, and tells no more than rounding for a box without width", async () => {
    const random = createRandom(6);
    const constant =
      architecture === "mlp"
        ? mlp([3, 4, 2], () => 0, normals(random))
        : resnet({ inputs: 3, width: 2, depth: 1, outputs: 2 }, () => 0, normals(random));
    const none = await member.guarantee(
      boundedModel([{ network: constant }]),
      randomBox(random),
      firstDifference(2),
    );
    expect(none.atMost).toBe(0);
    const network = randomNetwork(random, architecture, 2);
    const point = boxAround([1, 2, 3], [0, 0, 0]);
    const found = await member.guarantee(boundedModel([{ network }]), point, firstDifference(2));
    if (found.quantity === "change") expect(found.atMost).toBe(0);
  });
});
