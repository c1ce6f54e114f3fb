import type { FoldedNetwork } from "./folded.js";

/** A network's arrays by the names that they have in a file. */
export function placesOf({ layers, slopes }: FoldedNetwork): Map<string, Float32Array> {
  const places = new Map<string, Float32Array>();
  layers.forEach((layer, l) => {
    if (layer.kind === "dense") places.set(`layers.${l}.weight`, layer.weight);
    else places.set(`layers.${l}.weight_pos`, layer.positive).set(`layers.${l}.weight_neg`, layer.negative);
    places.set(`layers.${l}.bias`, layer.bias);
  });
  return slopes ? places.set("slopes", slopes) : places;
}

/** For each network by name the arrays that it shares with an earlier one, where they have the same name, and the first of those. */
export function sharedPlaces(networks: readonly FoldedNetwork[]): Map<string, number>[] {
  const first = new Map<string, Map<Float32Array, number>>();
  return networks.map((network, m) => {
    const shared = new Map<string, number>();
    for (const [name, values] of placesOf(network)) {
      const owners = first.get(name) ?? new Map<Float32Array, number>();
      first.set(name, owners);
      const owner = owners.get(values);
      if (owner === undefined) owners.set(values, m);
      else shared.set(name, owner);
    }
    return shared;
  });
}
