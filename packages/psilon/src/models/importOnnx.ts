import { aText, checkArgument, type Kind, oneOrManyTexts, texts } from "../arguments.js";
import { InputError } from "../errors.js";
import { type OnnxNetwork, onnxNetwork } from "../formats/onnx/onnxNetwork.js";
import { readOnnx } from "../formats/onnx/readOnnx.js";
import { excerpt } from "../formats/untrusted.js";
import { checkGiven } from "../names.js";
import { type ColumnSchema, columnsOf, type Schema } from "../preprocess/kinds.js";
import { inferSchema } from "../preprocess/schema.js";
import type { Target } from "../preprocess/target.js";
import { aFrame, type Frame } from "../tables/frame.js";
import {
  checkImportedColumns,
  columnsLike,
  columnsOfGraph,
  type ImportedColumn,
  type ImportedColumns,
  importedColumnsKind,
  namedColumns,
} from "./importedColumns.js";
import { importedRecord, importedSchema } from "./importedParts.js";
import { importedTarget } from "./importedTarget.js";
import { someBytes, viewOf } from "./someBytes.js";
import type { TabularModel } from "./tabularModel.js";

/** What a file does not say of its network. */
export interface ImportOptions {
  /** What the file is called, in messages and in the model's record. Default: "the network". */
  readonly source?: string | undefined;
  /** The columns that its inputs are, in their order. Default: as the graph calls its inputs, or x1, x2, …. */
  readonly columns?: readonly ImportedColumn[] | undefined;
  /** Instead, a table of the columns that it was trained on: its columns of numbers but for the target. */
  readonly like?: Frame | undefined;
  /** What it predicts, one name for each number. Default: what the graph calls its output. */
  readonly target?: string | readonly string[] | undefined;
  /** Of classes their names in the order of the network's outputs. Default: the graph's own, those of `like`'s target, or 0, 1, …. */
  readonly classes?: readonly string[] | undefined;
}

const optionKinds = {
  source: aText,
  columns: importedColumnsKind,
  like: aFrame,
  target: oneOrManyTexts,
  classes: texts,
} satisfies Record<keyof ImportOptions, Kind>;

/**
 * A model of the feed-forward network in the bytes of an ONNX file, which other programs trained: y = f(x) of the table's columns x, folded into matrices with ReLUs between
 * them in float64 and rounded once to float32; scalings of single inputs become the encoder's. It predicts classes where the graph ends in Softmax
 * or Sigmoid, classes are named, or the target of `like` is of texts, and its outputs are their logits; else numbers.
 *
 * Throws InputError for a file that is damaged, for operators that no such network has, by their name, and for columns, targets or classes that are
 * not as many as the network has.
 */
export function importOnnx(
  bytes: ArrayBufferLike | ArrayBufferView,
  options: ImportOptions = {},
): TabularModel {
  checkArgument("ONNX file", bytes, someBytes);
  checkGiven(options, optionKinds);
  if (options.columns) checkImportedColumns(options.columns);
  const { source = "the network", columns, like } = options;
  if (columns && like) {
    throw new InputError({
      code: "conflicting-arguments",
      found:
        "Both columns and a table like that of the network were given, and each says what its inputs are",
      remedy: "give only one of them",
    });
  }
  const view = viewOf(bytes);
  const onnx = readOnnx(view, source);
  const network = onnxNetwork(onnx, view.length, source);
  const table = like && { frame: like, schema: described(like, network, options) };
  const target = importedTarget(network, table ?? null, { ...options, source });
  const inputs = table
    ? columnsLike(network, like, table.schema, source)
    : namedColumns(network, columns ?? columnsOfGraph(network), source);
  const schema = schemaOf(inputs, target, table?.schema);
  checkUnique(schema, source);
  const folded = network.fold(inputs, target.task === "regression" ? target : null);
  const members = [
    {
      network: folded,
      inputs: Int32Array.from(network.scaling, (_, j) => j),
      lengths: folded.layers.map(() => []),
    },
  ];
  const record = importedRecord(members, {
    file: source.slice(1 + Math.max(source.lastIndexOf("/"), source.lastIndexOf("\\"))),
    producer: excerpt(`${onnx.producer} ${onnx.producerVersion}`.trim()),
  });
  return { schema, encoder: { unseen: "error", columns: inputs.encoded }, target, members, record };
}

/** What the columns are: those of a table, to which the target is added where it is not among them. */
function schemaOf(
  inputs: ImportedColumns & { readonly columns?: readonly ColumnSchema[] },
  target: Target,
  table: Schema | undefined,
): Schema {
  const own = importedSchema(inputs.encoded, target);
  if (!table || !inputs.columns) return own;
  const targets = columnsOf(table, "target").length > 0 ? [] : columnsOf(own, "target");
  return { ...table, task: target.task, columns: [...inputs.columns, ...targets] };
}

/** The columns of a table like that of the network, with what it predicts among them where that was named. */
function described(frame: Frame, { isClassifier }: OnnxNetwork, { target, classes }: ImportOptions): Schema {
  if (target === undefined) return inferSchema(frame);
  const names = [target].flat();
  const isNumber = frame.columns.every(({ name, kind }) => !names.includes(name) || kind === "numbers");
  const task = isClassifier || classes ? "classification" : isNumber ? "regression" : undefined;
  return inferSchema(frame, { target, task });
}

function checkUnique({ columns }: Schema, source: string): void {
  const seen = new Set<string>();
  for (const { name } of columns) {
    if (seen.has(name)) {
      throw new InputError({
        code: "duplicate-column",
        found: `Two columns of the network in ${source} would be called "${name}"`,
        where: { source, column: name },
        remedy: "name its columns and its target yourself",
      });
    }
    seen.add(name);
  }
}
