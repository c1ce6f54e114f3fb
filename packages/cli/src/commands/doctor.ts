import { availableParallelism, cpus } from "node:os";
import type { Command } from "commander";
import { createBackend } from "psilon";
import { blasProduct, findBlas, measureProduct, supportsRelaxedSimd } from "psilon/engine";
import { jsonOption } from "../arguments.js";
import type { Io } from "../io.js";
import { type Diagnosis, diagnosisText } from "../render/diagnosis.js";

export function addDoctor(program: Command, io: Io): void {
  program
    .command("doctor")
    .description("Measure what this machine computes with and say what would make it faster.")
    .addOption(jsonOption())
    .action(async (flags: { readonly json?: true }) => {
      const diagnosis = await diagnose();
      io.stdout.write(flags.json ? `${JSON.stringify(diagnosis)}\n` : diagnosisText(diagnosis));
    });
}

async function diagnose(): Promise<Diagnosis> {
  const relaxedSimd = supportsRelaxedSimd();
  const providers: Diagnosis["providers"][number][] = [];
  for (const relaxed of relaxedSimd ? [true, false] : [false]) {
    const backend = await createBackend({ provider: "wasm", relaxedSimd: relaxed });
    providers.push({
      name: "wasm",
      description: backend.product.description,
      gigaflops: measureProduct(backend),
    });
  }
  const { koffi, found } = await findBlas();
  const backend = await createBackend({ provider: "wasm" });
  for (const blas of found) {
    const product = blasProduct(blas, 1);
    const gigaflops = measureProduct(backend, product);
    providers.push({ name: "blas", description: product.description, gigaflops });
  }
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? "unknown",
    threads: availableParallelism(),
    relaxedSimd,
    koffi,
    providers,
    advice: advice(relaxedSimd, koffi, found.length > 0),
  };
}

/** What to install or change to go faster. */
export function advice(relaxedSimd: boolean, koffi: boolean, blas: boolean): string[] {
  const steps: string[] = [];
  if (!relaxedSimd)
    steps.push("Use Node 20 or newer, whose WebAssembly has relaxed SIMD (fused multiply-add).");
  if (!koffi)
    steps.push('Install the package koffi ("npm install koffi"), through which a system BLAS is called.');
  if (koffi && !blas) {
    const install = { darwin: "brew install openblas", linux: "apt install libopenblas0" }[
      process.platform as string
    ];
    steps.push(
      `Install OpenBLAS${install ? ` ("${install}" or the like)` : ""}, which multiplies large matrices faster.`,
    );
  }
  return steps;
}
