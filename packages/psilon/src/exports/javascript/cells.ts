import { partValues } from "../../preprocess/dateParts.js";
import type {
  CategoryFeature,
  ExportPlan,
  NumberFeature,
  PlanColumn,
  PlanFeature,
  TruthFeature,
} from "../plan.js";
import { helpersFor } from "./helpers.js";
import { listed, quoted } from "./literals.js";

/** The function that puts a row's cells into the inputs `x`, and what it needs. */
export function readerCode(plan: ExportPlan): string {
  const { columns, features, inputs, missing } = plan;
  const lines = columns.flatMap((column, c) => {
    const own = features.flatMap((feature, f) => (feature.column === c ? [{ feature, f }] : []));
    return [cellCode(column, c), ...own.flatMap(({ feature, f }) => featureCode(plan, feature, f))];
  });
  const constants = features.flatMap((feature, f) => constantsOf(plan, feature, f));
  const reader = `/** Puts what stands in the row's cells into the inputs. */
function read(row) {
  x.fill(0);
${lines.map((line) => `  ${line}`).join("\n")}
}`;
  const numbers =
    missing.numbers.length === 0 ? "" : `\nconst missingNumbers = new Set(${listed(missing.numbers)});`;
  return `/** What stands for a missing value. */
const missingTexts = new Set(${listed(missing.texts.map(quoted))});${numbers}

const x = new Float64Array(${inputs});
${constants.join("\n")}

/** Which of several rows it is, counted from 1, for sentences about it. */
let rowNumber = 0;
const theRow = () => (rowNumber === 0 ? "The row" : \`Row \${rowNumber}\`);

const refuse = (cell, name, why) => {
  const isThing = typeof cell === "function" || (typeof cell === "object" && !(cell instanceof Date));
  const shown = isThing ? \`a value of type \${typeof cell}\` : JSON.stringify(String(cell));
  throw new Error(\`\${theRow()} has \${shown} in column \${JSON.stringify(name)}, \${why}.\`);
};

/** What stands in a cell that is null or undefined, unless the row is another table's and does not name it at all. */
function nothing(row, name) {
  if (Object.hasOwn(row, name)) return null;
  throw new Error(\`\${theRow()} has no column \${JSON.stringify(name)}, which the model reads; where it is missing it is null.\`);
}

${helpersFor(plan, reader)}`;
}

/** What stands in the column, as numbers, texts, truths or dates. */
function cellCode({ name, holds }: PlanColumn, c: number): string {
  const cell = `row[${quoted(name)}] ?? nothing(row, ${quoted(name)})`;
  const kinds = { numbers: "numberOf", truths: "truthOf", dates: "daysOf" };
  return `const cell${c} = ${holds === "texts" ? cell : `${kinds[holds]}(${cell}, ${quoted(name)})`};`;
}

function constantsOf({ columns }: ExportPlan, feature: PlanFeature, f: number): string[] {
  if (feature.kind === "truth") return [];
  const about = `// ${quoted(columns[feature.column].name)}`;
  if (feature.kind === "number") {
    const { levels, bins } = feature;
    return [
      ...(levels
        ? [`const levels${f} = new Map(${pairs(levels.map((level, rank) => [level, rank]))}); ${about}`]
        : []),
      ...(bins
        ? [`const edges${f} = ${listed(bins.edges)}; ${about}`, `const bins${f} = ${listed(bins.places)};`]
        : []),
    ];
  }
  const { part, categories, places } = feature;
  if (part !== undefined) {
    const offsets = partValues[part].map((value) => categories.indexOf(value));
    return [
      `const ${part}s${f} = ${listed(offsets.map((at) => (at < 0 ? "undefined" : places[at])))}; ${about}`,
    ];
  }
  const known = categories.map((category, i): [string, number] => [category, places[i]]);
  return [`const places${f} = new Map(${pairs(known)}); ${about}`];
}

const pairs = (entries: readonly (readonly [string, number])[]): string =>
  listed(entries.map(([text, value]) => `[${quoted(text)}, ${value}]`));

function featureCode(plan: ExportPlan, feature: PlanFeature, f: number): string[] {
  const name = quoted(plan.columns[feature.column].name);
  switch (feature.kind) {
    case "number":
      return numberCode(feature, name, f);
    case "truth":
      return truthCode(feature);
    case "category":
      return [categoryCode(feature, name, f)];
  }
}

function numberCode({ column, levels, missing, ...of }: NumberFeature, name: string, f: number): string[] {
  const { value, mean, std, clip = "Infinity", bins } = of;
  const cell = levels ? `rank${f}` : `cell${column}`;
  return [
    ...(levels ? [`const ${cell} = rankOf(levels${f}, cell${column}, ${name});`] : []),
    ...(value < 0 ? [] : [`x[${value}] = standardized(${cell}, ${mean}, ${std}, ${clip}, ${name});`]),
    ...(bins ? [`fill(bins${f}, position(edges${f}, ${cell}, ${mean}));`] : []),
    ...(missing < 0 ? [] : [`if (Number.isNaN(${cell})) x[${missing}] = 1;`]),
  ];
}

const truthCode = ({ column, value, missing }: TruthFeature): string[] => [
  ...(value < 0 ? [] : [`x[${value}] = cell${column};`]),
  ...(missing < 0 ? [] : [`if (cell${column} === 0) x[${missing}] = 1;`]),
];

function categoryCode(
  { column, part, missing, other, refusesOthers }: CategoryFeature,
  name: string,
  f: number,
): string {
  const found =
    part === undefined
      ? `placeOf(places${f}, cell${column}, ${name})`
      : `Number.isNaN(cell${column}) ? null : ${part}s${f}[${part}Of(cell${column})]`;
  const refused = refusesOthers ? [`cell${column}`, name] : [];
  return `mark(${[found, missing, other, ...refused].join(", ")});`;
}
