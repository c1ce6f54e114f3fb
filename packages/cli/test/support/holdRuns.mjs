// Holds a database open, to read or to write, until its standard input ends.
import { DuckDBInstance } from "@duckdb/node-api";

const [path, access] = process.argv.slice(2);
const instance = await DuckDBInstance.create(path, { access_mode: access });
process.stdout.write("held\n");
process.stdin.resume().on("end", () => instance.closeSync());
