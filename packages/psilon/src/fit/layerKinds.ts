import { type NetworkKind, type NetworkSpec, networkKinds } from "../engine/networks/spec.js";
import { type WeightKind, weightKinds } from "../engine/weights/kinds.js";

/** What the layers of a network are. */
export type LayerKinds = Pick<NetworkSpec, "architecture" | "hidden" | "output">;

/**
 * What the layers of a network of that name are when its hidden ones are parametrized so (default: its own): the
 * output layer is then normalized alike, but with a length for each output.
 */
export function layerKinds(network: NetworkKind, parametrization: WeightKind | undefined): LayerKinds {
  const { architecture, hidden, output } = networkKinds[network];
  if (!parametrization) return { architecture, hidden, output };
  const { norm } = weightKinds[parametrization];
  return {
    architecture,
    hidden: parametrization,
    output: norm === 1 ? "l1-row" : norm === 2 ? "l2-row" : "plain",
  };
}
