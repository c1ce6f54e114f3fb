import { aFunction, anObject, checkArgument, checkValues, oneOf, trueOrFalse } from "../arguments.js";
import { type Backend, createBackend } from "../engine/backend/backend.js";
import { InputError } from "../errors.js";
import { checkOptions } from "../fit/checkOptions.js";
import type { Estimate, EstimateOptions } from "../fit/measures/bootstrap.js";
import type { ClassScores } from "../fit/measures/classScores.js";
import type { NumberScores } from "../fit/measures/numberScores.js";
import { backendOptions } from "../fit/options.js";
import { checkGiven } from "../names.js";
import { cellOptionsFor } from "../preprocess/kinds.js";
import { targetNames } from "../preprocess/target.js";
import type { CellOptions } from "../tables/columnFrom.js";
import { allRows, type Frame } from "../tables/frame.js";
import { type Columns, frameFrom, type Row } from "../tables/frameFrom.js";
import { estimateScores } from "./estimateScores.js";
import { loadModel, saveModel } from "./modelFile.js";
import {
  type ModelOutputs,
  type Predictions,
  placeModel,
  predicted,
  predictRows,
  scoreTable,
  testTable,
} from "./predictTable.js";
import type { TabularModel } from "./tabularModel.js";
import { type TrainOptions, trainModel } from "./trainModel.js";
import { withInterval } from "./withInterval.js";

/** A frame, rows as objects, or columns as arrays. */
export type TableInput = Frame | readonly Row[] | Columns;

/** How an estimator is trained, and what it does with rows to predict. */
export interface EstimatorOptions extends TrainOptions {
  /**
   * What a category is that no row to learn from had: an error, as for the command line (default), or none of the known ones (`zeros`). It is
   * about rows to predict and to score, and no part of the model.
   */
  readonly unseen?: "error" | "zeros" | undefined;
}

/** How predictions are handed over. */
export interface PredictOptions {
  /** Whether to have a Float64Array, of each row where it has several numbers, in place of lists, which survive JSON. */
  readonly typed?: boolean | undefined;
}

/** What regressor and classifier share: a model, and a backend to compute it on. */
export abstract class Estimator {
  private options: EstimatorOptions = {};
  private trained: TabularModel | null = null;
  private backend: Backend | null = null;
  /** The model's networks, once it has predicted: a row must not wait for weights to be placed. */
  private outputs: ModelOutputs | null = null;

  /** Throws InputError for an option that there is not or that has a value it cannot have. */
  constructor(options: EstimatorOptions = {}) {
    this.setOptions(options);
  }

  /** The options that were given. */
  getOptions(): EstimatorOptions {
    return { ...this.options };
  }

  /**
   * Gives further options, or others; undefined takes one back. The model stays as it is until the next `fit`. Throws InputError as the
   * constructor does, and then all stay what they were.
   */
  setOptions(options: EstimatorOptions): this {
    checkArgument("argument of options", options, anObject);
    const { unseen, onModel, ...training } = { ...this.options, ...options };
    checkValues({ unseen, onModel }, { unseen: oneOf("error", "zeros"), onModel: aFunction });
    checkOptions(training);
    this.options = { ...this.options, ...options };
    this.letGo();
    return this;
  }

  /** The trained model. Throws InputError before `fit` or `load`. */
  get model(): TabularModel {
    if (!this.trained) {
      throw new InputError({
        code: "no-model",
        found: "There is no model yet: call fit or load first",
      });
    }
    return this.trained;
  }

  /** The model as the bytes of a safetensors file. */
  save(): Uint8Array {
    return saveModel(this.model);
  }

  protected async learn(data: TableInput, target: string | readonly string[], task: TrainOptions["task"]) {
    const { unseen, ...options } = this.options;
    this.take(await trainModel(asFrame(data, declared(options)), target, { ...options, task }));
  }

  protected adopt(model: TabularModel, task: TrainOptions["task"]): this {
    if (model.target.task !== task) {
      throw new InputError({
        code: "wrong-task",
        found: `The model is for ${model.target.task}, but one for ${task} was expected`,
        value: model.target.task,
      });
    }
    this.take(model);
    return this;
  }

  /** `model`: the trained one, or what its networks predict otherwise. */
  protected async predictions(data: TableInput, model = this.asked()): Promise<Predictions> {
    const frame = asFrame(data, cellOptionsFor(model.schema));
    // An empty list of rows names no columns that could be asked for.
    if (frame.rowCount === 0)
      return { ...predicted(model, new Float32Array(), frame, allRows(frame)), notes: [] };
    this.outputs ??= placeModel(await this.computer(), model);
    return predictRows(this.outputs, model, frame);
  }

  protected async trainingScores(data: TableInput) {
    const model = this.asked();
    return scoreTable(await this.computer(), model, asFrame(data, cellOptionsFor(model.schema)));
  }

  /** The model as it takes rows to predict. */
  protected asked(): TabularModel {
    const { unseen = "error" } = this.options;
    return { ...this.model, encoder: { ...this.model.encoder, unseen } };
  }

  protected async estimates(data: TableInput, options: EstimateOptions | undefined) {
    const model = this.asked();
    const frame = asFrame(data, cellOptionsFor(model.schema));
    return estimateScores(model, testTable(await this.computer(), model, frame), options);
  }

  private take(model: TabularModel): void {
    this.trained = model;
    this.letGo();
  }

  /** The backend, with its memory, in which a model's networks may lie. */
  private letGo(): void {
    this.backend = null;
    this.outputs = null;
  }

  private async computer(): Promise<Backend> {
    this.backend ??= await createBackend(backendOptions(this.options));
    return this.backend;
  }
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

/** What a program hands over, as a frame, its cells read as `options` say. */
function asFrame(data: TableInput, options: CellOptions): Frame {
  const isFrame = !Array.isArray(data) && typeof (data as Partial<Frame> | null)?.rowCount === "number";
  return isFrame ? (data as Frame) : frameFrom(data as readonly Row[] | Columns, options);
}

/** Columns that are declared to be categories, ordered or not, keep their texts. */
function declared({ columns = {} }: TrainOptions): CellOptions {
  const names = Object.entries(columns).flatMap(([name, kind]) =>
    kind === "categorical" || typeof kind === "object" ? [name] : [],
  );
  return { asText: new Set(names) };
}
