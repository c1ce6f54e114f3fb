import { columnsOf, type TabularModel, type TrainingRecord } from "psilon";
import { boundText } from "./bound.js";
import { predictsText } from "./predicts.js";
import { count, facts, quoted } from "./text.js";

/** What a column's standard deviation is in an imported network. */
const DIVISOR = "what the network divides a column by, else that of --like, else 1";

/** The unit of how far numbers move, as a sentence. */
export const deviationText = ({ imported }: Pick<TrainingRecord, "imported">): string =>
  `A standard deviation is ${imported ? `here ${DIVISOR}` : "that of the rows learned from"}.`;

/** The file and the producer of a network that was trained elsewhere; none where it was trained here. */
export function importedFrom({ imported }: Pick<TrainingRecord, "imported">): string | null {
  if (!imported) return null;
  const { file, producer } = imported;
  return [
    ...(file === undefined ? [] : [`from ${file}`]),
    ...(producer === "" ? [] : [`by ${producer}`]),
  ].join(", ");
}

/** Where a network came from that was trained elsewhere, as facts; none where it was trained here. */
export function importFacts({ record }: TabularModel): [string, string][] {
  const from = importedFrom(record);
  return from === null ? [] : [["imported", `${from}\na standard deviation is here ${DIVISOR}`]];
}

/** What was made of a network that was trained elsewhere. */
export function importText(model: TabularModel, out: string): string {
  const { schema, target, members } = model;
  const [{ network }] = members;
  const hidden = network.layers.slice(0, -1).map(({ rows }) => rows);
  const features = columnsOf(schema, "feature").map(({ name }) => name);
  const shown = features.length > 12 ? [...features.slice(0, 12), "…"] : features;
  return `${facts([
    ...importFacts(model),
    ["columns", `${count(features.length, "column")}: ${shown.join(", ")}`],
    ["predicts", predictsText(target)],
    [
      "network",
      `${hidden.length === 0 ? "linear" : `${count(hidden.length, "hidden layer")} of ${hidden.join(", ")}`}, ${count(model.record.parameters, "parameter")}`,
    ],
    ["bound", boundText(model)],
    ["saved", out],
    ["next", `psilon inspect ${quoted(out)}`],
  ])}\n`;
}
