import { columnsOf, type TabularModel } from "psilon";

/** The names of the columns that a model predicts from, so that what a person calls them can be looked up before there is a table. */
export function modelColumns({ schema }: TabularModel): string[] {
  return columnsOf(schema, "feature").map(({ name }) => name);
}
