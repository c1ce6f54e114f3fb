import { trueOrFalse } from "../arguments.js";
import type { Estimate, EstimateOptions } from "../fit/measures/bootstrap.js";
import type { ClassScores } from "../fit/measures/classScores.js";
import type { NumberScores } from "../fit/measures/numberScores.js";
import { checkGiven } from "../names.js";
import { targetNames } from "../preprocess/target.js";
import { Estimator, type TableInput } from "./estimator.js";
import { loadModel } from "./modelFile.js";
import { withInterval } from "./withInterval.js";

/** How predictions are handed over. */
export interface PredictOptions {
  /** Whether to have a Float64Array, of each row where it has several numbers, in place of lists, which survive JSON. */
  readonly typed?: boolean | undefined;
}

/**
 * A regressor for tables of one or many numeric targets, in the manner of scikit-learn. `Prediction`: what is predicted of a row, a number, or
 * of several targets or quantiles a list of them.
 *
 *     const regressor = await new PsilonRegressor({ preset: "fast" }).fit(rows, "price");
 *     const prices = await regressor.predict(newRows);
 *     const both = await new PsilonRegressor<number[]>().fit(rows, ["price", "rent"]);
 */
export class PsilonRegressor<Prediction extends number | number[] = number> extends Estimator {
  /** Finds λ and trains; see `trainModel` for what it throws. */
  async fit(data: TableInput, target: string | readonly string[]): Promise<this> {
    await this.learn(data, target, "regression");
    return this;
  }

  /**
   * For each row its value in the target's units; of several targets their values, of quantiles the quantiles, ascending. Nothing of no rows.
   * Throws InputError as `predictTable` does.
   */
  async predict(
    data: TableInput,
    options?: PredictOptions & { readonly typed?: false | undefined },
  ): Promise<Prediction[]>;
  async predict(
    data: TableInput,
    options: PredictOptions & { readonly typed: true },
  ): Promise<Prediction extends number ? Float64Array : Float64Array[]>;
  async predict(data: TableInput, options: PredictOptions = {}) {
    checkGiven(options, predictOptionKinds);
    const predictions = await this.predictions(data);
    if (predictions.task !== "regression") return [];
    const { values, targets } = predictions;
    const perRow = targets.length === 1 ? values : rowsOf(values, targets.length);
    return options.typed ? perRow : asLists(perRow);
  }

  /**
   * Intervals that hold the true value of this share of new rows (`withInterval`), as [low, high] of every row in the target's units; of several
   * targets a row has a list of them.
   */
  async predictInterval(data: TableInput, coverage: number): Promise<number[][] | number[][][]> {
    const predictions = await this.predictions(data, withInterval(this.asked(), coverage));
    const { low, high } =
      predictions.task === "regression" && predictions.interval ? predictions.interval : EMPTY;
    const pairs = Array.from(low, (from, at) => [from, high[at]]);
    const targets = targetNames(this.model.target).length;
    if (targets === 1) return pairs;
    return Array.from({ length: pairs.length / targets }, (_, i) =>
      pairs.slice(i * targets, (i + 1) * targets),
    );
  }

  /** R² on rows that have the target, as in scikit-learn; of quantiles their pinball loss, negative. */
  async score(data: TableInput): Promise<number> {
    const scores = await this.trainingScores(data);
    if ("pinball" in scores) return -scores.pinball;
    return "r2" in scores ? scores.r2 : Number.NaN;
  }

  /**
   * Every metric on rows that have the target, each with its 95 % interval by 1,000 bootstrap resamples (`Estimate`), drawn by the seed. Throws
   * InputError where no row has all targets, for rows that cannot be predicted, and for a seed out of range.
   */
  async scores(data: TableInput, options?: EstimateOptions): Promise<NumberScores<Estimate>> {
    return (await this.estimates(data, options)) as NumberScores<Estimate>;
  }

  /** A regressor of the model in a file's bytes, as `loadModel` takes them; `source` names it in messages. */
  static load<Prediction extends number | number[] = number>(
    bytes: ArrayBufferLike | ArrayBufferView,
    source?: string,
  ): PsilonRegressor<Prediction> {
    return new PsilonRegressor<Prediction>().adopt(loadModel(bytes, source), "regression");
  }
}

/** A classifier for tables, of two or many classes, in the manner of scikit-learn. */
export class PsilonClassifier extends Estimator {
  /** Finds λ and trains; see `trainModel` for what it throws. */
  async fit(data: TableInput, target: string): Promise<this> {
    await this.learn(data, target, "classification");
    return this;
  }

  /** The most probable class of every row. Throws InputError as `predictTable` does. */
  async predict(data: TableInput): Promise<string[]> {
    const predictions = await this.predictions(data);
    return predictions.task === "classification"
      ? Array.from(predictions.labels, (label) => predictions.classes[label])
      : [];
  }

  /** For each row its probabilities in the order of `classes`. Throws InputError as `predictTable` does. */
  async predictProba(
    data: TableInput,
    options?: PredictOptions & { readonly typed?: false | undefined },
  ): Promise<number[][]>;
  async predictProba(
    data: TableInput,
    options: PredictOptions & { readonly typed: true },
  ): Promise<Float64Array[]>;
  async predictProba(data: TableInput, options: PredictOptions = {}) {
    checkGiven(options, predictOptionKinds);
    const predictions = await this.predictions(data);
    if (predictions.task !== "classification") return [];
    const rows = rowsOf(predictions.probabilities, predictions.classes.length);
    return options.typed ? rows : asLists(rows);
  }

  /** The classes in the order of `predictProba`'s columns. */
  get classes(): readonly string[] {
    const { target } = this.model;
    return target.task === "classification" ? target.classes : [];
  }

  /** Accuracy on rows that have the target, as in scikit-learn. */
  async score(data: TableInput): Promise<number> {
    const scores = await this.trainingScores(data);
    return "accuracy" in scores ? scores.accuracy : Number.NaN;
  }

  /**
   * Every metric on rows that have the target, each with its 95 % interval by 1,000 bootstrap resamples (`Estimate`), drawn by the seed. Throws
   * InputError where no row has the target, for rows that cannot be predicted, and for a seed out of range.
   */
  async scores(data: TableInput, options?: EstimateOptions): Promise<ClassScores<Estimate>> {
    return (await this.estimates(data, options)) as ClassScores<Estimate>;
  }

  /** A classifier of the model in a file's bytes, as `loadModel` takes them; `source` names it in messages. */
  static load(bytes: ArrayBufferLike | ArrayBufferView, source?: string): PsilonClassifier {
    return new PsilonClassifier().adopt(loadModel(bytes, source), "classification");
  }
}

const EMPTY = { low: new Float64Array(), high: new Float64Array() };
const predictOptionKinds = { typed: trueOrFalse };

/** The rows of rows × columns, over the same memory. */
function rowsOf(values: Float64Array, columns: number): Float64Array[] {
  return Array.from({ length: values.length / columns }, (_, row) =>
    values.subarray(row * columns, (row + 1) * columns),
  );
}

const asLists = (rows: Float64Array | readonly Float64Array[]): (number | number[])[] =>
  rows instanceof Float64Array ? Array.from(rows) : rows.map((row) => Array.from(row));
