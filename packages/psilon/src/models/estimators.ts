import { type Backend, createBackend } from "../engine/backend/backend.js";
import { InputError } from "../errors.js";
import { backendOptions } from "../fit/options.js";
import { cellOptionsFor } from "../preprocess/kinds.js";
import { targetNames } from "../preprocess/target.js";
import type { CellOptions } from "../tables/columnFrom.js";
import type { Frame } from "../tables/frame.js";
import { type Columns, frameFrom, type Row } from "../tables/frameFrom.js";
import { loadModel, saveModel } from "./modelFile.js";
import { type ModelOutputs, type Predictions, placeModel, predictRows, scoreTable } from "./predictTable.js";
import type { TabularModel } from "./tabularModel.js";
import { type TrainOptions, trainModel } from "./trainModel.js";
import { withInterval } from "./withInterval.js";

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

  /** `model`: the trained one, or what its networks predict otherwise. */
  protected async predictions(data: TableInput, model = this.model): Promise<Predictions> {
    this.outputs ??= placeModel(await this.computer(), this.model);
    return predictRows(this.outputs, model, asFrame(data, cellOptionsFor(model.schema)));
  }

  protected async scores(data: TableInput) {
    return scoreTable(await this.computer(), this.model, asFrame(data, cellOptionsFor(this.model.schema)));
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

  /**
   * Intervals that hold the true value of this share of new rows (`withInterval`), as [low, high] of every row in the target's units; of several
   * targets a row has a list of them.
   */
  async predictInterval(data: TableInput, coverage: number): Promise<number[][] | number[][][]> {
    const predictions = await this.predictions(data, withInterval(this.model, coverage));
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
    const scores = await this.scores(data);
    if ("pinball" in scores) return -scores.pinball;
    return "r2" in scores ? scores.r2 : Number.NaN;
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
    const scores = await this.scores(data);
    return "accuracy" in scores ? scores.accuracy : Number.NaN;
  }

  /** A classifier from the bytes of a model file; `source` names it in messages. */
  static load(bytes: Uint8Array, source = "the model"): PsilonClassifier {
    return new PsilonClassifier().adopt(loadModel(bytes, source), "classification");
  }
}

const EMPTY = { low: new Float64Array(), high: new Float64Array() };

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
