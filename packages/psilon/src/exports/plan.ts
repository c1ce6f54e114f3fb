import type { FoldedLayer } from "../folded/folded.js";
import { checkModel, type Member, type TabularModel } from "../models/tabularModel.js";
import type { DatePart } from "../preprocess/dateParts.js";
import {
  binsOf,
  type EncodedColumn,
  type Encoder,
  hasValue,
  inputsOf,
  sourceOf,
  sourcesOf,
} from "../preprocess/encoder.js";
import type { Target } from "../preprocess/target.js";
import { missingTexts, numbersIn } from "../tables/texts.js";

/**
 * A model as whoever writes it in another language needs it: the columns that it reads, what becomes of them, and its networks' matrices
 * over those inputs alone that some weight reads. An input's place is its number among these, from 0; −1 is that of one that no weight
 * reads. Plain data.
 */
export interface ExportPlan {
  /** The table's columns that some weight reads, each once. */
  readonly columns: readonly PlanColumn[];
  /** What they become, in the order of the inputs' places. */
  readonly features: readonly PlanFeature[];
  /** How many inputs there are. */
  readonly inputs: number;
  /** The model's output is the mean of theirs. */
  readonly members: readonly PlanMember[];
  readonly target: Target;
  /** What becomes of a text that no train row had, or that is none of a column's levels: it counts as `PlanFeature` says, or it is an error. */
  readonly unseen: Encoder["unseen"];
  /** Texts and numbers that stand for a missing value, besides what is none. */
  readonly missing: { readonly texts: readonly string[]; readonly numbers: readonly number[] };
  /** Columns of the model that no weight reads. */
  readonly unread: readonly string[];
}

/** A column of the table. */
export interface PlanColumn {
  readonly name: string;
  /** What stands in its cells; `texts` may as well be numbers or truths by how they are shown. */
  readonly holds: "numbers" | "texts" | "truths" | "dates";
  /** How its cells were read from a file, where not as they stand: the end of a sentence such as `Column "x" is …`. */
  readonly reading?: string;
}

/** What is known of every feature. */
export interface FeaturePlace {
  /** Its column's place among the plan's. */
  readonly column: number;
  /** The input that is 1 where a cell is missing and else 0. */
  readonly missing: number;
}

/** How a column's cells, or what one part of its dates is, become inputs. */
export type PlanFeature = NumberFeature | TruthFeature | CategoryFeature;

/**
 * A number x: of dates the days since 1970; with `levels`, which are texts, the place of the cell's own among them, and a cell that is none
 * of them is as good as missing. Of a missing cell the value is 0, which is that of the mean, and so are the bins those of the mean.
 */
export interface NumberFeature extends FeaturePlace {
  readonly kind: "number";
  readonly levels?: readonly string[];
  /** The input (x − mean)/std, no farther than `clip` from 0. */
  readonly value: number;
  readonly mean: number;
  readonly std: number;
  readonly clip?: number;
  /** The inputs min(max((x − edges[t])/(edges[t + 1] − edges[t]), 0), 1), one for each two edges. */
  readonly bins?: { readonly edges: readonly number[]; readonly places: readonly number[] };
}

/** A truth: the input `value` is 1 for true, −1 for false and 0 for a missing cell. */
export interface TruthFeature extends FeaturePlace {
  readonly kind: "truth";
  readonly value: number;
}

/**
 * A text, or what `part` of a date is called (`partValues`): the input at its category's place is 1 and the others are 0; `other`: that of
 * any other text, where there is one.
 */
export interface CategoryFeature extends FeaturePlace {
  readonly kind: "category";
  readonly part?: DatePart;
  readonly categories: readonly string[];
  readonly places: readonly number[];
  readonly other: number;
  /** Whether any other text, of which the model has no input, is an error and no text like any that is not read. */
  readonly refusesOthers: boolean;
}

/** One network, over some of the inputs. */
export interface PlanMember {
  /** The places of its inputs, ascending. */
  readonly inputs: readonly number[];
  readonly layers: readonly PlanLayer[];
  /** Its one output is that of its layers plus Σ_j slopes[j]·x_j, where there are any. */
  readonly slopes?: Float32Array;
}

