import { beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../../../src/engine/backend/backend.ts";
import { createNetwork } from "../../../src/engine/networks/create.ts";
import { networkKinds } from "../../../src/engine/networks/spec.ts";
import { normal } from "../../../src/engine/random/normal.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import { evaluateLoss, kindOf, type LossKind, targetColumns } from "../../../src/engine/training/loss.ts";
import { relativeError } from "../../support/compare.ts";
import { everyBackend } from "../../support/engine.ts";
import { centralDifference, rowLoss } from "../../support/float64.ts";

const members: { loss: LossKind; outputs: number }[] = [
  { loss: "squared-error", outputs: 1 },
  { loss: "squared-error", outputs: 7 },
  { loss: "poisson", outputs: 1 },
  { loss: "poisson", outputs: 3 },
  { loss: { kind: "quantile", levels: [0.3] }, outputs: 1 },
  { loss: { kind: "quantile", levels: [0.05, 0.1, 0.5, 0.9] }, outputs: 4 },
  { loss: "logistic", outputs: 1 },
  { loss: "softmax", outputs: 2 },
  { loss: "softmax", outputs: 9 },
  { loss: { kind: "logistic", smoothing: 0.2 }, outputs: 1 },
  { loss: { kind: "softmax", smoothing: 0.1 }, outputs: 5 },
];

let backends: { name: string; backend: Backend }[];
beforeAll(async () => {
  backends = await everyBackend();
});

describe.each(members.map((member) => ({ ...member, name: JSON.stringify(member.loss) })))(
  "A loss: $name of $outputs outputs",
  ({ loss, outputs }) => {
    const kind = kindOf(loss);
    const columns = targetColumns(loss, outputs);

    /** The engine's Σ w·ℓ and δ at the given outputs. */
    const evaluate = (backend: Backend, z: Float32Array, y: Float32Array, w: Float32Array | null) => {
      const n = z.length / outputs;
      const mark = backend.arena.mark();
      const spec = { ...networkKinds.net, inputs: 1, width: 1, depth: 0, outputs };
      const network = createNetwork(backend, spec, n, createRandom(1));
      network.output.data.set(z);
      const targets = backend.arena.from(y, n, columns);
      const weights = w && backend.arena.from(w, n);
      const total = evaluateLoss(backend, network, loss, n, targets, weights);
      // Adding 0 makes −0 a 0.
      const delta = network.outputDelta.data.map((slope) => slope + 0);
      backend.arena.release(mark);
      return { total, delta };
    };

    const draw = (n: number, size: number, seed: number) => {
      const random = createRandom(seed);
      const classes = kind === "logistic" ? 2 : kind === "poisson" ? 6 : outputs;
      const isAny = kind === "squared-error" || kind === "quantile";
      return {
        z: Float32Array.from({ length: n * outputs }, () => size * normal(random)),
        y: Float32Array.from({ length: n * columns }, () =>
          isAny ? normal(random) : Math.floor(classes * random.next()),
        ),
        w: Float32Array.from({ length: n }, () => 2 * random.next()),
      };
    };

    test.each([1, 2, 7, 70])(
      "has the value and slopes of its definition on %i rows, weighted or not",
      (n) => {
        for (const size of [0.1, 3]) {
          const { z, y, w } = draw(n, size, n);
          for (const rowWeights of [null, w]) {
            const problem = { loss, y, spec: { outputs } };
            const total = (at: ArrayLike<number>) => {
              let sum = 0;
              for (let r = 0; r < n; r++) sum += (rowWeights ? rowWeights[r] : 1) * rowLoss(problem, at, r);
              return sum;
            };
            const slopes = Array.from(
              z,
              (_, k) =>
                centralDifference((step) => {
                  const moved = Float64Array.from(z);
                  moved[k] += step;
                  return { value: (0.5 / n) * total(moved), pattern: 0 };
                })!,
            );
            for (const { name, backend } of backends) {
              const found = evaluate(backend, z, y, rowWeights);
              expect(Math.abs(found.total / total(z) - 1), name).toBeLessThan(1e-6);
              expect(relativeError(found.delta, slopes), name).toBeLessThan(1e-6);
            }
          }
        }
      },
    );

    test("stays finite where exponentials of its outputs overflow", () => {
      if (loss === "squared-error") return;
      const z = Float32Array.from({ length: 2 * outputs }, (_, k) => (k % 2 ? -2000 : 3000));
      const y = Float32Array.from([0, 1]);
      for (const { backend } of backends) {
        const { total, delta } = evaluate(backend, z, y, null);
        expect(Number.isFinite(total)).toBe(true);
        expect(delta.every(Number.isFinite)).toBe(true);
      }
    });

    test("shows a NaN among the outputs", () => {
      const { z, y } = draw(3, 1, 1);
      z[outputs] = Number.NaN;
      for (const { backend } of backends) expect(evaluate(backend, z, y, null).total).toBeNaN();
    });

    test("leaves rows of weight 0 out", () => {
      const { z, y, w } = draw(5, 1, 2);
      w[2] = 0;
      for (const { backend } of backends) {
        const before = evaluate(backend, z, y, w);
        const changed = Float32Array.from(z, (value, k) =>
          Math.floor(k / outputs) === 2 ? value + 1 : value,
        );
        const after = evaluate(backend, changed, y, w);
        expect(after.total).toBe(before.total);
        expect(after.delta).toEqual(before.delta);
      }
    });
  },
);
