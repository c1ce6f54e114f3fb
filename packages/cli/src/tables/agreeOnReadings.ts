import type { DuckDBConnection } from "@duckdb/node-api";
import { typeText } from "psilon";
import { isMissingIn, type Plan } from "./readPlan.js";
import type { Relation } from "./relation.js";

/** So many cells that are no plain numbers tell how all of a column are to be read. */
const CELLS = 100_000;

/**
 * The plans for a table that comes in parts, in which texts that may be numbers or dates of some style are those of one style throughout:
 * part by part 1.234 could be read as one thing here and as another there. Where no style fits all of the cells looked at, they stay texts.
 */
export async function agreeOnReadings(
  connection: DuckDBConnection,
  relation: Relation,
  plans: readonly Plan[],
  missing: readonly string[],
): Promise<Plan[]> {
  const agreed: Plan[] = [];
  for (const plan of plans) {
    const isOpen = plan.kind === "categories" && plan.texts !== undefined && plan.texts.reading === undefined;
    if (!isOpen) {
      agreed.push(plan);
      continue;
    }
    const { column, sql, texts } = plan;
    const reader = await connection.runAndReadAll(
      `SELECT DISTINCT trim(cell) FROM (SELECT ${sql} AS cell FROM ${relation.from([column])}
      WHERE NOT ${isMissingIn(sql, missing)} AND TRY_CAST(${sql} AS DOUBLE) IS NULL LIMIT ${CELLS})`,
    );
    const dictionary = reader.getRows().map(([text]) => String(text));
    const { reading } = typeText(
      {
        kind: "categories",
        name: column.name,
        origin: { source: relation.source, firstRow: 1 },
        codes: new Int32Array(),
        dictionary,
      },
      texts,
    );
    const { texts: _, ...asText } = plan;
    agreed.push(reading === undefined ? asText : { ...plan, texts: { ...texts, reading } });
  }
  return agreed;
}
