/** The mean of networks' outputs for the same rows, in float64 and rounded once: what an ensemble predicts. */
export function meanOutputs(outputs: readonly Float32Array[]): Float32Array {
  return outputs[0].map((_, i) => outputs.reduce((sum, of) => sum + of[i], 0) / outputs.length);
}
