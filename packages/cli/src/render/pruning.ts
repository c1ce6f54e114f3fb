import type { Scores, TabularModel } from "psilon";
import { boundText } from "./bound.js";
import { metricName } from "./scores.js";
import { alignedTable, duration, facts, figure, figureAbove, page, quoted } from "./text.js";
import { sparsityText } from "./training.js";

/** What a model costs and what it is worth on a table. Inputs and units are those of all members. */
export interface Weighed {
  readonly inputs: number;
  readonly units: number;
  readonly parameters: number;
  /** Of its file. */
  readonly bytes: number;
  /** To predict the table. */
  readonly milliseconds: number;
  /** The tightest, in scaled units. */
  readonly bound: number;
  readonly scores: Scores;
}

export interface PruningSummary {
  readonly before: Weighed;
  readonly after: Weighed;
  readonly model: TabularModel;
  readonly out: string;
}

export function pruningText({ before, after, model, out }: PruningSummary): string {
  const line = (name: string, of: (side: Weighed) => number, hasRatio = true, text = figure) => [
    name,
    text(of(before)),
    text(of(after)),
    hasRatio && of(before) > 0 ? `${(100 * (of(after) / of(before) - 1)).toFixed(1)} %` : "",
  ];
  const scores = (side: Weighed) => side.scores as unknown as Readonly<Record<string, number>>;
  const comparison = alignedTable([
    ["", "before", "after", "change"],
    ...Object.keys(before.scores).map((name) =>
      // R² may be 0 or less, of which a share means nothing.
      line(`${metricName(name)} on this table`, (side) => scores(side)[name], name !== "r2"),
    ),
    line("bound", (side) => side.bound, true, figureAbove),
    line("inputs", (side) => side.inputs),
    line("units", (side) => side.units),
    line("parameters", (side) => side.parameters),
    line("bytes", (side) => side.bytes),
    line("ms to predict this table", (side) => side.milliseconds),
  ]);
  const about = facts([
    ["scores", "on the rows it was pruned with; `psilon evaluate --prune` scores rows that were not seen"],
    ["sparsity", sparsityText(model)],
    ["bound", boundText(model)],
    ["time", duration(model.record.seconds)],
    ["saved", out],
    ["next", `psilon inspect ${quoted(out)}`],
  ]);
  return page([comparison, about]);
}
