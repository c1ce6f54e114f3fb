// A model as a SELECT for SQLite, compiled to WebAssembly.
import sqlite from "node-sqlite3-wasm";
import { sqlFormat } from "../sqlFormat.js";

export const { write, predict } = sqlFormat("sqlite", async () => {
  const database = new sqlite.Database();
  return {
    run: async (sql) => database.exec(sql),
    rowsOf: async (sql) => database.all(sql).map(Object.values),
    close: async () => database.close(),
  };
});
