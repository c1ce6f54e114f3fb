import { type TabularModel, targetNames } from "psilon";
import { quoted, shortFigure } from "../render/text.js";

/** The command that trains such a model again, as far as the model's record tells its options. */
export function trainingCommand({ target, record, schema }: TabularModel): string {
  const { control, encode, monotone } = record;
  const option = (name: string, value: string | number | undefined) =>
    value === undefined ? [] : [`--${name} ${quoted(String(value))}`];
  const said = encode === undefined || typeof encode === "string" ? encode : pairs(encode);
  return [
    "psilon train <data>",
    ...targetNames(target).flatMap((name) => option("target", name)),
    ...option("preset", record.preset),
    ...(record.network === "net" ? [] : option("network", record.network)),
    ...option("encode", said),
    ...option("monotone", monotone && pairs(monotone)),
    ...option("missing", schema.missing?.join(",")),
    ...option("groups", control?.groups),
    ...option("time-column", control?.timeColumn),
    ...option("learning-rate", control?.learningRate),
    ...option("patience", control?.patience),
    ...(control?.timeLimit ? option("time-limit", control.timeLimit.seconds) : []),
    ...(record.labelSmoothing ? option("label-smoothing", shortFigure(record.labelSmoothing)) : []),
    ...(record.pruning?.target ? option("prune", record.pruning.target) : []),
    ...(record.pruning ? option("pruning", record.pruning.rule) : []),
    ...option("seed", record.seed),
  ].join(" ");
}

const pairs = (said: Readonly<Record<string, string>>) =>
  Object.entries(said)
    .map(([name, value]) => `${name}=${value}`)
    .join(",");
