import { type Command, Option } from "commander";
import { createBackend, evaluationSplits, InputError } from "psilon";
import { addRequired, whole } from "../arguments.js";
import { commandLine } from "../commandLine.js";
import type { Io } from "../io.js";
import { optionsIn, spelled } from "../optionNames.js";
import { openPlot } from "../plot.js";
import { createProgress } from "../progress.js";
import { type RedisAddress, redisAddress } from "../queue/address.js";
import { packStudy } from "../queue/packedStudy.js";
import { redisOption, redisSource } from "../queue/redisOption.js";
import { foundText, type SweepSummary, sweepJson, sweepText } from "../render/sweep.js";
import { sweepCharts } from "../render/sweepCharts.js";
import { count, quoted } from "../render/text.js";
import { fingerprintOf } from "../runs/fingerprint.js";
import { addRecordOptions, type RecordFlags } from "../runs/recordOptions.js";
import { openSweep } from "../runs/sweepStore.js";
import { createLocalPool } from "../sweeps/localPool.js";
import { metricNames, objectivesOf } from "../sweeps/objective.js";
import { valueText } from "../sweeps/ranges.js";
import { readSpace } from "../sweeps/readSpace.js";
import { type SearchFlags, searchOf, TRIALS, trialsOf } from "../sweeps/searches.js";
import { checkEverMeant, type Space, spaceText, sweepSettings, withDependent } from "../sweeps/space.js";
import type { Study } from "../sweeps/study.js";
import { reasonsOf, runSweep } from "../sweeps/sweep.js";
import type { Settings, Trial } from "../sweeps/trial.js";
import { readFrame } from "../tables/readFrame.js";
import { addPatienceOption, addTrainingOptions, type TrainingFlags } from "../trainingFlags.js";
import { aimAt, trainOptions, trainReadOptions } from "../trainingOptions.js";

interface Flags extends TrainingFlags, RecordFlags, SearchFlags {
  readonly space: string;
  readonly folds: number;
  readonly resume?: true;
  readonly plot?: string;
  readonly redis?: string;
}

/** What `train` does not take, or what is no matter of the model. */
const OWN = [
  ...["space", "search", "trials", "metric", "folds", "resume", "plot"],
  ...["threads", "json", "runs", "record", "redis"],
];

export function addSweep(program: Command, io: Io): void {
  const command = program
    .command("sweep <data>")
    .description("Search for the settings that predict best on rows that were not trained on.");
  const space = new Option(
    "--space <settings|file.json>",
    "what to vary, each setting with values or a range: uniform(a,b), log(a,b), int(a,b), logint(a,b), as in 'lambda=log(1e-6,0.1) width=64,128'",
  );
  addRequired(command, space)
    .addOption(
      new Option("--search <name>", "which trials: drawn, every combination, or drawn and halved by epochs")
        .choices(["random", "grid", "halving"])
        .default("random"),
    )
    .option("--trials <n>", `trials to draw (default: ${TRIALS})`, whole("--trials", 1, 100_000))
    .option(
      "--metric <name>",
      "what to search by: any metric of psilon evaluate, bound or sparsity; or two at once, as in rmse,bound (default: what training chooses λ by)",
      metricNames,
    )
    .option("--folds <k>", "folds to split the rows into", whole("--folds", 2, 1000), 5)
    .option("--resume", "go on with the sweep of the same options that was not finished")
    .option("--plot <file.svg>", "draw the trials; the Vega-Lite chart stays beside it, as .vl.json")
    .addOption(redisOption())
    .addHelpText(
      "before",
      `Examples:
  psilon sweep sample:penguins --target species --space 'lambda=log(1e-5,1e-1) width=logint(16,256)'
  psilon sweep data.csv --target y --space space.json --trials 200 --metric mae --plot sweep.svg
  psilon sweep data.csv --target y --space 'lambda=1e-5,1e-4,1e-3 depth=int(1,3)' --search grid
  psilon sweep data.csv --target y --space 'lambda=log(1e-6,1e-1)' --search halving --trials 81 --epochs 270
  psilon sweep data.csv --target y --space 'lambda=log(1e-6,1e-1)' --metric rmse,bound
  psilon sweep data.csv --target y --space 'lambda=log(1e-6,1e-1)' --redis redis://host:6379
`,
    )
    .addHelpText(
      "after",
      `
--space names any of
  ${sweepSettings.slice(0, 10).map(spelled).join(", ")},
  ${sweepSettings.slice(10).map(spelled).join(", ")}.

With --redis, or PSILON_REDIS in the environment, the trials run where "psilon worker" does, and not here;
--redis '' runs them here nonetheless.`,
    )
    .action((data: string, flags: Flags, own: Command) => sweep(data, flags, own, io));
  addRecordOptions(addPatienceOption(addTrainingOptions(command)));
}

