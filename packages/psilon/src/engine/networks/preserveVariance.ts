import type { Tensor } from "../backend/arena.js";
import type { Weight } from "../weights/weight.js";
import type { Network } from "./network.js";

/**
 * Sets the lengths so that, on the first n rows of the input, every hidden pre-activation has unit standard deviation and the
 * output 0.3 (mathematics, section 1, derived): with lengths of 1 the signal shrinks layer by layer and the lengths
 * must first grow. A shared length looks at all units together, a length per row at each unit; plain weights are
 * scaled, and those of fixed size stay. Residual blocks keep the length 0.
 */
export function preserveVariance({ bound, output: last }: Network, n: number): void {
  for (const layer of bound) {
    layer.forward(n);
    const { scaledBy, output } = layer;
    const rows = (n * output.places) / scaledBy.length;
    scaledBy.forEach((weight, m) => {
      rescale(weight, output.values.slice(m * rows, rows), rows, output.values === last ? 0.3 : 1);
    });
    if (scaledBy.length > 0) layer.forward(n);
  }
}

/** Divides the lengths by the deviation of z (n × rows), which is linear in them, and multiplies by `target`. */
function rescale(weight: Weight, z: Tensor, n: number, target: number): void {
  const { rows, lengths, raw } = weight;
  if (!lengths && weight.kind !== "plain") return;
  if (lengths?.rows === rows && rows > 1) {
    for (let i = 0; i < rows; i++) lengths.data[i] *= factor(z.data, i, rows, n * rows, target);
  } else {
    const scaled = lengths ?? raw;
    const by = factor(z.data, 0, 1, n * rows, target);
    for (let i = 0; i < scaled.length; i++) scaled.data[i] *= by;
  }
  if (lengths) {
    weight.lengthUnit = lengths.data.reduce((sum, g) => sum + Math.abs(g) / lengths.length, 0);
  }
  weight.normalize();
}

/** target / deviation of z[start], z[start + step], …; 1 where they do not vary. */
function factor(z: Float32Array, start: number, step: number, end: number, target: number): number {
  let count = 0;
  let sum = 0;
  for (let k = start; k < end; k += step) {
    sum += z[k];
    count++;
  }
  const mean = sum / count;
  let squares = 0;
  for (let k = start; k < end; k += step) squares += (z[k] - mean) * (z[k] - mean);
  const deviation = Math.sqrt(squares / count);
  return deviation > 1e-6 ? target / deviation : 1;
}
