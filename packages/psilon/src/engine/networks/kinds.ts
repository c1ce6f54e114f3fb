import type { WeightKind } from "../weights/kinds.js";
import type { Network } from "./network.js";

/** What decides which penalties and pruning rules a network takes. */
export interface NetworkKinds {
  readonly architecture: Network["architecture"];
  readonly hidden: WeightKind;
  readonly output: WeightKind;
}

/** From a network's layers; one without hidden layers has its output's kind alone. */
export function kindsOf({ architecture, layers }: Network): NetworkKinds {
  return { architecture, hidden: layers[0].weight.kind, output: layers[layers.length - 1].weight.kind };
}
