import type { Backend } from "../backend/backend.js";
import { type BoundLayer, createSignal, type Signal, type Source } from "./boundLayer.js";

/** Where a signal goes a second way: what comes back from there is added to what came back the first. */
export function fork({ arena, kernels }: Backend, { values, delta, places }: Source): BoundLayer {
  const output = { values, delta: arena.tensor(values.rows, values.columns), places };
  const size = places * values.columns;
  return {
    output,
    parameters: [],
    scaledBy: [],
    forward() {},
    backward(n) {
      if (delta) kernels.addScaled(n * size, 1, output.delta.pointer, delta.pointer);
    },
  };
}

/** y = s + f of the two ways; back, the slope goes both. */
export function sum({ arena, kernels }: Backend, shortcut: Source, branch: Signal): BoundLayer {
  const { values, delta, places } = branch;
  const size = places * values.columns;
  const output = createSignal(arena, values.rows, values.columns, { delta, places });
  return {
    output,
    parameters: [],
    scaledBy: [],
    forward(n) {
      kernels.sumOf(n * size, shortcut.values.pointer, values.pointer, output.values.pointer);
    },
    backward(n) {
      if (shortcut.delta) kernels.copyValues(n * size, delta.pointer, shortcut.delta.pointer);
    },
  };
}
