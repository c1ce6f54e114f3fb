import { InputError } from "../../errors.js";
import type { Dialect } from "./dialect.js";

/** A column of a step: an expression, which reads those of the step before as those of `p`, and what it is called. */
export interface Column {
  readonly sql: string;
  readonly name: string;
}

/** One CTE, which reads the one before it alone. */
export interface Step {
  readonly name: string;
  readonly columns: readonly Column[];
}

/** Columns of the step before as they are. */
export const carried = (names: readonly string[]): Column[] =>
  names.map((name) => ({ sql: `p.${name}`, name }));

/** WITH and all of the steps. Throws InputError for one with more columns than the dialect has. */
export function stepsText(steps: readonly Step[], { called, columns: most }: Dialect): string {
  const ctes = steps.map(({ name, columns }, at) => {
    if (columns.length > most) {
      throw new InputError({
        code: "unsuitable",
        found: `The step ${name} of the model has ${columns.length} columns in SQL, but ${called} has ${most} at most`,
        remedy: "prune the model, train a narrower one, or write another dialect",
      });
    }
    const list = columns.map((column) => `    ${column.sql} AS ${column.name}`).join(",\n");
    // Where a step was not computed once, but put wherever it is read, there would be no end of it.
    return `${name} AS MATERIALIZED (\n  SELECT\n${list}${at === 0 ? "" : `\n  FROM ${steps[at - 1].name} AS p`}\n)`;
  });
  return `WITH ${ctes.join(",\n")}\n`;
}
