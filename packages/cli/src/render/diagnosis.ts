import { alignedTable, count, facts, page } from "./text.js";

/** What `doctor --json` prints. */
export interface Diagnosis {
  readonly node: string;
  readonly platform: string;
  readonly processor: string;
  readonly threads: number;
  readonly relaxedSimd: boolean;
  /** Whether koffi, which calls system libraries, is installed. */
  readonly koffi: boolean;
  readonly providers: readonly {
    readonly name: "wasm" | "blas";
    readonly description: string;
    /** At a product of 512³ on one thread, packing included. */
    readonly gigaflops: number;
  }[];
  readonly advice: readonly string[];
}

export function diagnosisText(diagnosis: Diagnosis): string {
  const about = facts([
    ["processor", `${diagnosis.processor}, ${count(diagnosis.threads, "thread")}`],
    ["runtime", `Node ${diagnosis.node} on ${diagnosis.platform}`],
    ["WebAssembly", diagnosis.relaxedSimd ? "SIMD and relaxed SIMD" : "SIMD, no relaxed SIMD"],
    ["koffi", diagnosis.koffi ? "installed" : "not installed"],
  ]);
  const rates = alignedTable([
    ["matrix product", "GFLOP/s on one thread"],
    ...diagnosis.providers.map(({ name, description, gigaflops }) => [
      `${name}: ${description}`,
      gigaflops.toFixed(1),
    ]),
  ]);
  const advice =
    diagnosis.advice.length > 0
      ? `To go faster:\n${diagnosis.advice.map((step) => `  ${step}`).join("\n")}`
      : "Nothing is missing.";
  return page([about, rates, advice]);
}
