import { positionAmong } from "../../preprocess/bins.js";
import { type DatePart, dateParts, partValues } from "../../preprocess/dateParts.js";
import type { CategoryFeature, ExportPlan, NumberFeature, PlanColumn, PlanFeature } from "../plan.js";
import type { Dialect } from "./dialect.js";
import { identifier, literal } from "./names.js";
import { type Column, carried, type Step } from "./steps.js";
import { allOf, digits, signed } from "./terms.js";

/** The largest number of float32, and what is rounded to it. */
export const FLOAT32 = 3.4028235677973366e38;

/**
 * From the row t of the table to the inputs x1, x2, … that the networks read and whether all cells are `known`: each cell c, NULL where it
 * stands for a missing one; what it says, v, NULL where it is missing, or says nothing that its column holds; the parts of dates.
 */
export function inputSteps(plan: ExportPlan, dialect: Dialect): Step[] {
  const { columns, features } = plan;
  const parts = columns.flatMap((_, k) =>
    dateParts
      .filter((part) => features.some((one) => one.column === k && isPart(one, part)))
      .map((part) => ({ sql: partOf(part, `p.v${k + 1}`, dialect), name: partName(k, part) })),
  );
  const values = columns.flatMap((_, k) => [
    ...(isPlainText(plan, k) ? [] : [{ sql: `p.c${k + 1}`, name: `c${k + 1}` }]),
    { sql: readingOf(plan, k, dialect), name: `v${k + 1}` },
  ]);
  const inputs: Column[] = [];
  for (const feature of features) {
    for (const [place, sql] of inputsOf(feature, plan, dialect)) {
      inputs[place] = { sql, name: `x${place + 1}` };
    }
  }
  const cellSteps: Step[] = [
    { name: "cells", columns: columns.flatMap((_, k) => cellsOf(plan, k, dialect)) },
    {
      name: "present_cells",
      columns: columns.map((_, k) => ({ sql: unlessMissing(plan, k, dialect), name: `c${k + 1}` })),
    },
    { name: "read_cells", columns: values },
    { name: "parts_of_dates", columns: [...carried(values.map(({ name }) => name)), ...parts] },
  ];
  return [
    ...cellSteps.filter(({ name }) => columns.length > 0 && (name !== "parts_of_dates" || parts.length > 0)),
    { name: "inputs", columns: [...inputs, { sql: allOf(knownIn(plan, dialect)), name: "known" }] },
  ];
}

const isPart = (feature: PlanFeature, part: DatePart): boolean =>
  feature.kind === "category" && feature.part === part;

const partName = (column: number, part: DatePart): string => `${part}${column + 1}`;

const areTexts = (holds: PlanColumn["holds"]): boolean => holds === "texts" || holds === "truths";

/** Whether its texts are categories, which say nothing but themselves. */
const isPlainText = ({ columns, features }: ExportPlan, k: number): boolean =>
  columns[k].holds === "texts" && features.every(({ column, kind }) => column !== k || kind === "category");

/** Whether numbers that are categories or truths may stand for a missing cell. */
const haveMarks = ({ columns, missing }: ExportPlan, k: number): boolean =>
  areTexts(columns[k].holds) && missing.numbers.length > 0;

/** The cell, and n, whether it is a number, where only that tells -999.0 from a text that stands for no missing cell. */
function cellsOf(plan: ExportPlan, k: number, dialect: Dialect): Column[] {
  const { name, holds } = plan.columns[k];
  const column = `t.${identifier(dialect, name, "column")}`;
  const cell = { sql: dialect.cell(column, holds === "dates"), name: `c${k + 1}` };
  return haveMarks(plan, k) ? [cell, { sql: dialect.isNumber(column), name: `n${k + 1}` }] : [cell];
}

/** The cell, of texts the category; NULL where it stands for a missing one. */
function unlessMissing(plan: ExportPlan, k: number, dialect: Dialect): string {
  const { columns, missing } = plan;
  const cell = `p.c${k + 1}`;
  const shown = areTexts(columns[k].holds) ? dialect.category(cell) : cell;
  const isText = `${cell} IN (${textsList(missing.texts, dialect)})`;
  const isMissing = haveMarks(plan, k)
    ? `${isText} OR (p.n${k + 1} AND ${shown} IN (${textsList(missing.numbers.map(String), dialect)}))`
    : isText;
  return `CASE WHEN ${isMissing} THEN NULL ELSE ${shown} END`;
}

const textsList = (texts: readonly string[], dialect: Dialect): string =>
  texts.map((text) => literal(dialect, text)).join(", ");

/** What the cell says. */
function readingOf(plan: ExportPlan, k: number, dialect: Dialect): string {
  const cell = `p.c${k + 1}`;
  const asDouble = (sql: string) => `CAST(${sql} AS ${dialect.double})`;
  switch (plan.columns[k].holds) {
    case "numbers":
      return dialect.number(cell);
    case "dates":
      return dialect.days(cell);
    case "truths": {
      const is = (texts: string) => `lower(${cell}) IN (${texts})`;
      return asDouble(
        `CASE WHEN ${is("'true', 't', 'yes', 'y', '1'")} THEN 1 WHEN ${is("'false', 'f', 'no', 'n', '0'")} THEN -1 END`,
      );
    }
    case "texts": {
      const feature = plan.features.find(({ column }) => column === k);
      if (feature?.kind !== "number") return cell;
      const ranks = (feature.levels ?? []).map(
        (level, rank) => `WHEN ${literal(dialect, level)} THEN ${rank}`,
      );
      return asDouble(`CASE ${cell} ${ranks.join(" ")} END`);
    }
  }
}

