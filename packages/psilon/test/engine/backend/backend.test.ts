import { afterEach, describe, expect, it, vi } from "vitest";
import { nativeLoader } from "#platform";
import type { Tensor } from "../../../src/engine/backend/arena.ts";
import { createBackend, supportsRelaxedSimd } from "../../../src/engine/backend/backend.ts";
import { findBlas } from "../../../src/engine/backend/blas.ts";
import { fasterProduct } from "../../../src/engine/backend/fasterProduct.ts";
import type { MatrixProduct } from "../../../src/engine/backend/matrixProduct.ts";
import { measureProduct } from "../../../src/engine/backend/measureProduct.ts";
import { relaxedSimdModule } from "../../../src/engine/backend/modules/relaxedSimd.ts";
import * as browser from "../../../src/engine/backend/platform/browser.ts";
import { InputError } from "../../../src/errors.ts";
import { hasBlas, providers } from "./products.ts";

vi.mock("#platform", async (original) => {
  const node = await original<typeof import("../../../src/engine/backend/platform/node.ts")>();
  return { ...node, nativeLoader: vi.fn(node.nativeLoader) };
});

const withoutKoffi = async () => undefined;
const withoutLibraries = async () => ({
  load() {
    throw new Error("cannot open shared object file");
  },
});

afterEach(() => vi.mocked(nativeLoader).mockReset());

describe("the choice of kernels", () => {
  it("finds relaxed SIMD exactly where the engine compiles the relaxed module", async () => {
    const found = supportsRelaxedSimd();
    const bytes = Uint8Array.from(atob(relaxedSimdModule), (character) => character.charCodeAt(0));
    expect(WebAssembly.validate(bytes)).toBe(found);
    expect((await createBackend()).relaxedSimd).toBe(found);
  });

  it("takes plain SIMD when asked to, and says so", async () => {
    const { relaxedSimd, product } = await createBackend({ provider: "wasm", relaxedSimd: false });
    expect(relaxedSimd).toBe(false);
    expect(product.description).toBe("WebAssembly SIMD");
  });
});

describe("the choice of a provider", () => {
  it("takes the kernels where there is no koffi or no BLAS", async () => {
    for (const loader of [withoutKoffi, withoutLibraries]) {
      vi.mocked(nativeLoader).mockImplementation(loader);
      expect((await createBackend()).product.name).toBe("wasm");
    }
  });

  it("says to install koffi when blas is asked for without it", async () => {
    vi.mocked(nativeLoader).mockImplementation(withoutKoffi);
    expect(await findBlas()).toEqual({ koffi: false, found: [] });
    const created = createBackend({ provider: "blas" });
    await expect(created).rejects.toThrow(InputError);
    await expect(created).rejects.toThrow(/npm install koffi/);
  });

  it("says to install OpenBLAS when blas is asked for and koffi finds none", async () => {
    vi.mocked(nativeLoader).mockImplementation(withoutLibraries);
    expect(await findBlas()).toEqual({ koffi: true, found: [] });
    const created = createBackend({ provider: "blas" });
    await expect(created).rejects.toThrow(InputError);
    await expect(created).rejects.toThrow(/apt install libopenblas0/);
  });

  it("finds no system library in a browser", async () => {
    expect(await browser.nativeLoader()).toBeUndefined();
  });

  it("says what a page's policy lacks that forbids WebAssembly, as browsers word it", async () => {
    for (const message of [
      "WebAssembly.instantiate(): Compiling or instantiating WebAssembly module violates the following Content Security policy directive because neither 'wasm-eval' nor 'unsafe-eval' is an allowed source of script",
      "Refused to create a WebAssembly object because 'unsafe-eval' or 'wasm-unsafe-eval' is not an allowed source of script",
      "call to WebAssembly.instantiate() blocked by CSP",
    ]) {
      vi.spyOn(WebAssembly, "instantiate").mockRejectedValueOnce(new WebAssembly.CompileError(message));
      await expect(createBackend()).rejects.toThrow(
        /^The page's content security policy .*'wasm-unsafe-eval'/,
      );
    }
    const other = new WebAssembly.CompileError("wasm validation error");
    vi.spyOn(WebAssembly, "instantiate").mockRejectedValueOnce(other);
    await expect(createBackend()).rejects.toBe(other);
  });

  it("refuses numbers of threads that are not whole or not positive", async () => {
    for (const threads of [0, -1, 1.5, Number.NaN]) {
      await expect(createBackend({ threads })).rejects.toThrow(/number of threads/);
    }
  });

  it.skipIf(!hasBlas)("names the BLAS, its version and its threads", async () => {
    const { product } = await createBackend({ provider: "blas", threads: 2 });
    expect(product.name).toBe("blas");
    expect(product.description).toMatch(/(OpenBLAS|Math Kernel|Accelerate).*, 2 threads$/);
  });
});

describe("the faster of both products", () => {
  const calls: string[] = [];
  const stub = (name: "wasm" | "blas"): MatrixProduct => ({
    name,
    description: name,
    multiply: (layout, m, n, k) => calls.push(`${name} ${layout} ${m} ${n} ${k}`),
  });
  const tensor = {} as Tensor;

  it("leaves small and thin products to the kernels", () => {
    const product = fasterProduct(stub("wasm"), stub("blas"));
    product.multiply("NT", 16, 16, 16, tensor, tensor, tensor, false);
    product.multiply("NT", 400, 1, 500, tensor, tensor, tensor, false);
    product.multiply("TN", 3, 500, 400, tensor, tensor, tensor, false);
    product.multiply("NN", 32, 64, 64, tensor, tensor, tensor, false);
    expect(calls).toEqual(["wasm NT 16 16 16", "wasm NT 400 1 500", "wasm TN 3 500 400", "blas NN 32 64 64"]);
    expect(product.description).toBe("blas");
  });
});

describe.each(providers)("the measured rate of $name", ({ present, options }) => {
  it.skipIf(!present)("is a number of GFLOP/s, and the arena is as full as before", async () => {
    const backend = await createBackend(options);
    const { used } = backend.arena;
    const start = performance.now();
    const rate = measureProduct(backend);
    const seconds = (performance.now() - start) / 1000;
    expect(rate).toBeGreaterThan((2 * 512 ** 3) / 1e9 / seconds);
    expect(rate).toBeLessThan(10_000);
    expect(backend.arena.used).toBe(used);
  });
});
