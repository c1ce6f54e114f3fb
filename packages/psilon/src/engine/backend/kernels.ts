import type { Memory } from "./arena.js";
import type { KernelExports } from "./modules/kernelExports.js";

/**
 * The WebAssembly exports, typed by their sources in `src/engine/kernels`, where the formulas stand. Arguments named a, b, x, … are byte
 * pointers into the arena; sizes are counts of float32 values.
 */
export interface Kernels extends KernelExports {
  readonly memory: Memory;
}
