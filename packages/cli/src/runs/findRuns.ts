import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "psilon";

/** The ids of runs by beginnings of theirs, also of parts, as in k3f9.17. Throws InputError for what is none, or several. */
export async function findRuns(
  connection: DuckDBConnection,
  path: string,
  names: readonly string[],
): Promise<string[]> {
  const ids: string[] = [];
  for (const name of names) {
    const [, beginning = "", number] = /^(.*?)(?:\.(\d{1,9}))?$/s.exec(name) ?? [];
    const read = await connection.runAndReadAll(
      `SELECT id FROM runs WHERE number IS NOT DISTINCT FROM $2::INTEGER AND starts_with(coalesce(parent, id), $1)
        ORDER BY coalesce(parent, id) = $1 DESC, id`,
      [beginning, number === undefined ? null : Number(number)],
    );
    const found = read.getRows().map(([id]) => String(id));
    if (found.length === 0 || beginning === "") {
      throw new InputError({
        code: "unknown-choice",
        found: `No run in "${path}" has an id that begins with "${name}"`,
        where: { source: path },
        value: name,
        remedy: "psilon runs list shows them",
      });
    }
    if (found.length > 1 && found[0].split(".")[0] !== beginning) {
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
