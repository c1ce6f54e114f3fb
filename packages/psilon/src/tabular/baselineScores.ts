import { createRandom } from "../random/random.js";
import { classFrequencies, predictConstant, weightedMeans } from "./baselines/constant.js";
import { predictLinear } from "./baselines/linear.js";
import { fitLogistic, predictLogistic } from "./baselines/logistic.js";
import { fitRidge } from "./baselines/ridge.js";
import { type Scores, scoreProbabilities, scoreValues } from "./outputs.js";
import { dataAt, type Prepared, truthAt } from "./prepare.js";
import { unscaleTarget } from "./target.js";

/** What a model must beat: a constant, and ridge or logistic regression on the same encoded inputs. */
export interface BaselineScores {
  readonly constant: Scores;
  readonly linear: Scores;
}

/** One split of prepared rows, as places. */
export interface Places {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** Both baselines, fitted on every split's train part and scored on all test parts together. */
export function baselineScores(prepared: Prepared, splits: readonly Places[], seed: number): BaselineScores {
  const { target } = prepared;
  const parts = splits.map(({ train, test }) => {
    const data = dataAt(prepared, train);
    const { inputs } = dataAt(prepared, test);
    const weights = data.weights ?? undefined;
    if (target.task === "regression") {
      const outputs = target.names.length;
      const means = weightedMeans(data.targets, outputs, weights);
      const ridge = fitRidge(data.inputs, data.targets, { rows: data.rows, ...(weights && { weights }) });
      return {
        constant: unscaleTarget(target, predictConstant(means, test.length)),
        linear: unscaleTarget(target, predictLinear(ridge, inputs)),
      };
    }
    const labels = Int32Array.from(data.targets);
    const classes = target.classes.length;
    const rows = { inputs: data.inputs, labels, ...(weights && { weights }) };
    const model = fitLogistic(rows, classes, createRandom(seed));
    return {
      constant: predictConstant(classFrequencies(labels, classes, weights), test.length),
      linear: predictLogistic(model, inputs),
    };
  });
  const held = Int32Array.from(splits.flatMap(({ test }) => Array.from(test)));
  const truth = truthAt(prepared, held);
  const score = (predicted: Float64Array): Scores =>
    target.task === "regression"
      ? scoreValues(target.names.length, truth, predicted)
      : scoreProbabilities(truth, predicted, target.classes.length);
  return {
    constant: score(join(parts.map(({ constant }) => constant))),
    linear: score(join(parts.map(({ linear }) => linear))),
  };
}

function join(parts: readonly ArrayLike<number>[]): Float64Array {
  return Float64Array.from(parts.flatMap((part) => Array.from(part)));
}
