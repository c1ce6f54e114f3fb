import {
  columnFinder,
  copiesAcross,
  type Frame,
  readable,
  type Split,
  type Warning,
  warningText,
} from "psilon";
import { quoted } from "./render/text.js";
import type { Aim } from "./trainingOptions.js";

/** What to do in the command line's options, where these help. */
const remedies: Partial<Record<Warning["code"], (warning: Warning) => string>> = {
  sentinel: ({ value = "" }) => `if it is one, say so with ${option("missing", value)}`,
  "row-number": ({ where }) => `if it is one, leave it out with ${option("ignore", where?.column ?? "")}`,
  "copy-of-target": ({ where }) =>
    `unless it is known before the target is, leave it out with ${option("ignore", where?.column ?? "")}`,
  "imbalanced-classes": ({ remedy = "" }) =>
    remedy.includes("threshold")
      ? "weigh classes with --class-weights balanced or choose a threshold with --threshold f1, and look at recall and precision"
      : "weigh classes with --class-weights balanced, and look at recall and precision",
  "classes-as-numbers": () => "if they are classes, say so with --task classification",
  "more-columns-than-rows": () =>
    "trust the scores on held-out rows alone, and leave out columns that cannot matter with --ignore",
};

/** A value that begins with a dash would pass for an option. */
const option = (name: string, value: string): string =>
  value.startsWith("-") ? `--${name}=${quoted(value)}` : `--${name} ${quoted(value)}`;

/** The warning as a sentence of the command line. */
export function noteOf(warning: Warning): string {
  const remedy = remedies[warning.code]?.(warning);
  return readable(warningText(remedy === undefined ? warning : { ...warning, remedy }));
}

/** How many rows to test on are copies of rows to learn from, as a sentence; null where none is. */
export function copiesNote(
  frame: Frame,
  { schema }: Pick<Aim, "schema">,
  { train, test }: Split,
): string | null {
  const find = columnFinder(frame);
  const used = schema.columns.filter(({ role }) => role !== "ignored").map(({ name }) => find(name));
  const count = copiesAcross(used, train, test);
  if (count === 0) return null;
  const [are, copies] = count === 1 ? ["is", "a copy"] : ["are", "copies"];
  return `${count.toLocaleString("en-US")} of the ${test.length.toLocaleString("en-US")} rows to test on ${are} ${copies} of rows to learn from, so that the scores on them are too good.`;
}
