import type { EncodedColumn } from "../preprocess/encoder.js";
import type { ColumnSchema, ColumnValues, Schema } from "../preprocess/kinds.js";
import type { Target } from "../preprocess/target.js";
import { sparsities, storedFigures } from "./networkFigures.js";
import type { ImportRecord, Member, TrainingRecord } from "./tabularModel.js";

/** Nothing is known of a number but that it is one: its range is that of all. */
export const anyNumber: ColumnValues & { readonly kind: "numeric" } = {
  kind: "numeric",
  min: -Number.MAX_VALUE,
  max: Number.MAX_VALUE,
  mean: 0,
  std: 1,
  distinct: 0,
};

/** What columns are of which no table is known, by how they become inputs, and what is predicted after them. */
export function importedSchema(encoded: readonly EncodedColumn[], target: Target): Schema {
  const features = encoded.map((column): ColumnSchema => {
    const shared = { name: column.name, role: "feature", missing: 0 } as const;
    if (column.kind === "boolean") return { ...shared, kind: "boolean", counts: { false: 0, true: 0 } };
    return column.kind === "numeric"
      ? { ...shared, ...anyNumber }
      : { ...shared, ...categories(column.categories) };
  });
  const shared = { role: "target", missing: 0 } as const;
  const targets: ColumnSchema[] =
    target.task === "classification"
      ? [{ ...shared, name: target.name, ...categories(target.classes) }]
      : target.names.map((name) => ({ ...shared, name, ...anyNumber }));
  return { rows: { read: 0, used: 0 }, task: target.task, columns: [...features, ...targets] };
}

const categories = (names: readonly string[]): ColumnValues => ({
  kind: "categorical",
  categories: names,
  counts: names.map(() => 0),
});

/** The record of plain networks that were trained elsewhere, of which nothing is known but the networks. */
export function importedRecord(
  members: readonly Pick<Member, "network" | "inputs">[],
  imported: ImportRecord,
): TrainingRecord {
  const networks = members.map(({ network }) => network);
  const hidden = networks[0].layers.slice(0, -1).map(({ rows }) => rows);
  return {
    imported,
    network: "mlp",
    parametrization: { hidden: "plain", output: "plain" },
    optimizer: [],
    preset: "balanced",
    width: hidden.reduce((a, b) => Math.max(a, b), 0),
    depth: hidden.length,
    epochs: 0,
    batchSize: 0,
    seed: 0,
    lambda: 0,
    lambdaGrid: [],
    rows: 0,
    validation: null,
    pruning: null,
    ...storedFigures(members),
    ...sparsities(networks),
    seconds: 0,
    backend: "none",
    interrupted: false,
  };
}

/** What a program that writes a model itself may leave out of its description: all but its inputs, its target and where it came from. */
export function completed<
  P extends {
    readonly encoder: { readonly columns: readonly EncodedColumn[] };
    readonly target: Target;
    readonly record: TrainingRecord;
  },
>(parts: P, members: readonly Pick<Member, "network" | "inputs">[]): P {
  const { record, encoder, target } = parts;
  if (!record?.imported || Object.hasOwn(record, "network")) return parts;
  return {
    schema: importedSchema(encoder.columns, target),
    lengths: members.map(({ network }) => network.layers.map(() => [])),
    ...parts,
    record: importedRecord(members, record.imported),
  };
}
