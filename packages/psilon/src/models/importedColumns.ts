import { isObject, type Kind } from "../arguments.js";
import { InputError } from "../errors.js";
import type { OnnxNetwork } from "../formats/onnx/onnxNetwork.js";
import { excerpt } from "../formats/untrusted.js";
import type { EncodedColumn } from "../preprocess/encoder.js";
import { type ColumnSchema, columnsOf, type Schema } from "../preprocess/kinds.js";
import { namesInCells } from "../preprocess/levels.js";
import type { Frame } from "../tables/frame.js";
import { anyNumber } from "./importedParts.js";

/**
 * A column of the table that an imported network reads, in the order of its inputs: the name of a number; a truth, which the network knows as 0 or 1;
 * or a category, which is 1 in the input of its own, in this order, and 0 in the others.
 */
export type ImportedColumn =
  | string
  | { readonly name: string; readonly kind?: "numeric" | "boolean" }
  | { readonly name: string; readonly kind: "categorical"; readonly categories: readonly string[] };

/** How columns become inputs, and how each input is scaled when it comes. */
export interface ImportedColumns {
  readonly encoded: readonly EncodedColumn[];
  readonly centers: readonly number[];
  readonly scales: readonly number[];
}

const isName = (value: unknown): value is string => typeof value === "string" && value !== "";

const KINDS: readonly unknown[] = ["numeric", "boolean", "categorical"];

/** What is wrong with a column, as the end of a sentence; null where nothing is. */
function wrongIn(value: unknown): string | null {
  if (isName(value)) return null;
  if (!isObject(value) || Array.isArray(value)) return "is neither a name nor an object with one";
  const { name, kind = "numeric", categories } = value as Readonly<Record<string, unknown>>;
  if (!isName(name)) return "has no name";
  const stranger = Object.keys(value).find((key) => !["name", "kind", "categories"].includes(key));
  if (stranger !== undefined)
    return `, "${excerpt(name)}", has the part "${excerpt(stranger)}", which there is not`;
  const shown = typeof kind === "string" ? `"${excerpt(kind)}"` : "no text";
  if (!KINDS.includes(kind))
    return `, "${excerpt(name)}", is of the kind ${shown}, where numeric, boolean or categorical is expected`;
  if (kind !== "categorical")
    return categories === undefined
      ? null
      : `, "${excerpt(name)}", has categories, but is not said to be categorical`;
  return Array.isArray(categories) && categories.length > 0 && categories.every(isName)
    ? null
    : `, "${excerpt(name)}", is categorical, and so names its categories in the order of their inputs`;
}

export const importedColumnsKind: Kind = {
  name: "a list of columns",
  is: (value) => Array.isArray(value) && value.length > 0,
};

/** Throws InputError at the first that is no column. */
export function checkImportedColumns(columns: readonly unknown[]): void {
  for (const [j, column] of columns.entries()) {
    const wrong = wrongIn(column);
    if (wrong === null) continue;
    throw new InputError({
      code: "wrong-type",
      found: `Column ${j + 1} of those given${wrong.startsWith(",") ? "" : " "}${wrong}`,
      remedy:
        'write as in ["age", { "name": "colour", "kind": "categorical", "categories": ["blue", "red"] }]',
    });
  }
}

/** One column for each input of the network, x1, x2, …, or as the graph calls them where it has one input for each. */
export function columnsOfGraph({ inputs }: OnnxNetwork): readonly string[] {
  if (inputs.every(({ size }) => size === 1)) return inputs.map(({ name }) => name);
  const count = inputs.reduce((sum, { size }) => sum + size, 0);
  return Array.from({ length: count }, (_, j) => `x${j + 1}`);
}

const numberColumn = (name: string, mean: number, std: number): EncodedColumn => ({
  name,
  varies: true,
  missing: false,
  kind: "numeric",
  mean,
  std,
  integer: false,
});

/** Columns of which no table is known. Throws InputError where they do not become as many inputs as the network takes, and for categories that cells cannot tell. */
export function namedColumns(
  { scaling }: OnnxNetwork,
  columns: readonly ImportedColumn[],
  source: string,
): ImportedColumns {
  const encoded: EncodedColumn[] = [];
  const centers: number[] = [];
  const scales: number[] = [];
  for (const column of columns) {
    const { name, kind = "numeric", ...rest } = typeof column === "string" ? { name: column } : column;
    const how = { name, varies: true, missing: false } as const;
    if ("categories" in rest) {
      const categories = namesInCells("categories", name, rest.categories, []);
      encoded.push({ ...how, kind: "categorical", categories });
      for (const _ of categories) {
        centers.push(0);
        scales.push(1);
      }
    } else if (kind === "boolean") {
      encoded.push({ ...how, kind });
      // Truths become −1 and 1.
      centers.push(0.5);
      scales.push(0.5);
    } else {
      const { center, scale } = scaling[centers.length] ?? { center: 0, scale: 1 };
      encoded.push(numberColumn(name, center, scale));
      centers.push(center);
      scales.push(scale);
    }
  }
  if (centers.length !== scaling.length) {
    throw new InputError({
      code: "wrong-shape",
      found: `The network in ${source} takes ${scaling.length} inputs, but the columns given become ${centers.length}`,
      where: { source },
      remedy: "name one column for each input, or a category for those of its own",
    });
  }
  return { encoded, centers, scales };
}

/**
 * The number columns of a table but for those of `targets`, in its order, with what they hold: inputs that the network does not scale itself are
 * standardized by them. Throws InputError where they are not as many as the network's inputs, and as `inferSchema` does.
 */
export function columnsLike(
  { scaling }: OnnxNetwork,
  frame: Frame,
  schema: Schema,
  source: string,
): ImportedColumns & { readonly columns: readonly ColumnSchema[] } {
  const described = columnsOf(schema, "target").map(({ name }) => name);
  const names = frame.columns.flatMap(({ name, kind }) =>
    kind === "numbers" && !described.includes(name) ? [name] : [],
  );
  if (names.length !== scaling.length) {
    throw new InputError({
      code: "wrong-shape",
      found: `The network in ${source} takes ${scaling.length} inputs, but ${frame.origin.source} has ${names.length} columns of numbers${described.length > 0 ? ` beside ${described.join(", ")}` : ""}`,
      where: { source: frame.origin.source },
      remedy: "give a table of the columns that it was trained on and name its target, or list the columns",
    });
  }
  const inputs = names.map((name, j) => {
    const found = schema.columns.find((column) => column.name === name);
    const values = found?.kind === "numeric" ? found : anyNumber;
    const spread = Number.isFinite(1 / values.std) ? values : anyNumber;
    const { center, scale } = scaling[j] ?? { center: spread.mean, scale: spread.std };
    return { name, values, missing: found?.missing ?? 0, center, scale };
  });
  const byName = new Map(inputs.map((input) => [input.name, input]));
  return {
    columns: schema.columns.map((column): ColumnSchema => {
      const input = byName.get(column.name);
      const { name, reading } = column;
      const shared = { name, ...(reading !== undefined && { reading }) };
      if (input) return { ...input.values, ...shared, role: "feature", missing: input.missing };
      if (column.role === "target") return column;
      return { ...shared, role: "ignored", reason: "it is no number", missing: 0, kind: "unread" };
    }),
    encoded: inputs.map(({ name, center, scale }) => numberColumn(name, center, scale)),
    centers: inputs.map(({ center }) => center),
    scales: inputs.map(({ scale }) => scale),
  };
}
