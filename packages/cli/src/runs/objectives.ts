import type { DuckDBConnection } from "@duckdb/node-api";
import type { Objective } from "../sweeps/objective.js";
import { insert } from "./insert.js";

/** Records what the parts of a run are told the best by. */
export const insertObjectives = (
  connection: DuckDBConnection,
  run: string,
  objectives: readonly Objective[],
): Promise<void> =>
  insert(
    connection,
    "objectives",
    objectives.map(({ metric, better, level }, place) => ({ run, place, metric, better, level })),
  );
