import type { Backend } from "../backend/backend.js";
import { boxDifferences } from "../layers/boxDifferences.js";
import type { BoxSource } from "../layers/boxInput.js";
import { createBoxPass } from "../networks/boxPass.js";
import type { Network } from "../networks/network.js";
import { evaluateLoss, kindOf, type LossKind } from "./loss.js";
import { worstEnds } from "./worstEnds.js";
import type { Batch, WorstLoss } from "./worstLoss.js";

/**
 * κ·ℓ(f(x)) + (1 − κ)·ℓ(ẑ) (arXiv:1810.12715), with κ the `share` of the rows as they are and ẑ the worst outputs that interval bounds leave
 * possible in a row's box: of classes by how much each can be above the row's own, by the differences of the last layer's rows; of a
 * logit or a number the end of its interval on the side where the loss grows.
 */
export function intervalLoss(
  backend: Backend,
  network: Network,
  loss: LossKind,
  share: number,
  source: BoxSource,
  { y, w }: Batch,
): WorstLoss {
  const { layers } = network;
  // Without hidden layers the differences would be those of the inputs' own weights, of which groups count by their cases.
  const byDifferences = kindOf(loss) === "softmax" && layers.length > 1;
  const pass = createBoxPass(backend, network, source, !byDifferences);
  const worst = byDifferences
    ? boxDifferences(backend, layers[layers.length - 1], pass.output, y)
    : worstEnds(backend, loss, pass.output, y);
  return {
    evaluate(n, size) {
      source.size.now = size;
      pass.forward(n);
      worst.forward(n);
      const clean = evaluateLoss(backend, network, loss, n, y, w, share);
      return share * clean + (1 - share) * evaluateLoss(backend, worst, loss, n, y, w, 1 - share);
    },
    backward(n) {
      worst.backward(n);
      pass.backward(n);
    },
    addToLengths() {},
  };
}
