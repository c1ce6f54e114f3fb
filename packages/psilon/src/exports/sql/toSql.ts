import { aText, checkArgument, type Kind, oneOf } from "../../arguments.js";
import { InputError } from "../../errors.js";
import type { TabularModel } from "../../models/tabularModel.js";
import { checkGiven } from "../../names.js";
import { type ExportPlan, exportPlan } from "../plan.js";
import type { Dialect } from "./dialect.js";
import { duckdb } from "./duckdb.js";
import { inputSteps } from "./inputs.js";
import { memberSteps } from "./layers.js";
import { apart, identifier, kept } from "./names.js";
import { postgres } from "./postgres.js";
import { predictionSteps } from "./predictions.js";
import { sqlite } from "./sqlite.js";
import { stepsText } from "./steps.js";

/** Which SQL: DuckDB's, PostgreSQL's (12 or later) or SQLite's (3.38 or later, with its mathematical functions). */
export type SqlDialect = "duckdb" | "postgres" | "sqlite";

const dialects: Readonly<Record<SqlDialect, Dialect>> = { duckdb, postgres, sqlite };

/** Names of the dialects. */
export const sqlDialects = Object.keys(dialects) as SqlDialect[];

/** What `toSql` writes for. */
export interface SqlOptions {
  readonly dialect: SqlDialect;
  /** The name of the table, or of a view, whose rows are predicted. */
  readonly table: string;
}

const optionKinds = {
  dialect: oneOf(...sqlDialects),
  table: aText,
} satisfies Record<keyof SqlOptions, Kind>;

/**
 * One SELECT that gives the rows of a table, with all of its columns and the model's predictions behind them: `predicted_price` for each target
 * or quantile, with `predicted_price_low` and `predicted_price_high` where the model has intervals; of classes `predicted_kind` and
 * `probability_yes`, … for each class. A name that the train table had has "_" behind it.
 *
 * A chain of CTEs reads a row's cells, of any type by what they say (numbers, texts, truths as 'yes' or 1, dates in ISO 8601), and computes
 * in float64, each layer in one: h_i = max(Σ_j w_ij·h_j + b_i, 0) over the weights that are not 0. NULL, NaN and all that stands for a
 * missing value are missing; where `predictTable` throws at a cell that does not fit, the predictions of that row are NULL.
 *
 * Throws InputError for names that the dialect cannot quote or tell apart, and for a model with more columns, units or classes in a step
 * than it has columns.
 */
export function toSql(model: TabularModel, options: SqlOptions): string {
  checkGiven(options, optionKinds);
  for (const name of ["dialect", "table"] as const) {
    checkArgument(`option "${name}"`, options[name], optionKinds[name]);
  }
  const plan = exportPlan(model);
  const dialect = dialects[options.dialect];
  checkNames(plan, dialect);
  const { steps, columns } = predictionSteps(plan, dialect);
  const all = [...inputSteps(plan, dialect), ...memberSteps(plan, dialect), ...steps];
  const names = apart(
    dialect,
    columns.map(({ name }) => name),
    model.schema.columns.map(({ name }) => name),
  );
  const table = identifier(dialect, options.table, "table");
  return dialect.beside(table, {
    before: stepsText(all, dialect),
    columns: columns.map(({ sql }, k) => ({ sql, name: identifier(dialect, names[k], "class") })),
    after: `FROM ${all[all.length - 1].name} AS p`,
  });
}

/** Throws InputError for two columns that the dialect takes for one. */
function checkNames({ columns }: ExportPlan, { called, names: { bytes, folded } }: Dialect): void {
  const first = new Map<string, string>();
  for (const { name } of columns) {
    const own = folded(kept(name, bytes));
    const other = first.get(own);
    if (other !== undefined) {
      const differ = Number.isFinite(bytes) ? `behind their first ${bytes} bytes` : "in upper and lower case";
      throw new InputError({
        code: "duplicate-column",
        found: `The columns "${other}" and "${name}" differ ${differ} alone, which ${called} cannot tell apart`,
        where: { column: name },
        remedy: "give one of them another name in the table that the model is trained on",
      });
    }
    first.set(own, name);
  }
}
