import { columnsOf, type TabularModel } from "psilon";
import { boundText } from "./bound.js";
import { count, facts, quoted } from "./text.js";

/** Where a network came from that was trained elsewhere, as facts; none where it was trained here. */
export function importFacts({ record }: TabularModel): [string, string][] {
  const { imported } = record;
  if (!imported) return [];
  const { file, producer } = imported;
  const from = [
    ...(file === undefined ? [] : [`from ${file}`]),
    ...(producer === "" ? [] : [`by ${producer}`]),
  ];
  return [
    [
      "imported",
      `${from.join(", ")}\na standard deviation is here what the network divides a column by, else that of --like, else 1`,
    ],
  ];
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
    [
      "predicts",
      target.task === "regression" ? target.names.join(", ") : `${target.name}: ${target.classes.join(", ")}`,
    ],
    [
      "network",
      `${hidden.length === 0 ? "linear" : `${count(hidden.length, "hidden layer")} of ${hidden.join(", ")}`}, ${count(model.record.parameters, "parameter")}`,
    ],
    ["bound", boundText(model)],
    ["saved", out],
    ["next", `psilon inspect ${quoted(out)}`],
  ])}\n`;
}
