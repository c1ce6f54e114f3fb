import { setFlagsFromString } from "node:v8";
import type { NativeLoader } from "./nativeLibrary.js";

/** Node 20 keeps relaxed SIMD behind a flag that may be set while running, before the first module is compiled. */
export function enableRelaxedSimd(): void {
  setFlagsFromString("--experimental-wasm-relaxed-simd");
}

/** koffi, an optional peer; undefined when it is not installed or has no binary for this machine. */
export async function nativeLoader(): Promise<NativeLoader | undefined> {
  // A name that bundlers cannot see through: what is optional must not break their builds.
  const name = "koffi";
  try {
    return (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)).default as NativeLoader;
  } catch {
    return undefined;
  }
}
