import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import type { Network } from "../networks/network.js";
import { isSequential } from "../networks/sequential.js";
import type { Parameter } from "../weights/parameter.js";
import type { Weight } from "../weights/weight.js";
import { atOnce } from "./atOnce.js";
import { createMasks } from "./masks.js";
import type { Amount, Pruning, Stage } from "./pruning.js";
import { type Block, sequentialBlocks } from "./sequentialBlocks.js";

/**
 * Sets the residual blocks that are nearest to the identity to 0 when the stage begins, in the order of their sizes and as many as `sparsity`
 * of all blocks' entries holds; whatever stands in no block stays whole. `removeDeadUnits` and `removeDeadFilters` then take them out.
 *
 * Of a ResNet the size is max_i Σ_j max(|W⁺_ij|, |W⁻_ij|), by which a block can raise the improved bound: |g| for a shared L1 length
 * (arXiv:2404.19112, theorem 2; mathematics, section 8). Of a network of any list of layers see `sequentialBlocks`, which throws InputError where
 * there are no blocks that can be 0.
 */
export function residual(backend: Backend, network: Network, { sparsity }: Amount, stage: Stage): Pruning {
  const blocks = isSequential(network) ? sequentialBlocks(network) : resnetBlocks(network);
  const known = new Map<Parameter, Tensor>(
    createMasks(backend, network).map((mask, l) => [network.layers[l].weight, mask]),
  );
  const masks = blocks.map(({ parameters }) =>
    parameters.map((parameter) => {
      const { rows, columns } = parameter.raw;
      return known.get(parameter) ?? backend.arena.tensor(rows, columns);
    }),
  );
  return atOnce(stage, () => {
    const total = blocks.reduce((sum, block) => sum + entriesOf(block), 0);
    const order = blocks
      .map((block, b) => ({ block, masks: masks[b], size: block.size() }))
      .sort((a, b) => a.size - b.size);
    let entries = 0;
    for (const { block, masks: own } of order) {
      entries += entriesOf(block);
      // 0.3 of 10 blocks are 3, though their sum may be a rounding above.
      if (entries > sparsity * total * (1 + 1e-9)) break;
      block.parameters.forEach((parameter, k) => {
        own[k].data.fill(0);
        parameter.mask = own[k];
        parameter.normalize();
      });
    }
  });
}

/** Of the matrices alone. */
const entriesOf = ({ parameters }: Block): number =>
  parameters.reduce((sum, parameter) => sum + ("effective" in parameter ? parameter.raw.length : 0), 0);

/** The biases go on: what a block adds with a matrix of 0 is a constant. */
function resnetBlocks({ layers }: Network): Block[] {
  return layers.slice(1, -1).map(({ weight }) => ({ parameters: [weight], size: () => largestRow(weight) }));
}

/** max_i Σ_j max(|W⁺_ij|, |W⁻_ij|). */
function largestRow({ effective: { data }, rows, columns }: Weight): number {
  let largest = 0;
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 2 * i * columns; j < (2 * i + 1) * columns; j++) {
      sum += Math.max(Math.abs(data[j]), Math.abs(data[j + columns]));
    }
    largest = Math.max(largest, sum);
  }
  return largest;
}
