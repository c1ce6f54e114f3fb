import { enableRelaxedSimd } from "#platform";
import { Arena } from "./arena.js";
import type { Kernels } from "./kernels.js";
import type { MatrixProduct } from "./matrixProduct.js";
import { wasmProduct } from "./wasmProduct.js";

export interface BackendOptions {
  /** Who multiplies matrices. `auto` takes a system BLAS when koffi finds one, else the kernels. Default `auto`. */
  readonly provider?: "auto" | "wasm" | "blas";
  /**
   * Relaxed SIMD (fused multiply-add) is about twice as fast; without it results are the same bits on every
   * machine. Default: on where the engine has it.
   */
  readonly relaxedSimd?: boolean;
  /** Threads of the BLAS provider. Default 1. */
  readonly threads?: number;
}

/** Where tensors live and what computes on them. */
export interface Backend {
  readonly arena: Arena;
  readonly kernels: Kernels;
  readonly product: MatrixProduct;
  readonly relaxedSimd: boolean;
}

/** Instantiates the kernels and chooses the matrix product. */
export async function createBackend(options: BackendOptions = {}): Promise<Backend> {
  const relaxedSimd = options.relaxedSimd !== false && supportsRelaxedSimd();
  const base64 = relaxedSimd
    ? (await import("./modules/relaxedSimd.js")).relaxedSimdModule
    : (await import("./modules/simd.js")).simdModule;
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const { instance } = await WebAssembly.instantiate(bytes as BufferSource, {});
  const kernels = instance.exports as unknown as Kernels;
  const arena = new Arena(kernels.memory, kernels.heapBase());
  return { arena, kernels, product: wasmProduct(kernels, relaxedSimd), relaxedSimd };
}

/** Whether this engine compiles f32x4.relaxed_madd. */
export function supportsRelaxedSimd(): boolean {
  enableRelaxedSimd();
  return WebAssembly.validate(RELAXED_MADD_PROBE);
}

// (module (func (result v128) (f32x4.relaxed_madd (i32x4.splat 0) (i32x4.splat 0) (i32x4.splat 0))))
const RELAXED_MADD_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 19, 1, 17, 0, 65, 0, 253, 17, 65, 0, 253,
  17, 65, 0, 253, 17, 253, 133, 2, 11,
]);
