import { readFile } from "node:fs/promises";
import { InputError, loadModel, type TabularModel } from "psilon";
import { bytesOf } from "../bytes.js";
import { readProblem } from "./readProblem.js";

/** Reads a model file. Throws InputError when there is none, or when it is damaged or of another kind. */
export async function readModel(path: string): Promise<TabularModel> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw readProblem("model file", path, error);
  });
  try {
    return loadModel(bytesOf(bytes), path);
  } catch (error) {
    if (error instanceof InputError && TABLES.test(path)) throw isTable(path);
    throw error;
  }
}

/** Ends of tables' names; those of models are as a person likes. */
export const TABLES =
  /\.(?:csv|tsv|txt|parquet|jsonl?|ndjson|xlsx?|duckdb|ddb|db|sqlite3?)(?:\.(?:gz|zst))?$/i;

const isTable = (path: string) =>
  new InputError({
    code: "wrong-format",
    found: `"${path}" is a table, where a model is expected`,
    where: { source: path },
    remedy: "the model comes first, then the table",
  });
