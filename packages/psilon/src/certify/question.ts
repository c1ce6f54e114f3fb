import { anObject } from "../arguments.js";
import { InputError } from "../errors.js";
import { aTolerance, checkTolerance, type Tolerance } from "../fit/tolerance.js";
import { checkModel, type TabularModel } from "../models/tabularModel.js";
import { checkMoves, type Moves } from "../moves/moves.js";
import { checkGiven } from "../names.js";

/** What is asked about rows of a table. */
export interface RowQuestion {
  readonly moves?: Moves | undefined;
  /** Regression: how far a prediction may move, in the target's units for each target, or by a factor. */
  readonly tolerance?: Tolerance | undefined;
}

/**
 * Throws InputError for what can be refused before there is a table: moves that do not fit the model, and a tolerance that is missing,
 * means nothing, or is given although the model predicts classes. Returns the tolerance, for classes 0.
 */
export function checkQuestion(model: TabularModel, question: RowQuestion): Tolerance {
  checkModel(model);
  checkGiven(question, { moves: anObject, tolerance: aTolerance });
  const { moves = {}, tolerance } = question;
  checkMoves(model.encoder, moves);
  return toleranceOf(model, tolerance);
}

/** The tolerance; classes need none, and 0 stands for it. */
function toleranceOf({ target }: TabularModel, tolerance: Tolerance | undefined): Tolerance {
  if (target.task === "classification") {
    if (tolerance === undefined) return 0;
    throw new InputError({
      code: "wrong-task",
      found:
        "A tolerance says how far a number may move, but this model predicts classes, which change or do not",
      remedy: "leave the tolerance out",
    });
  }
  if (tolerance === undefined) {
    throw new InputError({
      code: "missing-argument",
      found: `This model predicts numbers: say with a tolerance how far ${target.names.join(", ")} may move`,
    });
  }
  checkTolerance(target, tolerance);
  return tolerance;
}
