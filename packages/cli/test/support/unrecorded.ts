/** Commands that record their runs. */
const RECORDING = new Set(["train", "evaluate", "compare", "sweep"]);

/** The command line, recorded nowhere unless it says where. */
export function unrecorded(argv: readonly string[]): readonly string[] {
  return RECORDING.has(argv[0]) && !argv.includes("--runs") ? [...argv, "--no-record"] : argv;
}