/** The place of the part of a date, in days since 1970, among its values (`partAt`). */
function partOf(part: DatePart, days: string, { month, floor }: Dialect): string {
  const modulo = (number: string, of: number) => `${number} - ${of} * ${floor(`(${number}) / ${of}e0`)}`;
  switch (part) {
    case "month":
      return month(floor(days));
    case "weekday":
      return modulo(`(${floor(days)} + 3)`, partValues.weekday.length);
    case "hour":
      return modulo(floor(`((${days} + 1e-9) * 24)`), partValues.hour.length);
  }
}

/** The feature's inputs, by their places. */
function inputsOf(feature: PlanFeature, plan: ExportPlan, dialect: Dialect): [number, string][] {
  const { column, kind } = feature;
  const value = `p.v${column + 1}`;
  const isOne = (condition: string) => `CAST(CASE WHEN ${condition} THEN 1 ELSE 0 END AS ${dialect.double})`;
  const marks = plan.columns[column].holds === "numbers" ? plan.missing.numbers.map(digits).join(", ") : "";
  const isMissing = marks === "" ? `${value} IS NULL` : `(${value} IS NULL OR ${value} IN (${marks}))`;
  const found: [number, string][] = [[feature.missing, isOne(isMissing)]];
  if (kind === "truth") found.push([feature.value, `coalesce(${value}, 0e0)`]);
  if (kind === "number") {
    const unless = (of: string, otherwise: number) =>
      `CASE WHEN ${isMissing} THEN ${digits(otherwise)} ELSE ${of} END`;
    const { from, to } = reachOf(feature);
    const { mean, std, clip } = feature;
    // Where the number is limited, and not the quotient, nothing overflows.
    const isWide = clip !== undefined || plan.columns[column].holds === "numbers";
    const limited = isWide ? within(value, from, to, dialect) : value;
    found.push([feature.value, unless(`(${limited} - ${signed(mean)}) / ${digits(std)}`, 0)]);
    const { edges, places } = feature.bins ?? { edges: [], places: [] };
    const middle = places.length > 0 ? positionAmong(edges, mean) : 0;
    places.forEach((place, t) => {
      const [low, high] = [edges[t], edges[t + 1]];
      const sql = `(${within(value, low, high, dialect)} - ${signed(low)}) / ${digits(high - low)}`;
      found.push([place, unless(sql, Math.min(Math.max(middle - t, 0), 1))]);
    });
  }
  if (kind === "category") {
    const shown = feature.part ? `p.${partName(column, feature.part)}` : value;
    const all = namesOf(feature, dialect);
    all.forEach((category, i) => {
      found.push([feature.places[i], isOne(`${shown} = ${category}`)]);
    });
    const isOther = all.length === 0 ? `${shown} IS NOT NULL` : `${shown} NOT IN (${all.join(", ")})`;
    found.push([feature.other, isOne(isOther)]);
  }
  return found.filter(([place]) => place >= 0);
}

/** The categories, or the places of a date's parts, in SQL. */
const namesOf = ({ part, categories }: CategoryFeature, dialect: Dialect): string[] =>
  categories.map((name) => (part ? String(partValues[part].indexOf(name)) : literal(dialect, name)));

/** min(max(x, from), to). */
const within = (x: string, from: number, to: number, { greatest, least }: Dialect): string =>
  `${least}(${greatest}(${x}, ${digits(from)}), ${digits(to)})`;

/** The numbers at the ends of the clip, or beyond which float32 has no (x − mean)/std. */
function reachOf({ mean, std, clip = FLOAT32 }: NumberFeature): { from: number; to: number } {
  const most = Number.MAX_VALUE / 4;
  return { from: Math.max(mean - clip * std, -most), to: Math.min(mean + clip * std, most) };
}

/** Of each column what holds where its cell is one that the model reads. */
function knownIn(plan: ExportPlan, dialect: Dialect): string[] {
  const { columns, features, unseen } = plan;
  const isStrict = unseen === "error";
  return columns.flatMap(({ holds }, k) => {
    const [cell, value] = [`p.c${k + 1}`, `p.v${k + 1}`];
    const isRead = holds !== "texts" || (isStrict && !isPlainText(plan, k));
    const conditions = isRead ? [`(${cell} IS NULL OR ${value} IS NOT NULL)`] : [];
    for (const feature of features.filter(({ column }) => column === k)) {
      if (feature.kind === "category" && feature.refusesOthers) {
        const shown = feature.part ? `p.${partName(k, feature.part)}` : value;
        conditions.push(`(${shown} IS NULL OR ${shown} IN (${namesOf(feature, dialect).join(", ")}))`);
      }
      if (
        feature.kind === "number" &&
        holds === "numbers" &&
        feature.value >= 0 &&
        feature.clip === undefined
      ) {
        const { from, to } = reachOf(feature);
        conditions.push(`(${value} IS NULL OR ${value} BETWEEN ${digits(from)} AND ${digits(to)})`);
      }
    }
    return conditions;
  });
}
