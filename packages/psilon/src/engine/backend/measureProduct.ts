import type { Backend } from "./backend.js";
import type { MatrixProduct } from "./matrixProduct.js";

/**
 * 2·512³ / t in GFLOP/s for the best t of repeated products X·Wᵀ, packing and calls included. Takes about 0.2 seconds
 * and borrows 3 MiB of the backend's arena.
 */
export function measureProduct(backend: Backend, product: MatrixProduct = backend.product): number {
  const { arena } = backend;
  const mark = arena.mark();
  const a = arena.tensor(SIZE, SIZE);
  const b = arena.tensor(SIZE, SIZE);
  const c = arena.tensor(SIZE, SIZE);
  a.data.fill(1);
  b.data.fill(1);
  let best = Number.POSITIVE_INFINITY;
  const end = performance.now() + MILLISECONDS;
  // Twice at least: the first product runs before the engine has optimized the kernel.
  for (let runs = 0; runs < 2 || performance.now() < end; runs++) {
    const start = performance.now();
    product.multiply("NT", SIZE, SIZE, SIZE, a, b, c, false);
    best = Math.min(best, performance.now() - start);
  }
  arena.release(mark);
  return (2 * SIZE ** 3) / best / 1e6;
}

const SIZE = 512;
const MILLISECONDS = 200;
