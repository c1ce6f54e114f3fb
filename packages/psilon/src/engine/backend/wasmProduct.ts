import type { Kernels } from "./kernels.js";
import type { MatrixProduct } from "./matrixProduct.js";

/** The matrix product of the kernels themselves: works everywhere, deterministic without relaxed SIMD. */
export function wasmProduct(kernels: Kernels, relaxedSimd: boolean): MatrixProduct {
  return {
    name: "wasm",
    description: relaxedSimd ? "WebAssembly relaxed SIMD" : "WebAssembly SIMD",
    multiply(layout, m, n, k, a, b, c, accumulate) {
      if (layout === "NN") kernels.matmulNN(m, n, k, a.pointer, b.pointer, c.pointer, accumulate);
      else if (layout === "NT") kernels.matmulNT(m, n, k, a.pointer, b.pointer, c.pointer, accumulate);
      else kernels.matmulTN(m, n, k, a.pointer, b.pointer, c.pointer, accumulate);
    },
  };
}
