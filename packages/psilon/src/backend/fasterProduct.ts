import type { MatrixProduct } from "./matrixProduct.js";

/** Small products by the kernels, where calling a library would take longer than the product; the rest by BLAS. */
export function fasterProduct(wasm: MatrixProduct, blas: MatrixProduct): MatrixProduct {
  return {
    name: "blas",
    description: blas.description,
    multiply(layout, m, n, k, a, b, c, accumulate) {
      const provider = m * n * k < CROSSOVER ? wasm : blas;
      provider.multiply(layout, m, n, k, a, b, c, accumulate);
    },
  };
}

const CROSSOVER = 32768;
