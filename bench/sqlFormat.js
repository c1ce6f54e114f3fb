// A model as a SELECT in one dialect, for bench/exports: the table's rows are put into a database, then all are predicted at once.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { toSql } from "psilon";

const ROW = "the row's place";
const quoted = (name) => `"${name.replaceAll('"', '""')}"`;
/** A number among texts is a text here, or the database would write it with the digits that it likes. */
const literal = (cell, type) =>
  cell === null ? "NULL" : type === "TEXT" ? `'${String(cell).replaceAll("'", "''")}'` : String(cell);
const typeOf = (cells) =>
  cells.every((cell) => cell === null || typeof cell === "number") ? "DOUBLE PRECISION" : "TEXT";

/** `open` gives a database: `run` takes a statement, `rowsOf` gives a query's rows as arrays. */
export function sqlFormat(dialect, open) {
  return {
    write(model, folder) {
      const sql = toSql(model, { dialect, table: "rows" });
      writeFileSync(join(folder, "predict.sql"), sql);
      const { target } = model;
      return { sql, width: target.task === "classification" ? target.classes.length : target.names.length };
    },
    async predict({ sql, width }, rows) {
      const database = await open();
      const names = Object.keys(rows[0]);
      const types = names.map((name) => typeOf(rows.map((row) => row[name])));
      const columns = names.map((name, j) => `${quoted(name)} ${types[j]}`);
      await database.run(`CREATE TABLE rows (${quoted(ROW)} INTEGER, ${columns.join(", ")})`);
      for (let from = 0; from < rows.length; from += 500) {
        const values = rows
          .slice(from, from + 500)
          .map(
            (row, i) => `(${[from + i, ...names.map((name, j) => literal(row[name], types[j]))].join(", ")})`,
          );
        await database.run(`INSERT INTO rows VALUES ${values.join(", ")}`);
      }
      const start = performance.now();
      const found = await database.rowsOf(`SELECT * FROM (${sql}) AS predicted ORDER BY ${quoted(ROW)}`);
      const ns = (1e6 * (performance.now() - start)) / rows.length;
      await database.close();
      return { predictions: found.map((row) => row.slice(-width)), bytes: Buffer.byteLength(sql), ns };
    },
  };
}
