import type { NativeLoader } from "./nativeLibrary.js";

/** Browsers have relaxed SIMD or have not: there is nothing to switch on. */
export function enableRelaxedSimd(): void {}

/** Browsers open no system libraries. */
export async function nativeLoader(): Promise<NativeLoader | undefined> {
  return undefined;
}
