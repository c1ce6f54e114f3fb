import {
  type Backend,
  type ColumnDescription,
  certifyMonotone,
  columnFinder,
  constantTestScores,
  createBackend,
  describeFrame,
  type Estimate,
  estimateScores,
  type Frame,
  inferSchema,
  inspectModel,
  type ModelReport,
  type MonotoneFinding,
  type PartialDependence,
  type PermutationImportance,
  partialDependence,
  permutationImportance,
  type Schema,
  type TableScores,
  type TabularModel,
  type TrainingRecord,
  testTable,
  type Warning,
  warningsOf,
} from "psilon";
import { leftOut } from "../../render/leftOut.js";
import { version } from "../../version.js";
import { type AboutFacts, aboutFacts } from "./about.js";
import { type CertifiedFacts, certifiedFacts } from "./certified.js";
import { type FairnessFacts, fairnessFacts } from "./fairness.js";
import { type FileFacts, filesBehind } from "./files.js";
import { type Likeness, likenessOf } from "./likeness.js";
import type { Looking } from "./looking.js";
import { type Reliability, reliabilityOf } from "./reliability.js";
import { type WeightGrid, weightGrids } from "./weightGrids.js";

/** What a report is about, as it was asked for. */
export interface Asked {
  readonly model: string;
  readonly data: string;
  /** As it was given; a report has no other, so that the same question gets the same bytes. */
  readonly date: string | null;
  /** The line that was run. */
  readonly command: string;
}

/** All that a report says, as plain data: what --json prints and what pages are made of. */
export interface ReportFacts extends Asked {
  readonly seed: number;
  readonly files: readonly FileFacts[];
  readonly versions: { readonly psilon: string; readonly node: string; readonly backend: string };
  readonly target: TabularModel["target"];
  /** What the table learned from was like. */
  readonly schema: Schema;
  readonly record: TrainingRecord;
  readonly networks: number;
  readonly about: AboutFacts;
  readonly rows: { readonly read: number; readonly tested: number };
  /** What these rows are like. */
  readonly columns: readonly ColumnDescription[];
  readonly warnings: readonly Warning[];
  readonly notes: readonly string[];
  readonly likeness: Likeness;
  readonly scores: TableScores<Estimate>;
  /** Of predicting the same for all rows; null where the model does not know what. */
  readonly constant: TableScores<number | null> | null;
  readonly reliability: Reliability;
  readonly inspection: ModelReport;
  readonly importance: PermutationImportance;
  readonly dependences: readonly PartialDependence[];
  readonly monotone: readonly MonotoneFinding[];
  readonly certified: CertifiedFacts;
  readonly fairness: readonly FairnessFacts[];
  readonly weightGrids: readonly WeightGrid[];
  /** Of the table learned from. */
  readonly leftOut: readonly string[];
}

/** Rows that are averaged over for each value of every column. */
const AVERAGED = 1000;

/** Looks at a model with the rows of a table. Throws InputError as `testTable`, `certifyTable` and `certifyMonotone` do. */
export async function gatherFacts(
  asked: Asked,
  model: TabularModel,
  frame: Frame,
  looking: Looking,
): Promise<ReportFacts> {
  const { labelled, seed, monotone, signal, onProgress } = looking;
  const { target, schema, record } = model;
  const backend = await createBackend({ provider: "wasm", relaxedSimd: false });
  const tested = testTable(backend, model, frame, labelled);
  // What is asked for amiss is said before what takes long.
  const monotoneFindings = monotone
    .filter((columns) => Object.keys(columns).length > 0)
    .flatMap((columns) => certifyMonotone(backend, model, columns, frame, seed));
  const described = inferSchema(frame, { kinds: kindsIn(schema, frame) });
  const scores = await estimateScores(model, tested, {
    seed,
    signal,
    onProgress: (done, total) =>
      onProgress("Drawing resamples", done * labelled.length, total * labelled.length),
  });
  const importance = await permutationImportance(backend, model, frame, {
    rows: labelled,
    seed,
    signal,
    onProgress: (done, total) =>
      onProgress("Shuffling columns", done * labelled.length, total * labelled.length),
  });
  return {
    ...asked,
    seed,
    files: await filesBehind(asked.model, asked.data, frame),
    versions: { psilon: version, node: process.versions.node, backend: "wasm, without relaxed SIMD" },
    target,
    schema,
    record,
    networks: model.members.length,
    about: aboutFacts(model),
    rows: { read: frame.rowCount, tested: labelled.length },
    columns: describeFrame(frame, described),
    warnings: warningsOf(frame, described),
    notes: tested.predicted.notes,
    likeness: likenessOf(model, frame, tested.truth),
    scores,
    constant: constantTestScores(model, tested.truth),
    reliability: reliabilityOf(model, tested.truth, tested.predicted),
    inspection: inspectModel(model),
    importance,
    dependences: await dependencesOf(backend, model, frame, importance, looking),
    monotone: monotoneFindings,
    certified: await certifiedFacts(backend, model, frame, looking),
    fairness: await fairnessFacts(model, frame, looking),
    weightGrids: record.sparsity > 0 ? weightGrids(model) : [],
    leftOut: leftOut(model),
  };
}

/** What columns are, but for ordered categories with values that are none of their levels, which are categories here. */
function kindsIn(schema: Schema, frame: Frame): Schema {
  const find = columnFinder(frame);
  const columns = schema.columns.map((column) => {
    if (column.kind !== "ordered") return column;
    const { levels, counts, ...shared } = column;
    const cells = find(column.name);
    const isNew = cells.kind === "categories" && cells.dictionary.some((text) => !levels.includes(text));
    return isNew ? { ...shared, kind: "categorical" as const, categories: levels, counts } : column;
  });
  return { ...schema, columns };
}

/** What each column does on average, the most important first. */
async function dependencesOf(
  backend: Backend,
  model: TabularModel,
  frame: Frame,
  { columns }: PermutationImportance,
  { labelled, signal, onProgress }: Looking,
): Promise<PartialDependence[]> {
  const step = Math.ceil(labelled.length / AVERAGED);
  const rows = labelled.filter((_, i) => i % step === 0);
  const found: PartialDependence[] = [];
  for (const { column } of columns) {
    found.push(await partialDependence(backend, model, frame, column, { rows, signal }));
    onProgress("Averaging predictions", found.length * rows.length, columns.length * rows.length);
  }
  return found;
}
