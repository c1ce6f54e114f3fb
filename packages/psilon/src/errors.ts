/** Which problem it is, by what it means; what reads a problem can word it, or offer its own way out, by this name alone. */
export const problemCodes = [
  // Names and numbers that were given
  "unknown-option",
  "unknown-choice",
  "unknown-column",
  "unknown-class",
  "unknown-category",
  "unknown-level",
  "unknown-row",
  "unknown-table",
  "unknown-output",
  "named-twice",
  "out-of-range",
  "wrong-type",
  "wrong-shape",
  "missing-argument",
  "conflicting-arguments",
  "unsuitable",
  "without-order",
  "wrong-task",
  // A table, its rows and its columns
  "no-columns",
  "no-rows",
  "no-target-values",
  "no-labelled-rows",
  "missing-target",
  "missing-cell",
  "missing-columns",
  "duplicate-column",
  "not-a-cell",
  "not-a-number",
  "not-finite",
  "not-a-boolean",
  "not-a-date",
  "mostly-numbers",
  "looks-like-numbers",
  "ambiguous-comma",
  "too-far",
  "too-many-classes",
  "too-few-rows",
  "no-classes",
  "rare-class",
  "untrained-class",
  "empty-part",
  "constant-target",
  "no-features",
  "constant-features",
  "all-features-ignored",
  "no-weight",
  // What is computed
  "no-model",
  "nothing-to-prune",
  "diverged",
  "stopped",
  "overflow",
  "too-many-combinations",
  // Files and the machine
  "no-such-file",
  "unreadable",
  "unwritable",
  "wrong-format",
  "unlike-files",
  "refused-query",
  "unsupported-version",
  "damaged-file",
  "out-of-memory",
  "not-installed",
] as const;

/** Which kind of problem it is, for programs: one of `problemCodes`. */
export type ProblemCode = (typeof problemCodes)[number];

/** Something the caller can mend: a bad file, option or argument. Plain data, so that it survives the way between threads. */
export interface Problem {
  readonly code: ProblemCode;
  /** What was found and, where that is not plain, what was expected: a sentence without its full stop. */
  readonly found: string;
  /** A table or file as a person names it, a column by its name, and a row by the number that the sentence gives it. */
  readonly where?: { readonly source?: string; readonly column?: string; readonly row?: number };
  /** The value that stood there or was given. */
  readonly value?: string;
  /** What to do about it, in the words of a program: the end of the sentence, without its full stop. */
  readonly remedy?: string | undefined;
}

/** A problem in a whole sentence, which is meant to be shown as it is, without a stack trace. */
export class InputError extends Error {
  override readonly name = "InputError";
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(sentence(problem));
    this.problem = problem;
  }
}

/** Letters of a name beyond which it is cut, and how many are left: no sentence is about so many, but tables can hold them. */
const LONGEST = { letters: 1000, left: 80 };

/** The text with all but the beginning of what is quoted, or stands without a space, cut where no person would read it; `kept` stays. */
export function readable(text: string, kept?: string): string {
  const shortened = (part: string) => `${part.slice(0, LONGEST.left)}…`;
  return text.length <= LONGEST.letters
    ? text
    : text
        .replace(/"([^"]*)"/g, (whole, quoted: string) =>
          quoted.length > LONGEST.letters && quoted !== kept ? `"${shortened(quoted)}"` : whole,
        )
        .replace(/\S{1001,}/g, (word) =>
          kept !== undefined && word.includes(kept) ? word : shortened(word),
        );
}

function sentence({ found, where, remedy }: Problem): string {
  const text = readable(remedy === undefined ? found : `${found}; ${remedy}`, where?.source);
  // A query that is quoted ends in a mark under the place that is meant.
  return /[?^]$/.test(text) ? text : `${text}.`;
}
