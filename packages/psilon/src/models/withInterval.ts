import { InputError } from "../errors.js";
import { intervalFor, noIntervals } from "../preprocess/interval.js";
import { checkModel, type TabularModel } from "./tabularModel.js";

/**
 * The model with an interval beside each predicted number, which is to hold the true value of this share of new rows: split conformal
 * prediction (arXiv:1604.04173) from the errors of rows that were held out while λ was chosen. Its promise is for networks like those that did
 * not see these rows, and new rows drawn as they were; the model itself has seen them and errs a little less. Intervals of one width in what is
 * learned: for a logarithm by one factor, of counts as wide as √μ, of quantiles from the lowest to the highest and as much further at both ends.
 *
 * `coverage`: a share in (0, 1). Throws InputError for classes, for another number, where more rows would have had to be held out, and for
 * models that keep no such errors: those that were pruned or stopped before their end, or come from earlier versions.
 */
export function withInterval(model: TabularModel, coverage: number): TabularModel {
  checkModel(model);
  const { target } = model;
  if (target.task === "classification") throw noIntervals(target);
  if (!target.heldOut) {
    throw new InputError({
      code: "unsuitable",
      found:
        "The model does not know how far off held-out rows were predicted, as one that was pruned or stopped before its end, or comes from an earlier version, so it has no intervals",
      remedy: "train it anew",
    });
  }
  return { ...model, target: { ...target, interval: intervalFor(target.heldOut, coverage) } };
}
