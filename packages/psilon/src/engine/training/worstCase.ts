import { InputError } from "../../errors.js";
import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import type { BoxSource } from "../layers/boxInput.js";
import type { Network } from "../networks/network.js";
import { intervalLoss } from "./intervalLoss.js";
import type { LossKind } from "./loss.js";
import { marginLoss } from "./marginLoss.js";
import { placeInputs } from "./placedData.js";
import type { Inputs, TrainingData, WorstSpec } from "./spec.js";
import type { Batch, WorstLoss } from "./worstLoss.js";

/** A loss over boxes, with the boxes where it can be given any of them. */
export interface WorstCase extends WorstLoss {
  /** Takes the boxes of the n rows whose numbers stand from `start` on in `order`; the network has their inputs. */
  gather(order: Tensor, start: number, n: number): void;
  /** The boxes' share of their full size after so many of all steps: it grows evenly over the ramp. */
  sizeAt(step: number, steps: number): number;
}

/**
 * `batch`: what the loss reads once the rows are gathered. Throws InputError where the rows have no boxes, and where the network or the loss has no such
 * bounds.
 */
export function createWorstCase(
  backend: Backend,
  network: Network,
  loss: LossKind,
  worst: WorstSpec,
  { rows, boxes }: TrainingData<Inputs>,
  batch: Batch,
): WorstCase {
  if (!boxes) {
    throw new InputError({
      code: "missing-argument",
      found: "Training on the worst case of boxes needs the boxes of the training rows, but they have none",
    });
  }
  if (network.members.length > 1 || network.adapters) {
    throw new InputError({
      code: "unsuitable",
      found:
        "Training on the worst case of boxes is for one network as it stands, but members share this one",
      remedy: "leave the members out",
    });
  }
  const { lower, upper, groups } = boxes;
  const { arena } = backend;
  const { capacity, inputs, input } = network;
  const source: BoxSource = {
    x: input,
    lower: arena.tensor(capacity, inputs),
    upper: arena.tensor(capacity, inputs),
    groups,
    size: { now: 1 },
  };
  const fromLower = placeInputs(backend, lower, rows, source.lower);
  const fromUpper = placeInputs(backend, upper, rows, source.upper);
  const { ramp } = worst;
  return {
    ...(worst.method === "margin"
      ? marginLoss(backend, network, loss, source, batch)
      : intervalLoss(backend, network, loss, worst.share, source, batch)),
    gather(order, start, n) {
      fromLower.gather(order, start, n);
      fromUpper.gather(order, start, n);
    },
    sizeAt: (step, steps) => Math.min(1, step / Math.max(1, ramp * steps)),
  };
}
