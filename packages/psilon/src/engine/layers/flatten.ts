import { deltaOf } from "./boundLayer.js";
import type { LayerKind } from "./kind.js";
import { sizeOf } from "./shape.js";

/** All numbers of an example as features, in their order. */
// biome-ignore lint/complexity/noBannedTypes: there is nothing to choose
export type FlattenSpec = {};

export const flatten: LayerKind<FlattenSpec> = {
  choices: {},
  shape: (_, input) => [sizeOf(input)],
  bind({ backend }, _spec, input, [features]) {
    const rows = input.values.rows / input.places;
    const values = input.values.reshape(rows, features);
    const output = { values, delta: deltaOf(backend.arena, input).reshape(rows, features), places: 1 };
    return { passes: [{ output, parameters: [], scaledBy: [], forward() {}, backward() {} }], layers: [] };
  },
};
