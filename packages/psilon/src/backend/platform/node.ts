import { setFlagsFromString } from "node:v8";

/** Node 20 keeps relaxed SIMD behind a flag that may be set while running, before the first module is compiled. */
export function enableRelaxedSimd(): void {
  setFlagsFromString("--experimental-wasm-relaxed-simd");
}
