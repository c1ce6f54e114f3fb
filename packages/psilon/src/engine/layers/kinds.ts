import { activation } from "./activation.js";
import { channels } from "./channels.js";
import { convolution } from "./convolution.js";
import { dense } from "./dense.js";
import { flatten } from "./flatten.js";
import { groupSort } from "./groupSort.js";
import type { LayerKind } from "./kind.js";
import { orderStatistic } from "./orderStatistic.js";
import { orthogonalConvolution } from "./orthogonalConvolution.js";
import { spaceToDepth } from "./spaceToDepth.js";

/** Every kind of layer that networks are composed of, by name. */
export const layerKinds = {
  activation,
  channels,
  convolution,
  dense,
  flatten,
  "group-sort": groupSort,
  "order-statistic": orderStatistic,
  "orthogonal-convolution": orthogonalConvolution,
  "space-to-depth": spaceToDepth,
} as const;

export type LayerName = keyof typeof layerKinds;

/** A layer as plain data: its name and what its kind lets one choose. */
export type LayerSpec = {
  readonly [K in LayerName]: { readonly layer: K } & Parameters<(typeof layerKinds)[K]["shape"]>[0];
}[LayerName];

export const kindOf = ({ layer }: LayerSpec): LayerKind<LayerSpec> =>
  // Of every spec the kind is the one that its name stands for.
  layerKinds[layer] as unknown as LayerKind<LayerSpec>;
