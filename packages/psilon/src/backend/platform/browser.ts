/** Browsers have relaxed SIMD or have not: there is nothing to switch on. */
export function enableRelaxedSimd(): void {}