async function sweep(data: string, given: Flags, own: Command, io: Io): Promise<void> {
  const started = performance.now();
  const { space, flags } = await varied(given, own);
  const options = trainOptions(flags);
  checkEverMeant(space, options);
  const { trials, refused } = trialsOf(flags, space, options);
  // Now, so that a missing BLAS or an unwritable file is found before the table is read.
  await createBackend({ provider: flags.backend });
  const address = redisOf(flags, own);
  const say = (note: string) => io.stderr.write(`note: ${note}\n`);
  if (address && redisSource(own) === "PSILON_REDIS") {
    say("PSILON_REDIS is set, so the trials run where workers wait for them; with --redis '' they run here.");
  }
  const plot = flags.plot === undefined ? null : await openPlot(flags.plot, [data]);
  const redis = address && (await (await import("../queue/connect.js")).connect(address, say));
  const progress = createProgress(io, "trials");
  try {
    const frame = await readFrame(data, io, trainReadOptions(flags, options, progress, io));
    progress.stop();
    const aim = aimAt(frame, flags, options);
    // There is one wherever there is a target.
    const { task = "regression" } = aim.schema;
    const { kinds: _, ...common } = aim.options;
    const study: Study = { frame, target: aim.target, options: common, folds: flags.folds };
    const objectives = objectivesOf(flags.metric, { task, options });
    // What no trial could be split into is no sweep.
    evaluationSplits(frame, aim.target, { ...common, folds: flags.folds });
    const search = searchOf(flags, trials, study, task, objectives);
    // Now, so that one that is too large is found before the sweep begins.
    const remote = redis && { redis, packed: packStudy(study) };
    // The ranges themselves: a file that is named may change.
    const asked = {
      ...optionsIn({ ...flags, plot: undefined }),
      "--space": JSON.stringify(spaceText(space)),
    };
    const trainBy = ({ settings }: Trial) => trainingLine(own, space, settings);
    const store = await openSweep(
      {
        ...{ command: "sweep", flags, target: aim.target, io, objectives, trainBy, trials: search.total },
        // A server's password is nobody's to keep.
        line: [
          commandLine(own, { without: ["redis", "resume", "metric"] }),
          ...(flags.metric ? [`--metric ${quoted(flags.metric.join(","))}`] : []),
        ].join(" "),
        isHere: remote === null,
      },
      { data: fingerprintOf(frame), options: asked },
      flags.resume === true,
    );
    const wanted = flags.trials ?? TRIALS;
    if (flags.search !== "grid" && trials.length < wanted) {
      const held = count(trials.length, "different trial");
      say(
        `The space holds ${held}, so ${trials.length} ${trials.length === 1 ? "is" : "are"} tried, not ${wanted}.`,
      );
    }
    const pool = remote
      ? (await import("../queue/redisPool.js")).createRedisPool(remote.packed, store.id, remote.redis, say)
      : createLocalPool(study, flags.threads);
    try {
      const result = await runSweep({
        ...{ search, pool, store, objectives, signal: io.signal },
        onProgress: (progressed) => {
          const { rung, done, total, ended, front } = progressed;
          const label = search.rungs > 1 ? `Rung ${rung} of ${search.rungs}` : "Trials";
          progress.update(label, done, total, {
            ended,
            told: foundText(progressed, objectives),
            best: objectives.length > 1 ? undefined : front[0],
          });
        },
      });
      progress.stop();
      if (io.signal.aborted && !result.isOver) {
        if (result.tried.length === 0) io.signal.throwIfAborted();
        say(
          `Stopped after ${result.tried.length} of ${count(search.total, "trial")}${
            store.isRecorded ? "; the same line with --resume goes on" : ", which were recorded nowhere"
          }.`,
        );
      } else if (!result.isOver && store.isRecorded) {
        say(
          "Trials for which something was lacking are not kept; the same line with --resume tries them again.",
        );
      }
      const summary: SweepSummary = {
        ...{
          run: store.isRecorded ? store.id : undefined,
          data: frame.origin.source,
          target: aim.target,
          task,
        },
        ...{ search: flags.search, space, folds: flags.folds, trials: search.total, objectives, refused },
        ...result,
        reasons: reasonsOf(result.tried),
        trainBy,
        ...(plot && { plot: plot.path }),
        seconds: (performance.now() - started) / 1000,
      };
      await plot?.draw(sweepCharts(summary));
      io.stdout.write(flags.json ? `${JSON.stringify(sweepJson(summary))}\n` : sweepText(summary));
    } finally {
      await pool.close();
    }
  } finally {
    progress.stop();
    redis?.client.disconnect();
  }
}

/** The space, and the flags that hold for all trials. Throws InputError for an option that is given and varied. */
async function varied(flags: Flags, own: Command): Promise<{ readonly space: Space; readonly flags: Flags }> {
  const space = await readSpace(flags.space);
  const both = Object.keys(space).find((setting) => own.getOptionValueSource(setting) === "cli");
  if (both === undefined) return withDependent(space, flags);
  throw new InputError({
    code: "conflicting-arguments",
    found: `The option --${spelled(both)} gives one value for what --space varies`,
    remedy: "leave one of them out",
  });
}

/** The server behind which trials run; null where they run here. Throws InputError for what is none, and for threads here beside it. */
function redisOf({ redis = "" }: Flags, own: Command): RedisAddress | null {
  if (redis === "") return null;
  const given = redisSource(own);
  if (own.getOptionValueSource("threads") !== "cli") return redisAddress(redis, given);
  throw new InputError({
    code: "conflicting-arguments",
    found: `The option --threads is about trials that run here, and with ${given} they run elsewhere`,
    remedy: `leave it out ("psilon worker" takes --concurrency), or run them here with --redis ''`,
  });
}

/** The command line that trains with a trial's settings on all rows. */
function trainingLine(own: Command, space: Space, settings: Settings): string {
  const without = [...OWN, ...Object.keys(space), ...Object.keys(settings)];
  const chosen = Object.entries(settings).map(
    ([name, value]) => `--${spelled(name)} ${quoted(valueText(value))}`,
  );
  return [commandLine(own, { name: "train", without }), ...chosen].join(" ");
}
