// How a shared table is cut into train and test rows: as `psilon evaluate` does it.
import { foldRows, givenRows } from "@psilon/cli/dist/splits.js";
import { inferSchema } from "psilon";
import { FOLDS, sharedFile, standardSplits } from "./tables.js";

/** The first `count` of the table's standard splits, or of folds, stratified by class, where it has none. */
export function splitsOf(name, table, count) {
  const target = [table.columns.at(-1).name];
  const aim = { target, schema: inferSchema(table, { target }), options: {} };
  return sharedFile(`splits/${name}.json`)
    ? givenRows(table, aim, standardSplits(name, count))
    : foldRows(table, aim, FOLDS).slice(0, count);
}
