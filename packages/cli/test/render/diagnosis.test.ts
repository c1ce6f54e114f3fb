import { describe, expect, it } from "vitest";
import { advice } from "../../src/commands/doctor.js";
import { diagnosisText } from "../../src/render/diagnosis.js";

describe("a diagnosis", () => {
  const text = (relaxedSimd: boolean, koffi: boolean, blas: boolean) =>
    diagnosisText({
      node: "v18.0.0",
      platform: "linux x64",
      processor: "some processor",
      threads: 1,
      relaxedSimd,
      koffi,
      providers: [{ name: "wasm", description: "WebAssembly SIMD", gigaflops: 12.34 }],
      advice: advice(relaxedSimd, koffi, blas),
    });

  it("names what to install when something is missing", () => {
    const nothing = text(false, false, false);
    expect(nothing).toMatch(/^processor {4}some processor, 1 thread$/m);
    expect(nothing).toMatch(/^WebAssembly {2}SIMD, no relaxed SIMD$/m);
    expect(nothing).toMatch(/^koffi {8}not installed$/m);
    expect(nothing).toMatch(/^wasm: WebAssembly SIMD +12\.3$/m);
    expect(nothing).toMatch(
      /\nTo go faster:\n {2}Use Node 20 or newer.*\n {2}Install the package koffi \("npm install koffi"\)/,
    );
    expect(text(true, true, false)).toMatch(/\nTo go faster:\n {2}Install OpenBLAS.*\n$/);
  });

  it("says so when nothing is missing", () => {
    expect(text(true, true, true)).toMatch(/\n\nNothing is missing\.\n$/);
  });
});
