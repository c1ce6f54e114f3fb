import { lax, numpy as np } from "@jax-js/jax";
import type { Activation } from "../../../../src/engine/layers/activation.ts";
import type { KindMember } from "./member.ts";

/** φ(z) in float64. */
export function activated(activation: Activation, z: number): number {
  if (activation === "relu") return Math.max(z, 0);
  if (activation === "gelu") return z * normalBelow(z);
  if (activation === "silu") return z / (1 + Math.exp(-z));
  if (activation.of === "sine") return Math.sin(activation.frequency * z);
  return Math.exp(-((z / activation.width) ** 2) / 2);
}

/** The normal distribution function: ½ + φ(z)·(z + z³/3 + z⁵/15 + …), which converges everywhere. */
function normalBelow(z: number): number {
  let term = z;
  let sum = z;
  for (let k = 1; k < 200; k++) {
    term *= (z * z) / (2 * k + 1);
    sum += term;
  }
  return 0.5 + (sum * Math.exp(-(z * z) / 2)) / Math.sqrt(2 * Math.PI);
}

/** φ of an array, which is used up. */
export function tracedActivation(activation: Activation, z: np.Array): np.Array {
  if (activation === "relu") return np.maximum(z, 0);
  if (activation === "gelu") return z.ref.mul(0.5).mul(lax.erf(z.mul(Math.SQRT1_2)).add(1));
  if (activation === "silu") return z.ref.div(np.exp(z.neg()).add(1));
  if (activation.of === "sine") return np.sin(z.mul(activation.frequency));
  return np.exp(np.square(z.div(activation.width)).mul(-0.5));
}

const activations: [string, Activation][] = [
  ["ReLU", "relu"],
  ["GELU", "gelu"],
  ["SiLU", "silu"],
  ["a sine", { of: "sine", frequency: 5 }],
  ["a Gaussian", { of: "gaussian", width: 0.7 }],
];

export const activationMembers: KindMember[] = activations.flatMap(([name, activation]) =>
  [[5], [2, 3, 9]].map((shape) => ({
    name: `${name} of ${shape.length === 1 ? "features" : "an image"}`,
    spec: { layer: "activation", activation },
    shape,
    plain: (x) => x.map((z) => activated(activation, z)),
    traced: (x) => tracedActivation(activation, x.ref),
  })),
);
