import type * as Psilon from "../../src/engine/index.ts";

/**
 * Trains a PSiLON Net and a PSiLON ResNet, both pruned, with the bit-for-bit deterministic kernels, and returns the
 * SHA-256 of all their effective weights and biases in hexadecimal. It uses nothing but its argument and the language, so that its
 * source text can be run in a worker as it is.
 */
export async function trainFingerprint(psilon: typeof Psilon): Promise<string> {
  const { createBackend, createNetwork, createRandom, createTrainer, networkKinds, pAdam } = psilon;
  const backend = await createBackend({ provider: "wasm", relaxedSimd: false });
  const rows = 203;
  const random = createRandom(5);
  const inputs = Float32Array.from({ length: rows * 7 }, () => 4 * random.next() - 2);
  const targets = Float32Array.from({ length: rows }, (_, r) => {
    const [a, b, c] = inputs.subarray(7 * r, 7 * r + 3);
    return a * b > c ? (c > 0 ? 2 : 1) : 0;
  });
  const parts: Float32Array[] = [];
  for (const kind of ["net", "resnet"] as const) {
    // A power of no special value, moving: every constant and polynomial of the update kernels takes part.
    const optimizer = pAdam({ p: 0.7, lambda: 1e-3, elastic: 1e-3, lambdaWarmup: 0.3, pAnnealing: 0.5 });
    const { penalty, ...layers } = networkKinds[kind];
    const spec = { ...layers, inputs: 7, width: 21, depth: 3, outputs: 3 };
    const network = createNetwork(backend, spec, rows, createRandom(9));
    const trainer = createTrainer(
      backend,
      network,
      {
        loss: "softmax",
        penalty,
        lambda: 1e-4,
        optimizer,
        schedule: { kind: "one-cycle", initial: 1e-4, peak: 5e-3, final: 1e-5, warmup: 0.2 },
        rateMoves: "per-step",
        epochs: 30,
        batchSize: 33,
        initialization: "variance-preserving",
        patience: null,
        pruning: { sparsity: 0.7, stage: 0.5 },
        seed: 3,
      },
      { rows, inputs, targets, weights: null },
    );
    while (!trainer.ending) trainer.runEpoch();
    trainer.finish();
    if (trainer.ending !== "finished") throw new Error(`Training ended as ${trainer.ending}.`);
    for (const { weight, bias } of network.layers)
      parts.push(weight.effective.data.slice(), bias.data.slice());
  }
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += part.byteLength;
  }
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
