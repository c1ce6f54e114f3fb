import { type Backend, createBackend } from "../engine/backend/backend.js";
import { InputError } from "../errors.js";
import type { Estimate, EstimateOptions } from "../fit/measures/bootstrap.js";
import type { ClassScores } from "../fit/measures/classScores.js";
import type { NumberScores } from "../fit/measures/numberScores.js";
import { backendOptions } from "../fit/options.js";
import { cellOptionsFor } from "../preprocess/kinds.js";
import type { CellOptions } from "../tables/columnFrom.js";
import type { Frame } from "../tables/frame.js";
import { type Columns, frameFrom, type Row } from "../tables/frameFrom.js";
import { estimateScores } from "./estimateScores.js";
import { loadModel, saveModel } from "./modelFile.js";
import {
  type ModelOutputs,
  type Predictions,
  placeModel,
  predictRows,
  scoreTable,
  testTable,
} from "./predictTable.js";
import type { TabularModel } from "./tabularModel.js";
import { type TrainOptions, trainModel } from "./trainModel.js";

/** A frame, rows as objects, or columns as arrays. */
export type TableInput = Frame | readonly Row[] | Columns;

/** What regressor and classifier share: a model, and a backend to compute it on. */
export abstract class Estimator {
  readonly options: TrainOptions;
  private trained: TabularModel | null = null;
  private backend: Backend | null = null;
  /** The model's networks, once it has predicted: a row must not wait for weights to be placed. */
  private outputs: ModelOutputs | null = null;

  constructor(options: TrainOptions = {}) {
    this.options = options;
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
    this.take(await trainModel(asFrame(data, declared(this.options)), target, { ...this.options, task }));
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

  protected async predictions(data: TableInput): Promise<Predictions> {
    this.outputs ??= placeModel(await this.computer(), this.model);
    return predictRows(this.outputs, this.model, asFrame(data, cellOptionsFor(this.model.schema)));
  }

  protected async trainingScores(data: TableInput) {
    return scoreTable(await this.computer(), this.model, asFrame(data, cellOptionsFor(this.model.schema)));
  }

  protected async estimates(data: TableInput, options: EstimateOptions | undefined) {
    const frame = asFrame(data, cellOptionsFor(this.model.schema));
    return estimateScores(this.model, testTable(await this.computer(), this.model, frame), options);
  }

  private take(model: TabularModel): void {
    this.trained = model;
    // With its memory, in which the last model's networks may lie.
    this.backend = null;
    this.outputs = null;
  }

  private async computer(): Promise<Backend> {
    this.backend ??= await createBackend(backendOptions(this.options));
    return this.backend;
  }
}

/**
 * A regressor for tables of one or many numeric targets, in the manner of scikit-learn.
 *
 *     const regressor = await new PsilonRegressor({ preset: "fast" }).fit(rows, "price");
 *     const prices = await regressor.predict(newRows);
 */
export class PsilonRegressor extends Estimator {
  /** Finds λ and trains; see `trainModel` for what it throws. */
  async fit(data: TableInput, target: string | readonly string[]): Promise<this> {
    await this.learn(data, target, "regression");
    return this;
  }

  /** Values in the targets' units, rows × targets, or rows × quantiles, ascending. */
  async predict(data: TableInput): Promise<Float64Array> {
    const predictions = await this.predictions(data);
    return predictions.task === "regression" ? predictions.values : new Float64Array();
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

  /** A regressor from the bytes of a model file; `source` names it in messages. */
  static load(bytes: Uint8Array, source = "the model"): PsilonRegressor {
    return new PsilonRegressor().adopt(loadModel(bytes, source), "regression");
  }
}

/** A classifier for tables, of two or many classes, in the manner of scikit-learn. */
export class PsilonClassifier extends Estimator {
  /** Finds λ and trains; see `trainModel` for what it throws. */
  async fit(data: TableInput, target: string): Promise<this> {
    await this.learn(data, target, "classification");
    return this;
  }

  /** The most probable class of every row. */
  async predict(data: TableInput): Promise<string[]> {
    const predictions = await this.predictions(data);
    return predictions.task === "classification"
      ? Array.from(predictions.labels, (label) => predictions.classes[label])
      : [];
  }

  /** Probabilities, rows × classes in the order of `classes`. */
  async predictProba(data: TableInput): Promise<Float64Array> {
    const predictions = await this.predictions(data);
    return predictions.task === "classification" ? predictions.probabilities : new Float64Array();
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

  /** A classifier from the bytes of a model file; `source` names it in messages. */
  static load(bytes: Uint8Array, source = "the model"): PsilonClassifier {
    return new PsilonClassifier().adopt(loadModel(bytes, source), "classification");
  }
}

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
