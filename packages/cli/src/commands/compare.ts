import { type Command, Option } from "commander";
import { type ComparableSetting, comparableSettings, compare, InputError } from "psilon";
import { addRequired, whole } from "../arguments.js";
import { commandLine } from "../commandLine.js";
import type { Io } from "../io.js";
import { createWorkers } from "../jobs.js";
import { openOutput } from "../output.js";
import { createProgress } from "../progress.js";
import { comparisonText } from "../render/comparison.js";
import { comparisonCharts } from "../render/comparisonCharts.js";
import { compareResults } from "../runs/compareResults.js";
import { addRecordOptions, type RecordFlags } from "../runs/recordOptions.js";
import { beginRun, type Run } from "../runs/run.js";
import { withDependent } from "../sweeps/space.js";
import { readFrame } from "../tables/readFrame.js";
import { addTrainingOptions, type TrainingFlags } from "../trainingFlags.js";
import { aimAt, trainOptions, trainReadOptions } from "../trainingOptions.js";

interface Flags extends TrainingFlags, RecordFlags {
  readonly over: readonly string[];
  readonly folds: number;
  readonly charts: string;
}

export function addCompare(program: Command, io: Io): void {
  const command = program
    .command("compare <data>")
    .description(
      "Train every combination of some settings on the same folds, with equal budgets, and compare.",
    );
  const over = new Option(
    "--over <setting=values...>",
    `what to vary, each setting with its values: ${comparableSettings.join(", ")}`,
  );
  addRequired(command, over)
    .option("--folds <k>", "folds to split the rows into", whole("--folds", 2, 1000), 5)
    .option("--charts <file>", "where to write the Vega-Lite charts", "comparison.vl.json")
    .addHelpText("after", "\nλ is not searched for: it is 1e-4 unless --lambda or --over gives it.")
    .addHelpText(
      "before",
      `Examples:
  psilon compare sample:cars --target Miles_per_Gallon --over parametrization=l1-shared,l2-row,row-equilibrated
  psilon compare data.csv --target y --over optimizer=adam,padam p=0.5,0.8,1 --decay 1e-3 --json
  psilon compare data.csv --target y --over lambda=1e-5,1e-4,1e-3 network=net,resnet --epochs 100
`,
    )
    .action((data: string, flags: Flags, own: Command) => compareOver(data, flags, own, io));
  addRecordOptions(addTrainingOptions(command));
}

async function compareOver(data: string, asked: Flags, own: Command, io: Io): Promise<void> {
  const given = (setting: string) => own.getOptionValueSource(setting) === "cli";
  const over = parseOver(asked.over);
  const both = Object.keys(over).find(given);
  if (both) {
    throw new InputError({
      code: "conflicting-arguments",
      found: `The option --${both} gives one value for what --over ${both} varies`,
      remedy: "leave one of them out",
    });
  }
  if (asked.lambda === "auto" && given("lambda")) {
    throw new InputError({
      code: "conflicting-arguments",
      found: "The option --lambda auto searches for λ, which a comparison does not",
      remedy: "give a number, or vary it with --over",
    });
  }
  // What means nothing beside some of the values is checked with those that it means something beside.
  const { flags } = withDependent(over, asked);
  const { p, decay, prune, pruning, scope } = asked;
  const open = Object.fromEntries(Object.keys(over).map((name) => [name, undefined]));
  // What is varied is checked with each of its values.
  const options = trainOptions({ ...flags, ...open, lambda: flags.lambda ?? "auto" });
  const output = await openOutput("--charts", flags.charts, [data]);
  const workers = createWorkers(flags.threads);
  const progress = createProgress(io);
  let run: Run | undefined;
  try {
    const started = performance.now();
    const frame = await readFrame(data, io, trainReadOptions(flags, options, progress, io));
    const aim = aimAt(frame, flags, options);
    run = await beginRun(
      { command: "compare", flags, target: aim.target, line: commandLine(own), io },
      frame,
      null,
    );
    const comparison = await compare(frame, aim.target, over, {
      ...aim.options,
      p,
      decay,
      prune,
      pruning,
      scope,
      folds: flags.folds,
      run: workers.run,
      signal: io.signal,
      onProgress: ({ done, total }) => progress.update("Training", done, total),
    });
    progress.stop();
    await output.write(`${JSON.stringify(comparisonCharts(comparison, frame.origin.source))}\n`);
    await run.end(compareResults(comparison));
    const summary = {
      data: frame.origin.source,
      target: aim.target,
      ...comparison,
      charts: output.path,
      seconds: (performance.now() - started) / 1000,
      run: run.id,
    };
    io.stdout.write(flags.json ? `${JSON.stringify(summary)}\n` : comparisonText(summary));
  } catch (error) {
    await run?.fail(error);
    throw error;
  } finally {
    progress.stop();
    await workers.close();
  }
}

const NUMBERS: ReadonlySet<ComparableSetting> = new Set([
  "p",
  "decay",
  "prune",
  "lambda",
  "width",
  "depth",
  "epochs",
]);

/** "p=0.5,1" as { p: [0.5, 1] }. */
function parseOver(texts: readonly string[]): Partial<Record<ComparableSetting, (string | number)[]>> {
  const entries = texts.map((text) => {
    const [name, values] = splitOnce(text);
    // One that is none is refused with those that are.
    const setting = name as ComparableSetting;
    return [setting, values.split(",").map((value) => parseValue(setting, value))] as const;
  });
  const names = entries.map(([name]) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice)
    throw new InputError({
      code: "named-twice",
      found: `The option --over has "${twice}" twice`,
      value: twice,
      remedy: "give all its values at once",
    });
  return Object.fromEntries(entries);
}

function splitOnce(text: string): readonly [string, string] {
  const at = text.indexOf("=");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

function parseValue(setting: ComparableSetting, text: string): string | number {
  const isNumber = NUMBERS.has(setting);
  const value = isNumber ? Number(text) : text;
  if (text.trim() === "" || Number.isNaN(value)) {
    throw new InputError({
      code: "wrong-type",
      found: `The option --over needs ${isNumber ? "numbers" : "names"} for ${setting}, but "${text}" was given`,
      value: text,
    });
  }
  return value;
}
