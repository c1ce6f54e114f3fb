import type { BinReport, ColumnReport, LayerReport, ModelReport, TabularModel } from "psilon";
import type { PathMethod } from "psilon/bounds";
import { boundNames, boundText } from "./bound.js";
import { changeText, columnsText, sizeOf, type TableFindings, unitOf } from "./columns.js";
import { guaranteeFact } from "./guarantee.js";
import { importFacts } from "./importing.js";
import { monotoneSubject } from "./monotone.js";
import { predictsText } from "./predicts.js";
import {
  alignedTable,
  blockOf,
  count,
  dateText,
  facts,
  figure,
  figureAbove,
  levelList,
  page,
  percent,
  rangeEnds,
  shortFigure,
  shortName,
} from "./text.js";
import { networkNames, sparsityText, targetFacts } from "./training.js";

export function inspectionText(
  path: string,
  model: TabularModel,
  report: ModelReport,
  onTable: TableFindings | null,
): string {
  const { target } = model;
  const sections = [
    facts([
      ["model", path],
      ["predicts", predictsText(target, 8)],
      ...targetFacts(model).map(([name, text]): [string, string] => [
        name === "predicts" ? "as" : name,
        text,
      ]),
      ...originFacts(model),
      ...orderedFacts(report),
      ["sparsity", sparsityText(model)],
      ...(onTable?.guarantee
        ? [guaranteeFact(onTable.guarantee, `rows of ${onTable.importance.data}`, model)]
        : []),
      ["bound", boundText(model)],
    ]),
    report.members
      .map(({ layers }, m) =>
        layersText(layers, report.bounds[0].name, report.members.length > 1 ? m + 1 : null),
      )
      .join("\n\n"),
    ...(report.bounds.length > 1 ? [boundsText(report)] : []),
    columnsText(report, target, onTable),
    ...binsText(report, target),
    ...monotoneText(report.columns, model),
  ];
  return page(sections);
}

/** How the network was trained, or where it came from; what was imported may have been trained on, to be pruned. */
function originFacts(model: TabularModel): [string, string][] {
  const { record } = model;
  const { network, preset, lambda, rows, seed } = record;
  if (record.imported) {
    const own: [string, string][] = rows > 0 ? [["pruned", `on ${count(rows, "row")}`]] : [];
    return [["network", networkNames[network]], ...importFacts(model), ...own];
  }
  return [
    ["network", `${networkNames[network]}, preset ${preset}, λ ${shortFigure(lambda)}`],
    ["trained", `on ${count(rows, "row")}, seed ${seed}`],
  ];
}

/** The levels of ordered categories; nothing where there are none. */
function orderedFacts({ columns }: ModelReport): [string, string][] {
  const lines = columns.flatMap(({ column, levels }) => (levels ? `${column} (${levelList(levels)})` : []));
  return lines.length === 0 ? [] : [["ordered", lines.join("\n")]];
}

/** `best`: the bound whose factors are shown; they multiply to it. */
function layersText(layers: readonly LayerReport[], best: PathMethod, member: number | null): string {
  return alignedTable([
    [
      member === null ? "layer" : `layer of network ${member}`,
      "outputs × inputs",
      "length",
      "zeros",
      "near-sparsity",
      "σ max/min",
      `× ${boundNames[best]}`,
    ],
    ...layers.map(({ kind, rows, columns, lengths, sparsity, nearSparsity, condition, factors }, l) => [
      `${l + 1} ${kind}`,
      `${rows} × ${columns}`,
      lengthText(lengths),
      percent(sparsity),
      percent(nearSparsity),
      Number.isFinite(condition) ? figure(condition) : "∞",
      figure(factors[best]!),
    ]),
  ]);
}

/** What is guaranteed, and why; nothing where nothing is. */
function monotoneText(columns: readonly ColumnReport[], model: TabularModel): string[] {
  const { members } = model;
  const what = monotoneSubject(model);
  const lines = columns.flatMap(({ column, monotone }) =>
    monotone ? [`${what} is guaranteed ${monotone} in ${column}.`] : [],
  );
  if (lines.length === 0) return [];
  const slopes = members.reduce(
    (sum, { network }) =>
      (network.slopes ?? new Float32Array()).reduce((total, slope) => total + Math.abs(slope), 0) /
        members.length +
      sum,
    0,
  );
  const why = `The paths of the wrong sign are outweighed by a linear term, which adds ${figureAbove(slopes)} to the bound.`;
  return [[...lines, ...(slopes > 0 ? [why] : [])].join("\n")];
}

function lengthText(lengths: readonly number[]): string {
  if (lengths.length === 0) return "–";
  const sizes = lengths.map(Math.abs);
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  return least === most ? figure(least) : `${figure(least)} … ${figure(most)}`;
}

function boundsText({ bounds }: ModelReport): string {
  return alignedTable([
    ["bound", "value"],
    ...bounds.map(({ name, value }) => [boundNames[name], figureAbove(value)]),
  ]);
}

/** How steep predictions can be in the columns that have bins, as a block for each of them; nothing where none has. */
function binsText({ columns, changes }: ModelReport, target: TabularModel["target"]): string[] {
  const rows = columns.flatMap((report) =>
    report.bins ? [[report.column, ...pictureOf(report, report.bins, changes)]] : [],
  );
  if (rows.length === 0) return [];
  const lines = rows.map(([name, picture, steepest]) => [name, `${picture}  ${steepest}`] as const);
  const heading = `Upper bounds of the slope, bin by bin, ${unitOf(target, changes)} for one unit of the column${columns.some(({ kind, bins }) => kind === "date" && bins) ? " (a day)" : ""}:`;
  return [`${heading}\n${facts(lines)}`];
}

function pictureOf(
  { kind, levels }: ColumnReport,
  { edges, perUnit, outside }: BinReport,
  changes: ModelReport["changes"],
): [string, string] {
  const ends = (from: number, to: number) =>
    levels
      ? [shortName(levels[from]), shortName(levels[to])]
      : kind === "date"
        ? [dateText(from), dateText(to)]
        : rangeEnds(from, to);
  const sizes = perUnit.map((slope) => sizeOf(slope, changes));
  const most = Math.max(...sizes);
  const steepest = sizes.indexOf(most);
  const [first, last] = ends(edges[0], edges[edges.length - 1]);
  const [from, to] = ends(edges[steepest], edges[steepest + 1]);
  const blocks = sizes.map((size) => blockOf(most === 0 ? 0 : size / most)).join("");
  const shown = (slope: number) => changeText(slope, changes);
  return [
    `${first} ${blocks} ${last}`,
    `${shown(perUnit[steepest])} from ${from} to ${to}, ${shown(outside)} outside`,
  ];
}
