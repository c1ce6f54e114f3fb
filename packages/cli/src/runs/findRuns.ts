import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "psilon";

/** The ids of runs by beginnings of theirs; a part of a run is named in full, as in k3f9a2bq.17. Throws InputError for what is none, or several. */
export async function findRuns(
  connection: DuckDBConnection,
  path: string,
  names: readonly string[],
): Promise<string[]> {
  const ids: string[] = [];
  for (const name of names) {
    const read = await connection.runAndReadAll(
      "SELECT id FROM runs WHERE id = $1 OR (parent IS NULL AND starts_with(id, $1)) ORDER BY id = $1 DESC, id",
      [name],
    );
    const found = read.getRows().map(([id]) => String(id));
    if (found.length === 0 || name === "") {
      throw new InputError({
        code: "unknown-choice",
        found: `No run in "${path}" has an id that begins with "${name}"`,
        where: { source: path },
        value: name,
        remedy: "psilon runs list shows them",
      });
    }
    if (found.length > 1 && found[0] !== name) {
      throw new InputError({
        code: "unknown-choice",
        found: `Several runs in "${path}" begin with "${name}": ${found.slice(0, 5).join(", ")}`,
        where: { source: path },
        value: name,
        remedy: "give more of the id's letters",
      });
    }
    if (!ids.includes(found[0])) ids.push(found[0]);
  }
  return ids;
}
