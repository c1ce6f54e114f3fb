import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import {
  certifiedAccuracy,
  checkQuestion,
  createBackend,
  InputError,
  type Moves,
  predictTable,
  type Tolerance,
} from "psilon";
import { accuracyCurve, RADII } from "../accuracyCurve.js";
import { anyForInfinity } from "../anyForInfinity.js";
import { collect, jsonOption, number, spreadsheetOption, toleranceOf, whole } from "../arguments.js";
import { certifyInChunks } from "../certifyInChunks.js";
import { csvLine, spreadsheetLine } from "../data/csv.js";
import { readModel } from "../data/modelFile.js";
import { exitCodes, type Outcome } from "../exitCodes.js";
import type { Io } from "../io.js";
import { defaultThreads } from "../jobs.js";
import { modelColumns } from "../modelColumns.js";
import { certifyMonotoneColumns } from "../monotoneCertificate.js";
import { parseColumns, parseMoves, parseRows } from "../moves.js";
import { openOutput } from "../output.js";
import { createProgress } from "../progress.js";
import { addReadingOptions, type ReadingFlags, readOptionsFor } from "../readingOptions.js";
import { accuracyChart } from "../render/accuracyChart.js";
import { type Certification, certificationText } from "../render/certification.js";
import { certificationCsv } from "../render/certificationCsv.js";
import { rightnessOf } from "../rightness.js";
import { readFrame } from "../tables/readFrame.js";
import { type Unseen, unseenOption, withUnseen } from "../unseen.js";

interface Flags extends ReadingFlags {
  readonly tolerance?: Tolerance;
  readonly radius?: number;
  readonly move?: readonly string[];
  readonly fixed?: readonly string[];
  readonly monotone?: readonly string[];
  readonly alone?: true;
  readonly exact?: true;
  readonly timeLimit?: number;
  readonly unseen: Unseen;
  readonly rows?: string;
  readonly seed?: number;
  readonly threads: number;
  readonly out?: string;
  readonly spreadsheet?: true;
  readonly curve?: string;
  readonly json?: true;
}

/** Seconds for each branch and bound of `--exact`. */
const TIME_LIMIT = 10;
const SEED = 0;

export function addCertify(program: Command, io: Io, outcome: Outcome): void {
  const positive = (flag: string, what: string) => number(flag, what, (value) => value > 0);
  const command = program
    .command("certify <model> [data]")
    .description(
      "Prove for every row how far its columns may move before the prediction changes, or find where it does.",
    )
    .option(
      "--tolerance <t>",
      "how far a predicted number may move: in the target's units, or by a factor of 1.05 as in 5%",
      toleranceOf,
    )
    .option(
      "--radius <r>",
      "let every number move by r standard deviations",
      number("--radius", "a number of standard deviations, at least 0", (value) => value >= 0),
    )
    .option(
      "--move <column=amount>",
      "let columns move: by an amount in their own unit, a percentage, or to any category (or number, where bins are all that is read of it), as in age=2,income=5%,sex=any; with a sign only up or only down, as in age=+1,income=-5%; repeatable",
      collect,
    )
    .option("--fixed <column>", "columns that --radius does not move, as in age,income; repeatable", collect)
    .option(
      "--monotone <column=sign>",
      "ask instead whether predictions never fall (+) or rise (-) when a column grows, as in income=+,debt=-; needs no table; repeatable",
      collect,
    )
    .option("--alone", "without --radius and --move: also how far each column can move alone")
    .option(
      "--exact",
      "settle what bounds and search leave open by branch and bound (needs the package highs)",
    )
    .option(
      "--time-limit <s>",
      `seconds for each such program (default: ${TIME_LIMIT})`,
      positive("--time-limit", "a positive number of seconds"),
    )
    .addOption(unseenOption())
    .option("--rows <numbers>", "certify these rows alone, such as 2,5,10-20")
    .option(
      "--seed <n>",
      "makes every random choice of the search for counterexamples (default: 0)",
      whole("--seed", 0, 2 ** 32 - 1),
    )
    .option("--threads <n>", "rows to certify at a time", whole("--threads", 1, 1024), defaultThreads())
    .option("--out <file>", "where to write every row's answer, as CSV")
    .addOption(spreadsheetOption())
    .option(
      "--curve <file>",
      "where to write certified accuracy over the radius, as Vega-Lite (needs the target's column)",
    )
    .addOption(jsonOption())
    .addHelpText(
      "before",
      `Examples:
  psilon certify species.safetensors new.csv
  psilon certify price.safetensors new.csv --tolerance 5000 --radius 0.1
  psilon certify credit.safetensors new.csv --move age=2,income=5%,purpose=any --out verdicts.csv
  psilon certify credit.safetensors --monotone income=+,debt=-
`,
    )
    .addHelpText(
      "after",
      `
Without --radius and --move it tells each row's certified radius. A missing cell stays missing; whole numbers stay whole.

Exit codes: ${exitCodes.ok} all rows (or columns) certified (or radii told), ${exitCodes.refuted} some refuted, ${exitCodes.unknown} some unknown and none refuted.`,
    )
    .action(async (model: string, data: string | undefined, flags: Flags, own: Command) => {
      const { seed = SEED, monotone } = flags;
      const given = (option: string) => own.getOptionValueSource(option) === "cli";
      if (monotone) checkAlone(flags, data, given);
      outcome.code = await (monotone
        ? certifyMonotoneColumns(model, data, { ...flags, seed, monotone }, io)
        : certify(model, data, flags, io));
    });
  addReadingOptions(command);
}

