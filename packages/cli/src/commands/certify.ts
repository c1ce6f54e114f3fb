import type { Command } from "commander";
import {
  certifiedAccuracy,
  checkQuestion,
  createBackend,
  InputError,
  type Moves,
  predictTable,
} from "psilon";
import { accuracyCurve, RADII } from "../accuracyCurve.js";
import { anyForInfinity } from "../anyForInfinity.js";
import { collect, jsonOption, number, spreadsheetOption, toleranceOf, whole } from "../arguments.js";
import { type CertifyFlags, checkMonotone, checkTogether, checkTolerance } from "../certifyFlags.js";
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
import { addReadingOptions, readOptionsFor } from "../readingOptions.js";
import { accuracyChart } from "../render/accuracyChart.js";
import { type Certification, certificationText } from "../render/certification.js";
import { certificationCsv } from "../render/certificationCsv.js";
import { rightnessOf } from "../rightness.js";
import { readFrame } from "../tables/readFrame.js";
import { unseenOption, withUnseen } from "../unseen.js";

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
      "how far a predicted number may move, which certificates of numbers need: in the target's units, or by a factor of 1.05 as in 5%",
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
Without --radius and --move it tells each row's certified radius. A missing cell stays missing; whole numbers stay
whole.

Exit codes: ${exitCodes.ok} all rows (or columns) certified (or radii told), ${exitCodes.refuted} some refuted, ${exitCodes.unknown} some unknown and none refuted.`,
    )
    .action(async (model: string, data: string | undefined, flags: CertifyFlags, own: Command) => {
      const { seed = SEED, monotone } = flags;
      const given = (option: string) => own.getOptionValueSource(option) === "cli";
      if (monotone) checkMonotone(flags, data, given);
      outcome.code = await (monotone
        ? certifyMonotoneColumns(model, data, { ...flags, seed, monotone }, io)
        : certify(model, data, flags, io));
    });
  addReadingOptions(command);
}

async function certify(path: string, data: string | undefined, flags: CertifyFlags, io: Io): Promise<number> {
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
  if (model.target.task === "regression") checkTolerance(flags, model.target.names);
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
