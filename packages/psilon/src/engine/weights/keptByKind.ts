import type { WeightKind } from "./kinds.js";

/** What a weight of this kind keeps from step to step (`Parameter.state`), rows × columns; the bits are no float32 numbers. */
export const keptByKind = (kind: WeightKind, columns: number): (readonly [number, number])[] =>
  // The vector from which power iteration goes on, in float64.
  kind === "spectral" ? [[columns, 2]] : [];
