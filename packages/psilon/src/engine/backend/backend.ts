import { enableRelaxedSimd } from "#platform";
import { checkArgument, isObject, type Kind, oneOf, trueOrFalse } from "../../arguments.js";
import { InputError } from "../../errors.js";
import { checkGiven } from "../../names.js";
import { Arena } from "./arena.js";
import { findBlas } from "./blas.js";
import { blasProduct } from "./blasProduct.js";
import { fasterProduct } from "./fasterProduct.js";
import type { Kernels } from "./kernels.js";
import type { MatrixProduct } from "./matrixProduct.js";
import { wasmProduct } from "./wasmProduct.js";

/** Who computes, and how; everything has a default. */
export interface BackendOptions {
  /**
   * Who multiplies matrices: the kernels (`wasm`), a system BLAS (`blas`), or per product whichever is faster (`auto`,
   * the default, which is `wasm` where there is no BLAS). For the same bits on every machine ask for `wasm` and
   * `relaxedSimd: false`; each option does its own part only.
   */
  readonly provider?: "auto" | "wasm" | "blas";
  /**
   * Relaxed SIMD (fused multiply-add) multiplies matrices half as fast again; kernels without it give the same bits on
   * every machine. Default: on where the engine has it.
   */
  readonly relaxedSimd?: boolean;
  /** Threads of the BLAS, for the whole process. Default 1: small networks gain nothing from more. */
  readonly threads?: number;
}

/** Where tensors live and what computes on them. */
export interface Backend {
  readonly arena: Arena;
  readonly kernels: Kernels;
  readonly product: MatrixProduct;
  readonly relaxedSimd: boolean;
}

const aBackend: Kind = {
  name: "a backend",
  is: (value) => isObject(value) && "arena" in value && "kernels" in value && "product" in value,
  remedy: "make one by createBackend",
};

/** Throws InputError for what is no backend. */
export const checkBackend = (backend: unknown): void => checkArgument("backend", backend, aBackend);

const optionKinds = {
  provider: oneOf("auto", "wasm", "blas"),
  relaxedSimd: trueOrFalse,
  threads: { name: "a number", is: (value) => typeof value === "number" },
} satisfies Record<keyof BackendOptions, Kind>;

/**
 * Instantiates the kernels and chooses the matrix product.
 *
 * Throws an InputError for an option that there is not, when `blas` is asked for and there is none, saying what to install, and in a page whose
 * content security policy forbids WebAssembly.
 */
export async function createBackend(options: BackendOptions = {}): Promise<Backend> {
  checkGiven(options, optionKinds);
  const { provider = "auto", threads = 1 } = options;
  if (!Number.isInteger(threads) || threads < 1) {
    throw new InputError({
      code: "out-of-range",
      found: `The number of threads is ${threads}, but a whole number of at least 1 is needed`,
      value: String(threads),
    });
  }
  const relaxedSimd = options.relaxedSimd !== false && supportsRelaxedSimd();
  const base64 = relaxedSimd
    ? (await import("./modules/relaxedSimd.js")).relaxedSimdModule
    : (await import("./modules/simd.js")).simdModule;
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const kernels = await instantiate(bytes);
  const arena = new Arena(kernels.memory, kernels.heapBase());
  const product = await chooseProduct(provider, wasmProduct(kernels, relaxedSimd), threads);
  return { arena, kernels, product, relaxedSimd };
}

async function instantiate(bytes: Uint8Array): Promise<Kernels> {
  try {
    const { instance } = await WebAssembly.instantiate(bytes as BufferSource, {});
    return instance.exports as unknown as Kernels;
  } catch (error) {
    // As Chromium and Safari, and Firefox, word it.
    if (!(error instanceof Error && /unsafe-eval|blocked by CSP/.test(error.message))) throw error;
    throw new InputError({
      code: "unsuitable",
      found: "The page's content security policy forbids WebAssembly, by which everything is computed",
      remedy: "allow it by 'wasm-unsafe-eval' in script-src",
    });
  }
}

/** Whether this engine compiles f32x4.relaxed_madd. */
export function supportsRelaxedSimd(): boolean {
  if (WebAssembly.validate(RELAXED_MADD_PROBE)) return true;
  enableRelaxedSimd();
  return WebAssembly.validate(RELAXED_MADD_PROBE);
}

async function chooseProduct(
  provider: "auto" | "wasm" | "blas",
  wasm: MatrixProduct,
  threads: number,
): Promise<MatrixProduct> {
  if (provider === "wasm") return wasm;
  const { koffi, found } = await findBlas();
  const blas = found[0];
  if (provider === "auto") return blas ? fasterProduct(wasm, blasProduct(blas, threads)) : wasm;
  if (blas) return blasProduct(blas, threads);
  throw new InputError({
    code: "not-installed",
    ...(koffi
      ? {
          found:
            "The provider blas was asked for, but neither OpenBLAS nor Accelerate nor MKL was found on this machine",
          remedy:
            'install one ("apt install libopenblas0", "dnf install openblas" or "brew install openblas"), or use the provider wasm',
        }
      : {
          found:
            "The provider blas was asked for, but it needs Node and the package koffi, which could not be loaded",
          remedy: 'run "npm install koffi", or use the provider wasm',
        }),
  });
}

// (module (func (result v128) (f32x4.relaxed_madd (i32x4.splat 0) (i32x4.splat 0) (i32x4.splat 0))))
const RELAXED_MADD_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 19, 1, 17, 0, 65, 0, 253, 17, 65, 0,
  253, 17, 65, 0, 253, 17, 253, 133, 2, 11,
]);
