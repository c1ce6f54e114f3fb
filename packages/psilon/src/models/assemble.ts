import type { CompleteRule } from "../engine/pruning/rule.js";
import type { FoldedNetwork } from "../folded/folded.js";
import { removeDeadUnits } from "../folded/removeDeadUnits.js";
import { sparsities, storedFigures } from "./networkFigures.js";
import type { Member, TrainingRecord } from "./tabularModel.js";

/** A network as training left it. */
export interface Trained {
  readonly network: FoldedNetwork;
  readonly lengths: readonly (readonly number[])[];
  readonly inputs?: Int32Array;
}

/**
 * Members from trained networks, and what the record says of them. Of pruned ones, dead units and unused inputs are removed;
 * the sparsities are those before the removal, which takes zeros out.
 */
export function assemble(
  trained: readonly Trained[],
  rule: CompleteRule | null,
): {
  readonly members: readonly Member[];
  readonly figures: Pick<TrainingRecord, "bounds" | "sparsity" | "nearSparsity" | "parameters" | "pruning">;
} {
  const reductions = trained.map(({ network, inputs }) =>
    rule ? removeDeadUnits(network, inputs) : { network, inputs: inputs ?? allInputs(network), report: null },
  );
  const members = reductions.map(({ network, inputs }, m) => ({
    network,
    inputs,
    // Which blocks a removal took along is not told, so the lengths of what is left are then unknown.
    lengths:
      network.layers.length === trained[m].lengths.length ? trained[m].lengths : network.layers.map(() => []),
  }));
  return {
    members,
    figures: {
      ...storedFigures(members),
      ...sparsities(trained.map(({ network }) => network)),
      pruning: rule && {
        rule: rule.rule,
        target: rule.rule === "threshold" ? null : rule.sparsity,
        scope: rule.rule === "threshold" ? null : rule.scope,
        removed: reductions.flatMap(({ report }) => report ?? []),
      },
    },
  };
}

function allInputs(network: FoldedNetwork): Int32Array {
  return Int32Array.from({ length: network.layers[0].columns }, (_, j) => j);
}
