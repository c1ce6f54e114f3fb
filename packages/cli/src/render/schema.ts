import { type ColumnSchema, columnsOf, type Encoding, encodingOf, type TabularModel } from "psilon";
import { count, dateText, levelList, rangeEnds, thousands } from "./text.js";

/** Longer lists end in how many more there are. */
const SHOWN = 8;

/** What the columns were taken for, for a person to agree with or to overrule by --column. */
export function schemaFacts(model: TabularModel): [string, string][] {
  const { schema, encoder } = model;
  const encoded = new Set(encoder.columns.map(({ name }) => name));
  const features = columnsOf(schema, "feature").filter(({ name }) => encoded.has(name));
  const of = (kind: ColumnSchema["kind"]) => features.filter((column) => column.kind === kind);
  const named = (what: string, columns: readonly ColumnSchema[], text = nameOf) =>
    columns.length === 0 ? [] : [`${what}: ${list(columns.map(text))}`];
  const missing = schema.columns.filter((column) => column.role === "feature" && column.missing > 0);
  return [
    [
      "columns",
      [
        ...named("numbers", of("numeric"), rangeOf),
        ...named("categories", of("categorical"), categoriesOf),
        ...named("ordered", of("ordered"), levelsOf),
        ...named("true or false", of("boolean")),
        ...named("dates", of("date"), datesOf),
        ...named("missing cells", missing, (column) => `${column.name} (${column.missing})`),
        ...encodingLines(model),
      ].join("\n"),
    ],
    ["target", columnsOf(schema, "target").map(targetText).join("\n")],
  ];
}

const nameOf = ({ name }: ColumnSchema) => name;

const datesOf = (column: ColumnSchema) =>
  column.kind === "date"
    ? `${column.name} ${[column.min, column.max].map(dateText).join(" … ")}${column.parts.length > 0 ? ` (with its ${column.parts.join(", ")})` : ""}`
    : column.name;

const rangeOf = (column: ColumnSchema) =>
  column.kind === "numeric" ? `${column.name} ${rangeEnds(column.min, column.max).join(" … ")}` : column.name;

const categoriesOf = (column: ColumnSchema) =>
  column.kind === "categorical"
    ? `${column.name} (${thousands(column.categories.length + (column.rest?.categories ?? 0))})`
    : column.name;

const levelsOf = (column: ColumnSchema) =>
  column.kind === "ordered" ? `${column.name} (${levelList(column.levels)})` : column.name;

function targetText(column: ColumnSchema): string {
  if (column.kind === "numeric") {
    return `${column.name}, a number from ${rangeEnds(column.min, column.max).join(" to ")}`;
  }
  if (column.kind !== "categorical") return column.name;
  const { name, categories, counts } = column;
  const classes = categories.map((category, k) => `${category} (${counts[k]})`);
  return `${name}, ${count(categories.length, "class", "classes")}: ${list(classes)}`;
}

/** Which numbers and dates are inputs by their bins, and which are not although it was asked. */
function encodingLines({ encoder, record: { encode = {} } }: TabularModel): string[] {
  const numbers = encoder.columns.flatMap((column) => (column.kind === "numeric" ? [column] : []));
  const of = (encoding: Encoding) => numbers.filter((column) => encodingOf(column) === encoding);
  const asked = (name: string) => (typeof encode === "string" ? encode : (encode[name] ?? "value"));
  const line = (what: string, columns: readonly (typeof numbers)[number][]) =>
    columns.length === 0
      ? []
      : [
          `${what}: ${list(columns.map(({ name, bins }) => (bins ? `${name} (${bins.edges.length - 1})` : name)))}`,
        ];
  return [
    ...line("by their bins", of("bins")),
    ...line("by their values and bins", of("both")),
    ...line(
      "by their values, too few of which differ for bins",
      of("value").filter(({ name }) => asked(name) !== "value"),
    ),
  ];
}

function list(texts: readonly string[]): string {
  const rest = texts.length - SHOWN;
  return texts.slice(0, SHOWN).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
