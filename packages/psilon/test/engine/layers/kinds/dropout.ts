import { numpy as np } from "@jax-js/jax";
import { type Shape, sizeOf } from "../../../../src/engine/layers/shape.ts";
import { type RandomState, restoreRandom } from "../../../../src/engine/random/random.ts";
import type { KindMember } from "./member.ts";

/** The factors of so many numbers, by the generator that draws all else: four of them, whose first words come first. */
function factors(count: number, rate: number, state: Float64Array): number[] {
  const words = Array.from({ length: 16 }, (_, k) => state[k] + 65536 * state[k + 16]);
  const sequences = [0, 1, 2, 3].map((s) =>
    restoreRandom([0, 4, 8, 12].map((k) => words[k + s]) as unknown as RandomState),
  );
  return Array.from({ length: count }, (_, k) =>
    sequences[k % 4].uint32() / 2 ** 32 < rate ? 0 : 1 / (1 - rate),
  );
}

const member = (name: string, shape: Shape, rate: number): KindMember => ({
  name,
  spec: { layer: "dropout", rate },
  shape,
  plain(x, _n, _parameters, [state]) {
    const all = factors(x.length, rate, state);
    return x.map((v, k) => v * all[k]);
  },
  evaluated: (x) => x,
  traced(x, _parameters, [state]) {
    const n = x.shape[0];
    return x.ref.reshape([-1]).mul(np.array(factors(n * sizeOf(shape), rate, state)));
  },
});

export const dropoutMembers: KindMember[] = [
  member("of features", [21], 0.5),
  member("of an image, of few", [3, 4, 5], 0.1),
  member("of tokens, of most", [9, 7], 0.8),
  member("of nothing", [5], 0),
];
