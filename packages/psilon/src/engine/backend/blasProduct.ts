import type { Blas } from "./blas.js";
import type { MatrixProduct } from "./matrixProduct.js";

/** The matrix product of a system BLAS, on the same memory as the kernels. */
export function blasProduct(blas: Blas, threads: number): MatrixProduct {
  blas.setThreads(threads);
  const { sgemm } = blas;
  return {
    name: "blas",
    description: `${blas.description}, ${threads} ${threads === 1 ? "thread" : "threads"}`,
    multiply(layout, m, n, k, a, b, c, accumulate) {
      const transA = layout === "TN" ? TRANSPOSED : AS_IS;
      const transB = layout === "NT" ? TRANSPOSED : AS_IS;
      // Strides of at least 1 even where k is 0: BLAS insists.
      const lda = layout === "TN" ? m : Math.max(1, k);
      const ldb = layout === "NT" ? Math.max(1, k) : n;
      sgemm(ROW_MAJOR, transA, transB, m, n, k, 1, a.data, lda, b.data, ldb, accumulate ? 1 : 0, c.data, n);
    },
  };
}

// The enumerations of cblas.h.
const ROW_MAJOR = 101;
const AS_IS = 111;
const TRANSPOSED = 112;
