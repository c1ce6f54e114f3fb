import { aFunction, anObject, checkArgument, checkValues, oneOf } from "../arguments.js";
import { type Backend, createBackend } from "../engine/backend/backend.js";
import { InputError } from "../errors.js";
import { checkOptions } from "../fit/checkOptions.js";
import type { EstimateOptions } from "../fit/measures/bootstrap.js";
import { backendOptions } from "../fit/options.js";
import { cellOptionsFor } from "../preprocess/kinds.js";
import type { CellOptions } from "../tables/columnFrom.js";
import { allRows, type Frame } from "../tables/frame.js";
import { type Columns, frameFrom, type Row } from "../tables/frameFrom.js";
import { estimateScores } from "./estimateScores.js";
import { saveModel } from "./modelFile.js";
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
