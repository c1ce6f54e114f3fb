import type { TabularModel } from "psilon";
import { boundText } from "../../render/bound.js";
import { lambdaText, networkNames, networkText, sparsityText, targetFacts } from "../../render/training.js";
import { type TrainingCommand, trainingCommand } from "../trainingCommand.js";

/** What the model is, in lines as the command prints them. */
export interface AboutFacts {
  readonly network: string;
  readonly sparsity: string;
  readonly bound: string;
  readonly predicts: readonly (readonly [name: string, text: string])[];
  /** How it came about; null where it learned from no rows of which its file tells, as a network that was brought in from elsewhere. */
  readonly training: { readonly lambda: string; readonly again: TrainingCommand } | null;
}

export function aboutFacts(model: TabularModel): AboutFacts {
  const { record } = model;
  // One that was brought in from elsewhere may have been pruned on rows of here.
  const isTrained = record.rows > 0 && !record.imported;
  return {
    network: isTrained
      ? networkText(model)
      : `${networkNames[record.network]}, layers of up to ${record.width} units, trained elsewhere`,
    sparsity: sparsityText(model),
    bound: boundText(model),
    predicts: targetFacts(model),
    training: isTrained ? { lambda: lambdaText(model), again: trainingCommand(model) } : null,
  };
}
