// A model as a SELECT for DuckDB.
import { DuckDBInstance } from "@duckdb/node-api";
import { sqlFormat } from "../sqlFormat.js";

export const { write, predict } = sqlFormat("duckdb", async () => {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  return {
    run: (sql) => connection.run(sql),
    rowsOf: async (sql) => (await connection.runAndReadAll(sql)).getRows(),
    close: async () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
});
