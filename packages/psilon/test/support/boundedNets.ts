import type { Backend } from "../../src/engine/backend/backend.ts";
import type { NetworkKind } from "../../src/engine/networks/spec.ts";
import { fold } from "../../src/folded/fold.ts";
import type { FoldedNetwork } from "../../src/folded/folded.ts";
import { removeDeadUnits } from "../../src/folded/removeDeadUnits.ts";
import { makeData, runTo, startRun } from "./training.ts";

export const kinds: readonly NetworkKind[] = ["net", "resnet", "standard", "mlp"];
export const states = ["untrained", "trained", "pruned"] as const;

export interface Shape {
  readonly width: number;
  readonly depth: number;
}

/**
 * A network of a kind with five inputs (pruning may leave fewer), as `fold` gives it: as it starts, after eight epochs on 77 rows, or
 * trained and with its small weights set to 0 and its dead units removed. Those of every fourth seed are monotone.
 */
export function makeNetwork(
  backend: Backend,
  kind: NetworkKind,
  state: (typeof states)[number],
  { width, depth }: Shape,
  seed: number,
): FoldedNetwork {
  const mark = backend.arena.mark();
  try {
    const loss = seed % 2 === 0 ? "squared-error" : "softmax";
    const outputs = loss === "softmax" ? 3 : 1;
    const trainer = startRun(backend, {
      kind,
      network: { width, depth, outputs, ...(seed % 4 === 0 && { monotone: [1, 0, -1, 1, 0] }) },
      training: { loss, seed, lambda: 1e-4 },
      train: makeData(77, seed, loss),
      capacity: 77,
    });
    if (state !== "untrained") runTo(trainer, 8);
    const network = fold(trainer.network);
    return state === "pruned" ? removeDeadUnits(withoutSmallWeights(network)).network : network;
  } finally {
    backend.arena.release(mark);
  }
}

/** Half of all entries, the smaller ones, become 0; a pair's two entries live and die together. */
function withoutSmallWeights(network: FoldedNetwork): FoldedNetwork {
  const layers = network.layers.map((layer) => {
    const matrices = layer.kind === "dense" ? [layer.weight] : [layer.positive, layer.negative];
    const sizes = Array.from(matrices[0], (_, k) =>
      Math.max(...matrices.map((matrix) => Math.abs(matrix[k]))),
    );
    const median = [...sizes].sort((a, b) => a - b)[sizes.length >> 1];
    const prune = (matrix: Float32Array) => matrix.map((value, k) => (sizes[k] < median ? 0 : value));
    return layer.kind === "dense"
      ? { ...layer, weight: prune(layer.weight) }
      : { ...layer, positive: prune(layer.positive), negative: prune(layer.negative) };
  });
  return { ...network, layers };
}
