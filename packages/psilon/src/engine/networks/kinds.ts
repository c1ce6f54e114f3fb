import type { Network } from "./network.js";
import type { NetworkSpec } from "./spec.js";

/** What decides which penalties and pruning rules a network takes, from its layers; one without hidden layers has its output's kind alone. */
export function kindsOf({ layers }: Network): Pick<NetworkSpec, "architecture" | "hidden" | "output"> {
  const { kind, paired } = layers[layers.length - 1].weight;
  return { architecture: paired ? "resnet" : "mlp", hidden: layers[0].weight.kind, output: kind };
}
