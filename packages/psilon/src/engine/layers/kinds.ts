import { activation } from "./activation.js";
import { attention } from "./attention.js";
import { averagePool } from "./averagePool.js";
import { batchNorm } from "./batchNorm.js";
import { channels } from "./channels.js";
import { convolution } from "./convolution.js";
import { dense } from "./dense.js";
import { dropout } from "./dropout.js";
import { flatten } from "./flatten.js";
import { fourierPositions } from "./fourierPositions.js";
import { globalAveragePool } from "./globalAveragePool.js";
import { groupSort } from "./groupSort.js";
import type { LayerKind } from "./kind.js";
import { layerNorm } from "./layerNorm.js";
import { learnedPositions } from "./learnedPositions.js";
import { maxPool } from "./maxPool.js";
import { orderStatistic } from "./orderStatistic.js";
import { orthogonalConvolution } from "./orthogonalConvolution.js";
import { patches } from "./patches.js";
import { spaceToDepth } from "./spaceToDepth.js";

/** Every kind of layer that networks are composed of, by name. */
export const layerKinds = {
  activation,
  attention,
  "average-pool": averagePool,
  "batch-norm": batchNorm,
  channels,
  convolution,
  dense,
  dropout,
  flatten,
  "fourier-positions": fourierPositions,
  "global-average-pool": globalAveragePool,
  "group-sort": groupSort,
  "layer-norm": layerNorm,
  "learned-positions": learnedPositions,
  "max-pool": maxPool,
  "order-statistic": orderStatistic,
  "orthogonal-convolution": orthogonalConvolution,
  patches,
  "space-to-depth": spaceToDepth,
} as const;

/** The name of a kind of layer. */
export type LayerName = keyof typeof layerKinds;

/** A layer as plain data: its name and what its kind lets one choose. */
export type LayerSpec = {
  readonly [K in LayerName]: { readonly layer: K } & Parameters<(typeof layerKinds)[K]["shape"]>[0];
}[LayerName];

export const kindOf = ({ layer }: LayerSpec): LayerKind<LayerSpec> =>
  // Of every spec the kind is the one that its name stands for.
  layerKinds[layer] as unknown as LayerKind<LayerSpec>;
