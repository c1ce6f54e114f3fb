import type { Command } from "commander";

/** Where a command's run is to be recorded, as Commander hands it over. */
export interface RecordFlags {
  readonly runs?: string;
  readonly record: boolean;
}

/** Where runs are recorded unless `--runs` names another file. */
export const RUNS = ".psilon/runs.duckdb";

/** For the commands whose runs are recorded. */
export function addRecordOptions(command: Command): Command {
  return command
    .option("--runs <file>", `the database that the run is recorded in (default: ${RUNS})`)
    .option("--no-record", "do not record the run");
}
