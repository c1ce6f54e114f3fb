import { InputError, type KindOverride, overrideKinds, type TrainOptions } from "psilon";
import { onceEach } from "./data/columnNames.js";
import { orderedColumns } from "./orderedColumns.js";
import type { TrainingFlags } from "./trainingFlags.js";

/** What `--column`, `--ignore` and `--ordered` say of columns, by their names. */
export function columnKinds({
  column = [],
  ignore = [],
  ordered = [],
}: TrainingFlags): NonNullable<TrainOptions["columns"]> {
  const declared = column.map((text) => {
    // A column's name may hold an equals sign, a kind does not.
    const at = text.lastIndexOf("=");
    const kind = text.slice(at + 1);
    const isKind = (overrideKinds as readonly string[]).includes(kind) || kind.startsWith("date:");
    if (at < 1 || !isKind) {
      throw new InputError({
        code: "unknown-choice",
        found: `The option --column takes a column's name, "=" and one of ${overrideKinds.join(", ")}, but "${text}" was given`,
        value: text,
      });
    }
    return [text.slice(0, at), kind as KindOverride] as const;
  });
  const ignored = ignore.flatMap((text) => text.split(",")).map((name) => [name.trim(), "ignore"] as const);
  return oneKindEach({ column, ignore, ordered }, [...declared, ...ignored, ...orderedColumns(ordered)]);
}

export function oneKindEach<T>(
  flags: Pick<TrainingFlags, "column" | "ignore" | "ordered" | "sampleWeights">,
  entries: readonly (readonly [name: string, kind: T])[],
): Record<string, T> {
  const given = [
    ...(["column", "ignore", "ordered"] as const).flatMap((name) => (flags[name]?.length ? `--${name}` : [])),
    ...(flags.sampleWeights === undefined ? [] : ["--sample-weights"]),
  ];
  return onceEach(given.join(" or "), entries, "say once what it is");
}