/** Throws InputError for options about moves and rows beside `--monotone`, and for those of a table where there is none, or of none beside one. */
function checkAlone(flags: Flags, data: string | undefined, given: (option: string) => boolean): void {
  const { tolerance, radius, move, fixed, alone, exact, timeLimit, rows, out, spreadsheet, curve } = flags;
  const about = { tolerance, radius, move, fixed, alone, exact, "time-limit": timeLimit };
  const others = { ...about, rows, out, spreadsheet, curve, threads: given("threads") || undefined };
  const other = Object.entries(others).find(([, value]) => value !== undefined);
  if (other) {
    throw new InputError({
      code: "conflicting-arguments",
      found: `The option --monotone asks about columns that grow, however far, and takes no --${other[0]}`,
      remedy: "leave one of them out",
    });
  }
  if (given("unseen") && data === undefined) {
    throw new InputError({
      code: "missing-argument",
      found: "The option --unseen is about categories in a table, but none is named",
      remedy: "name one, or leave the option out",
    });
  }
  if (flags.seed !== undefined && data !== undefined) {
    throw new InputError({
      code: "conflicting-arguments",
      found: "The option --seed makes up rows for --monotone where there is no table, but one is named",
      remedy: "leave one of them out",
    });
  }
}

/** Throws InputError for options that mean nothing beside the others. */
async function checkTogether(flags: Flags, asksVerdicts: boolean): Promise<void> {
  const { radius, fixed, alone, exact, timeLimit, seed, out, spreadsheet, curve } = flags;
  if (asksVerdicts && (alone || curve !== undefined)) {
    throw new InputError({
      code: "conflicting-arguments",
      found: `The option ${alone ? "--alone" : "--curve"} tells of certified radii, which are found without --radius and --move`,
      remedy: "leave those out",
    });
  }
  if (asksVerdicts && fixed && radius === undefined) {
    throw new InputError({
      code: "missing-argument",
      found: "The option --fixed names columns that --radius does not move",
      remedy: "give a radius as well, or leave it out",
    });
  }
  if (seed !== undefined && !asksVerdicts) {
    throw new InputError({
      code: "missing-argument",
      found:
        "The option --seed is for the search for counterexamples when columns move by --radius or --move",
      remedy: "give one of these as well, or leave it out",
    });
  }
  if (timeLimit !== undefined && !exact) {
    throw new InputError({
      code: "missing-argument",
      found: "The option --time-limit belongs to --exact",
      remedy: "give that as well, or leave it out",
    });
  }
  if (exact && !asksVerdicts) {
    throw new InputError({
      code: "missing-argument",
      found: "The option --exact settles what is unknown when columns move by --radius or --move",
      remedy: "give one of these as well, or leave it out",
    });
  }
  if (spreadsheet && out === undefined) {
    throw new InputError({
      code: "missing-argument",
      found: "The option --spreadsheet is about the CSV file that --out names",
      remedy: "give that as well, or leave it out",
    });
  }
  if (out !== undefined && curve !== undefined && (await placeOf(out)) === (await placeOf(curve))) {
    throw new InputError({
      code: "named-twice",
      found: `The options --out and --curve both name the file "${out}"`,
      value: out,
      remedy: "give each a file of its own",
    });
  }
}

