// A model as a SELECT for PostgreSQL, compiled to WebAssembly.
import { PGlite } from "@electric-sql/pglite";
import { sqlFormat } from "../sqlFormat.js";

export const { write, predict } = sqlFormat("postgres", async () => {
  const database = await PGlite.create();
  return {
    run: (sql) => database.exec(sql),
    rowsOf: async (sql) => (await database.query(sql, [], { rowMode: "array" })).rows,
    close: () => database.close(),
  };
});
