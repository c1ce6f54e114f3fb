import { meanFigure, networkNearSparsity, networkSparsity, parameterCount } from "../folded/figures.js";
import type { FoldedNetwork } from "../folded/folded.js";
import { recordedBounds } from "./recordedBounds.js";
import type { Member, TrainingRecord } from "./tabularModel.js";

/** What a record says of the networks that a model holds. */
export function storedFigures(
  members: readonly Pick<Member, "network" | "inputs">[],
): Pick<TrainingRecord, "bounds" | "parameters"> {
  return {
    bounds: recordedBounds(members),
    parameters: parameterCount(members.map(({ network }) => network)),
  };
}

/** What a record says of the networks as training left them: means over the networks. */
export function sparsities(
  networks: readonly FoldedNetwork[],
): Pick<TrainingRecord, "sparsity" | "nearSparsity"> {
  return {
    sparsity: meanFigure(networks, networkSparsity),
    nearSparsity: meanFigure(networks, networkNearSparsity),
  };
}