/** Where the file is, or would be, whatever it is called. */
const placeOf = (path: string) => realpath(path).catch(() => resolve(path));

async function certify(path: string, data: string | undefined, flags: Flags, io: Io): Promise<number> {
  if (data === undefined) {
    throw new InputError({
      code: "missing-argument",
      found: "Name a table whose rows to certify after the model",
      remedy: "only --monotone needs none",
    });
  }
  const asksVerdicts = flags.radius !== undefined || flags.move !== undefined;
  await checkTogether(flags, asksVerdicts);
  const model = withUnseen(await readModel(path), flags.unseen);
  const columns = modelColumns(model);
  const moves: Moves = {
    radius: flags.radius,
    move: parseMoves(flags.move ?? [], columns),
    fixed: parseColumns(flags.fixed ?? [], columns),
  };
  checkQuestion(model, { moves, tolerance: flags.tolerance });
  const open = async (flag: string, file: string | undefined) =>
    file === undefined ? null : openOutput(flag, file, [path, data]);
  const progress = createProgress(io, "rows");
  try {
    const [out, curve] = [await open("--out", flags.out), await open("--curve", flags.curve)];
    const frame = await readFrame(data, io, readOptionsFor(model.schema, flags, io));
    const rows =
      flags.rows === undefined
        ? Int32Array.from({ length: frame.rowCount }, (_, row) => row)
        : parseRows(flags.rows, frame.origin.firstRow, frame.rowCount);
    const backend = await createBackend();
    // Finds bad cells before anything else does, with their own row's number.
    const predictions = predictTable(backend, model, frame, rows);
    for (const note of predictions.notes) io.stderr.write(`note: ${note}\n`);
    const { tolerance, seed = SEED, alone } = flags;
    const right = asksVerdicts
      ? new Map()
      : rightnessOf(backend, model, frame, rows, { tolerance, needed: curve !== null, io });
    const exactSeconds = flags.exact ? (flags.timeLimit ?? TIME_LIMIT) : null;
    const findings = await certifyInChunks(
      asksVerdicts
        ? { model, verdicts: { moves, tolerance, exactSeconds, seed } }
        : { model, radii: { tolerance, fixed: moves.fixed, alone } },
      frame,
      rows,
      flags.threads,
      { signal: io.signal, onProgress: (done) => progress.update("Certifying", done, rows.length) },
    );
    progress.stop();
    const result: Certification = {
      model: path,
      data: frame.origin.source,
      tolerance: tolerance ?? null,
      moves: asksVerdicts ? moves : null,
      rows: rows.length,
      ...findings,
      accuracy: certifiedAccuracy(findings.radii, right, RADII),
    };
    // Interrupted at once, there is nothing to draw.
    if (curve && result.accuracy.length > 0) {
      const shares = accuracyCurve(findings.radii, right);
      await curve.write(`${JSON.stringify(accuracyChart(shares, frame.origin.source))}\n`);
    }
    if (out) await out.write(certificationCsv(result, model, flags.spreadsheet ? spreadsheetLine : csvLine));
    io.stdout.write(
      flags.json ? `${JSON.stringify(result, anyForInfinity)}\n` : certificationText(result, model),
    );
    return exitCodeOf(result);
  } finally {
    progress.stop();
  }
}

function exitCodeOf({ verdicts }: Certification): number {
  const some = (verdict: string) => verdicts.some((one) => one.verdict === verdict);
  return some("refuted") ? exitCodes.refuted : some("unknown") ? exitCodes.unknown : exitCodes.ok;
}
