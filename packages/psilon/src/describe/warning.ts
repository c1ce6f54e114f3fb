import type { Problem } from "../errors.js";

/** Which kind of thing is noticed about a table. */
export const warningCodes = [
  "read-as",
  "too-few-rows",
  "more-columns-than-rows",
  "rare-class",
  "small-class",
  "imbalanced-classes",
  "classes-as-numbers",
  "long-tail",
  "other-categories",
  "outlier",
  "sentinel",
  "row-number",
  "copy-of-target",
  "duplicate-rows",
] as const;

/** One of `warningCodes`. */
export type WarningCode = (typeof warningCodes)[number];

/** Something about a table that a person should know, and that stops nothing; as data, like a `Problem`. */
export interface Warning extends Omit<Problem, "code"> {
  readonly code: WarningCode;
}

/** The warning in a whole sentence. */
export function warningText({ found, remedy }: Pick<Warning, "found" | "remedy">): string {
  return remedy === undefined ? `${found}.` : `${found}; ${remedy}${remedy.endsWith("?") ? "" : "."}`;
}
