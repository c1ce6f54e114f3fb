import type { CompleteRule } from "../engine/pruning/rule.js";
import type { FoldedNetwork } from "../folded/folded.js";
import { type Reduction, removeSharedDeadUnits } from "../folded/removeDeadUnits.js";
import { sparsities, storedFigures } from "./networkFigures.js";
import type { Member, TrainingRecord } from "./tabularModel.js";

/** A network, or the members of a shared ensemble, as training left them. */
export interface Trained {
  readonly networks: readonly FoldedNetwork[];
  readonly lengths: readonly Member["lengths"][];
  readonly inputs?: Int32Array;
}

type Left = Pick<Reduction, "network" | "inputs"> & { readonly report: Reduction["report"] | null };

/**
 * Members from trained networks, those of a shared ensemble one after the other, and what the record says of them. Of pruned ones, dead units and unused inputs are removed;
 * the sparsities are those before the removal, which takes zeros out.
 */
export function assemble(
  trained: readonly Trained[],
  rule: CompleteRule | null,
): {
  readonly members: readonly Member[];
  readonly figures: Pick<TrainingRecord, "bounds" | "sparsity" | "nearSparsity" | "parameters" | "pruning">;
} {
  const reductions = trained.flatMap(({ networks, inputs }): Left[] =>
    rule
      ? removeSharedDeadUnits(networks, inputs)
      : networks.map((network) => ({ network, inputs: inputs ?? allInputs(network), report: null })),
  );
  const lengths = trained.flatMap((one) => one.lengths);
  const members = reductions.map(({ network, inputs }, m) => ({
    network,
    inputs,
    // Which blocks a removal took along is not told, so the lengths of what is left are then unknown.
    lengths: network.layers.length === lengths[m].length ? lengths[m] : network.layers.map(() => []),
  }));
  return {
    members,
    figures: {
      ...storedFigures(members),
      ...sparsities(trained.flatMap(({ networks }) => networks)),
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