/** y = W·a(x) + b, plus x where `residual`, with W (rows × columns) row-major. */
export interface PlanLayer {
  /** a(x): x itself, max(x, 0), or for `crelu` max(x, 0) followed by min(x, 0), twice as many. */
  readonly activation: "none" | "relu" | "crelu";
  readonly residual: boolean;
  readonly rows: number;
  readonly columns: number;
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/** How many numbers the members put out, each of them as many. */
export function outputsOf([{ layers }]: readonly PlanMember[]): number {
  return layers[layers.length - 1].rows;
}

/** The model, ready to be written. */
export function exportPlan(model: TabularModel): ExportPlan {
  checkModel(model);
  const { encoder, members, target, schema } = model;
  const readByMember = members.map(readColumns);
  const used = [...new Set(members.flatMap(({ inputs }, m) => readByMember[m].map((j) => inputs[j])))];
  used.sort((a, b) => a - b);
  const placeOf = new Map(used.map((input, place) => [input, place]));
  const columns: PlanColumn[] = [];
  const features: PlanFeature[] = [];
  const marks = schema.missing ?? [];
  let first = 0;
  for (const column of encoder.columns) {
    const own = Array.from({ length: inputsOf(column) }, (_, i) => placeOf.get(first + i) ?? -1);
    first += own.length;
    if (own.every((place) => place < 0)) continue;
    const name = sourceOf(column);
    let at = columns.findIndex((one) => one.name === name);
    if (at < 0) {
      const reading = schema.columns.find((one) => one.name === name)?.reading;
      at = columns.push({ name, holds: holdsOf(column), ...(reading && { reading }) }) - 1;
    }
    features.push(featureOf(column, own, at, encoder.unseen));
  }
  return {
    columns,
    features,
    inputs: used.length,
    members: members.map((member, m) => memberOf(member, readByMember[m], placeOf)),
    target,
    unseen: encoder.unseen,
    missing: {
      texts: [...new Set([...missingTexts, ...marks.map((text) => text.trim())])],
      numbers: [...numbersIn(marks)],
    },
    unread: sourcesOf(encoder).filter((name) => !columns.some((column) => column.name === name)),
  };
}

const holdsOf = (column: EncodedColumn): PlanColumn["holds"] =>
  column.date
    ? "dates"
    : column.kind === "boolean"
      ? "truths"
      : column.kind === "numeric" && !column.levels
        ? "numbers"
        : "texts";

/** `places`: those of all of the column's inputs. */
function featureOf(
  encoded: EncodedColumn,
  places: readonly number[],
  column: number,
  unseen: Encoder["unseen"],
): PlanFeature {
  const missing = encoded.missing ? places[places.length - 1] : -1;
  if (encoded.kind === "categorical") {
    const { date, categories, varies, other } = encoded;
    return {
      kind: "category",
      column,
      missing,
      ...(date && date.part !== "elapsed" && { part: date.part }),
      categories,
      places: varies ? places.slice(0, categories.length) : categories.map(() => -1),
      other: varies && other ? places[categories.length] : -1,
      refusesOthers: unseen === "error" && !other,
    };
  }
  const value = encoded.varies && hasValue(encoded) ? places[0] : -1;
  if (encoded.kind === "boolean") return { kind: "truth", column, missing, value };
  const { mean, std, clip, levels, bins, varies } = encoded;
  const from = Number(hasValue(encoded));
  return {
    kind: "number",
    column,
    missing,
    ...(levels && { levels }),
    value,
    mean,
    std,
    ...(clip !== undefined && { clip }),
    ...(bins &&
      varies && { bins: { edges: bins.edges, places: places.slice(from, from + binsOf(encoded)) } }),
  };
}

/** Which of the member's inputs have a weight or a slope that is not 0. */
function readColumns({ network: { layers, slopes }, inputs }: Member): number[] {
  const { weight, columns } = stepOf(layers[0], "none");
  const isRead = new Uint8Array(columns);
  weight.forEach((value, i) => {
    if (value !== 0) isRead[i % columns] = 1;
  });
  return Array.from(inputs.keys()).filter(
    (j) => isRead[j] === 1 || (slopes !== undefined && slopes[j] !== 0),
  );
}

/** `read`: which of its inputs it reads. */
function memberOf(
  { network, inputs }: Member,
  read: readonly number[],
  placeOf: ReadonlyMap<number, number>,
): PlanMember {
  const isMlp = network.architecture === "mlp";
  const [first, ...others] = network.layers.map((layer, l) =>
    stepOf(layer, isMlp && l > 0 ? "relu" : "none"),
  );
  const { slopes } = network;
  return {
    inputs: read.map((j) => placeOf.get(inputs[j]) as number),
    layers: [{ ...first, columns: read.length, weight: columnsAt(first, read) }, ...others],
    ...(slopes && { slopes: Float32Array.from(read, (j) => slopes[j]) }),
  };
}

/** The weights in the columns at `places`. */
function columnsAt({ weight, rows, columns }: PlanLayer, places: readonly number[]): Float32Array {
  const taken = new Float32Array(rows * places.length);
  for (let i = 0, at = 0; i < rows; i++) for (const j of places) taken[at++] = weight[i * columns + j];
  return taken;
}

/** `activation`: that of a dense layer's inputs. */
function stepOf(layer: FoldedLayer, activation: "none" | "relu"): PlanLayer {
  const { rows, columns, bias } = layer;
  if (layer.kind === "dense")
    return { activation, residual: false, rows, columns, weight: layer.weight, bias };
  const weight = new Float32Array(2 * rows * columns);
  for (let i = 0; i < rows; i++) {
    weight.set(layer.positive.subarray(i * columns, (i + 1) * columns), 2 * i * columns);
    weight.set(layer.negative.subarray(i * columns, (i + 1) * columns), (2 * i + 1) * columns);
  }
  return { activation: "crelu", residual: layer.residual, rows, columns: 2 * columns, weight, bias };
}
