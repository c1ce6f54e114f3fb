import { columnsOf, type Table, type TabularModel, tableFrom } from "psilon";

/** The columns that a model predicts from, as a table without rows, so that what a person calls them can be looked up before there is one. */
export function modelColumns({ schema }: TabularModel): Table {
  return tableFrom(Object.fromEntries(columnsOf(schema, "feature").map(({ name }) => [name, []])));
}
