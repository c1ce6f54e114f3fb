import type { Activation } from "../engine/layers/activation.js";
import type { Leaf } from "./layerTree.js";

const CHANNELWISE: ReadonlySet<string> = new Set([
  "activation",
  "average-pool",
  "batch-norm",
  "dropout",
  "flatten",
  "global-average-pool",
  "max-pool",
]);

/**
 * Whether a layer has no more to do with so many channels than to go through them one by one, and leaves their order. A batch normalization
 * behind a flattening has numbers of every place, and does not.
 */
export const leavesChannels = ({ spec, values }: Leaf, channels: number): boolean =>
  CHANNELWISE.has(spec.layer) && (spec.layer !== "batch-norm" || values.scale.length === channels);

/**
 * What a layer that leaves channels makes of one that is v at every place of every example; null where that is not one number, or the layer is
 * another.
 */
export function constantThrough({ spec, values }: Leaf, channel: number, v: number): number | null {
  switch (spec.layer) {
    case "activation":
      return activated(spec.activation, v);
    case "batch-norm": {
      const { scale, shift, mean, variance } = values;
      const z = (scale[channel] * (v - mean[channel])) / Math.sqrt(variance[channel] + 1e-5) + shift[channel];
      return activated(spec.activation, z);
    }
    case "average-pool":
      // Zeros around the image count.
      return v === 0 || !spec.padding ? v : null;
    case "dropout":
    case "flatten":
    case "global-average-pool":
    case "max-pool":
      return v;
    default:
      return null;
  }
}

/** φ(z), in float64. */
export function activated(activation: Activation | null | undefined, z: number): number {
  if (!activation) return z;
  if (activation === "relu") return Math.max(z, 0);
  if (activation === "gelu") return z * normalBelow(z);
  if (activation === "silu") return z / (1 + Math.exp(-z));
  if (activation.of === "sine") return Math.sin(activation.frequency * z);
  return Math.exp(-((z / activation.width) ** 2) / 2);
}

/** The normal distribution function: ½ + φ(z)·(z + z³/3 + z⁵/15 + …), which converges everywhere; beyond 6 it is 0 or 1 in float32. */
function normalBelow(z: number): number {
  if (Math.abs(z) > 6) return z > 0 ? 1 : 0;
  let term = z;
  let sum = z;
  for (let k = 1; k < 120; k++) {
    term *= (z * z) / (2 * k + 1);
    sum += term;
  }
  return 0.5 + (sum * Math.exp(-(z * z) / 2)) / Math.sqrt(2 * Math.PI);
}
