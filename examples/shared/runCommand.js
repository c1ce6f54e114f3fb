import { CommanderError } from "commander";
import { InputError } from "psilon";
import { markdown } from "../../bench/markdown.js";
import { createProgress } from "./progress.js";

/** As of the command `psilon`. */
const exitCodes = { failed: 1, badInput: 2, interrupted: 130 };

/**
 * Parses the command line and runs the example: `run(options, { signal, progress })` comes to a report `{ tables, files, result, problem }`
 * of tables (rows of texts, the header first), paths of what was written, an object for --json, and a sentence where training went wrong.
 * Results go to stdout, all else to stderr. Ctrl-C ends training, and the report is of what was learned; a second one ends the process.
 */
export async function runCommand(program, run) {
  const interruption = new AbortController();
  process.once("SIGINT", () => interruption.abort());
  const progress = createProgress(process.stderr);
  try {
    await program.exitOverride().parseAsync();
    const options = program.opts();
    const report = await run(options, { signal: interruption.signal, progress });
    progress.stop();
    print(report, options.json);
    if (report.problem) process.stderr.write(`${report.problem}\n`);
    if (interruption.signal.aborted) process.exitCode = exitCodes.interrupted;
    else if (report.problem) process.exitCode = exitCodes.failed;
  } catch (error) {
    progress.stop();
    process.exitCode = codeOf(error);
  }
}

function print({ tables, files, result }, asJson) {
  process.stdout.write(
    asJson
      ? `${JSON.stringify({ ...result, files })}\n`
      : `${tables.map((rows) => markdown(rows)).join("\n\n")}\n`,
  );
  if (!asJson) process.stderr.write(files.map((file) => `Wrote ${file}\n`).join(""));
}

function codeOf(error) {
  // Commander has said it already; help is no error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.badInput;
  const isInput = error instanceof InputError;
  process.stderr.write(`error: ${isInput ? error.message : error.stack}\n`);
  return isInput ? exitCodes.badInput : exitCodes.failed;
}
