import type { WeightKind } from "../weights/kinds.js";
import type { Network } from "./network.js";

/** What decides which penalties and pruning rules a network takes. */
export interface NetworkKinds {
  readonly architecture: Network["architecture"];
  readonly hidden: WeightKind;
  readonly output: WeightKind;
  /** Of a network of any list of layers those between the first and the last, in which each may have its own. */
  readonly between?: readonly WeightKind[];
}

/** From a network's layers; one without hidden layers has its output's kind alone. */
export function kindsOf({ architecture, layers }: Network): NetworkKinds {
  const kinds = layers.map(({ weight }) => weight.kind);
  const [hidden, output] = [kinds[0], kinds[kinds.length - 1]];
  return {
    architecture,
    hidden,
    output,
    ...(architecture === "sequential" && { between: kinds.slice(1, -1) }),
  };
}
