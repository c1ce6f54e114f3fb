import { Command, CommanderError } from "commander";
import { InputError } from "psilon";
import { addCertify } from "./commands/certify.js";
import { addCompare } from "./commands/compare.js";
import { addDescribe } from "./commands/describe.js";
import { addDoctor } from "./commands/doctor.js";
import { addEvaluate } from "./commands/evaluate.js";
import { addExport } from "./commands/export.js";
import { addImport } from "./commands/import.js";
import { addInspect } from "./commands/inspect.js";
import { addPredict } from "./commands/predict.js";
import { addPrune } from "./commands/prune.js";
import { addReport } from "./commands/report.js";
import { addRuns } from "./commands/runs.js";
import { addSweep } from "./commands/sweep.js";
import { addTest } from "./commands/test.js";
import { addTrain } from "./commands/train.js";
import { addWorker } from "./commands/worker.js";
import { exitCodes, type Outcome } from "./exitCodes.js";
import { type Io, ioOf, type Streams } from "./io.js";
import { inOptions } from "./remedies.js";
import { version } from "./version.js";

/** Runs a command line, without the program's name, and returns the exit code. Never throws. */
export async function run(argv: readonly string[], streams: Streams): Promise<number> {
  const io = ioOf(streams);
  try {
    io.signal.throwIfAborted();
    const outcome: Outcome = { code: exitCodes.ok };
    await createProgram(io, outcome).parseAsync([...argv], { from: "user" });
    return io.signal.aborted && !outcome.isInterruptionMeant ? exitCodes.interrupted : outcome.code;
  } catch (error) {
    return report(error, io);
  }
}

/** Ends the process in a sentence for what is thrown where nothing waits for it, such as a stream's event. */
export function reportUncaught(streams: Streams): void {
  process.on("uncaughtException", (error) => process.exit(report(error, ioOf(streams))));
}

/** The command line, ready to parse. */
export function createProgram(io: Io, outcome: Outcome): Command {
  const program = new Command("psilon")
    .description(
      "Trains neural networks on tables, says how far their predictions can move, and prunes them.",
    )
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      // Suggestions stand on a line of their own.
      outputError: (text, write) => write(text.replace(/\n(?=\()/, " ")),
    })
    .addHelpText(
      "before",
      `Examples:
  psilon describe houses.csv --target price
  psilon train sample:penguins --target species
  psilon train houses.csv --target price --prune 0.9 --out price.safetensors
  psilon evaluate houses.csv --target price --folds 5 --json
  psilon test price.safetensors houses-2025.csv
  psilon predict price.safetensors new.csv --out predictions.csv
  psilon inspect price.safetensors
  psilon certify price.safetensors new.csv --tolerance 5000 --radius 0.1
  psilon report price.safetensors --data test.csv --out report.html
`,
    )
    .addHelpText(
      "after",
      `
<data> is a .csv, .tsv, .txt, .parquet, .json or .jsonl file, also compressed (.gz, .zst), a folder or a pattern of them
('sales/*.csv'), a table of a database (file.duckdb::table), a query that begins with SELECT, WITH or FROM, - for
standard input, or sample:<name>.
Results go to standard output, progress and errors to standard error.

Exit codes:
  ${exitCodes.ok}    done
  ${exitCodes.failed}    something failed that should not have
  ${exitCodes.badInput}    an argument, a table or a model file cannot be used; one sentence says why
  ${exitCodes.refuted}    certify: some rows are refuted
  ${exitCodes.unknown}    certify: no row is refuted, but some are unknown
  ${exitCodes.interrupted}  interrupted by Ctrl-C; train still saves the best network it had, certify prints the rows it did`,
    );
  for (const add of [
    addDescribe,
    addTrain,
    addEvaluate,
    addCompare,
    addSweep,
    addTest,
    addPredict,
    addInspect,
  ])
    add(program, io);
  addCertify(program, io, outcome);
  addWorker(program, io, outcome);
  for (const add of [addReport, addPrune, addExport, addImport, addRuns, addDoctor]) add(program, io);
  return program;
}

function report(error: unknown, io: Io): number {
  // Commander has written its message already; help and version are no errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.badInput;
  if (io.signal.aborted) {
    io.stderr.write(
      `${error instanceof InputError ? inOptions(error) : "Stopped before there was anything to keep."}\n`,
    );
    return exitCodes.interrupted;
  }
  if (error instanceof InputError) {
    io.stderr.write(`error: ${inOptions(error)}\n`);
    return exitCodes.badInput;
  }
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.stderr.write(
    `error: Something failed that should not have; please report it with these lines.\n${details}\n`,
  );
  return exitCodes.failed;
}
