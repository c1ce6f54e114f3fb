// Table of contents: every kernel the engine calls.
export { matmulNN, matmulNT, matmulTN } from "./matmul";

/** First byte that the module itself does not use: the arena starts there. */
export function heapBase(): usize {
  return __heap_base;
}
