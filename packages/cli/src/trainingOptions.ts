import { type Command, Option } from "commander";
import {
  checkOptions,
  type Frame,
  InputError,
  inferSchema,
  type KindOverride,
  optimizerNames,
  overrideKinds,
  presets,
  type Schema,
  type TrainOptions,
} from "psilon";
import { networkKinds, weightKinds } from "psilon/engine";
import { collect, jsonOption, number, pruningOption, scopeOption, whole } from "./arguments.js";
import { columnEncodings, encodingsIn } from "./columnEncodings.js";
import { columnNamed, onceEach } from "./data/columnNames.js";
import type { Io } from "./io.js";
import { defaultThreads } from "./jobs.js";
import { monotoneColumns, monotoneIn } from "./monotoneColumns.js";
import { parseMoves } from "./moves.js";
import { orderedColumns } from "./orderedColumns.js";
import type { ProgressDisplay } from "./progress.js";
import { addReadingOptions, addSampleOption, type ReadingFlags, readOptions } from "./readingOptions.js";
import type { ReadOptions } from "./tables/readFrame.js";

/** What `train` and `evaluate` have in common, as Commander hands it over. */
export interface TrainingFlags extends ReadingFlags {
  readonly sample?: number;
  readonly target: readonly string[];
  readonly network: NonNullable<TrainOptions["network"]>;
  readonly preset: NonNullable<TrainOptions["preset"]>;
  readonly lambda: "auto" | number;
  readonly width?: number;
  readonly depth?: number;
  readonly epochs?: number;
  readonly members?: number;
  readonly parametrization?: NonNullable<TrainOptions["parametrization"]>;
  readonly optimizer?: NonNullable<TrainOptions["optimizer"]>;
  readonly p?: number;
  readonly decay?: number;
  readonly targetScale?: NonNullable<TrainOptions["targetScale"]>;
  readonly loss?: NonNullable<TrainOptions["loss"]>;
  readonly quantile?: readonly number[];
  readonly labelSmoothing?: number;
  readonly prune?: number;
  readonly pruning?: NonNullable<TrainOptions["pruning"]>;
  readonly scope?: NonNullable<TrainOptions["scope"]>;
  readonly seed: number;
  readonly backend: "auto" | "wasm" | "blas";
  readonly threads: number;
  readonly column?: readonly string[];
  readonly ignore?: readonly string[];
  readonly ordered?: readonly string[];
  readonly monotone?: readonly string[];
  readonly encode?: readonly string[];
  readonly objective?: "loss" | "certified";
  readonly radius?: number;
  readonly move?: readonly string[];
  readonly tolerance?: number;
  readonly task?: "regression" | "classification";
  readonly json?: true;
}

/** Ranges are the library's to check, but for those that only the command line knows. */
export function addTrainingOptions(command: Command): Command {
  return addSampleOption(addReadingOptions(command))
    .requiredOption("--target <column>", "the column to predict; repeat it for several numeric ones", collect)
    .addOption(
      new Option("--network <kind>", "PSiLON Net, PSiLON ResNet, Standard Net or a plain MLP")
        .choices(Object.keys(networkKinds))
        .default("net"),
    )
    .addOption(
      new Option("--preset <name>", "how long to search; best is an ensemble")
        .choices(Object.keys(presets))
        .default("balanced"),
    )
    .option("--lambda <auto|number>", "weight of the penalty: larger is smoother", lambda, "auto")
    .option("--width <n>", "units per hidden layer", number("--width", "a whole number"))
    .option("--depth <n>", "hidden layers or residual blocks", number("--depth", "a whole number"))
    .option("--epochs <n>", "passes over the rows", number("--epochs", "a whole number"))
    .option(
      "--members <n>",
      "networks trained as one that share their hidden layers; their mean predicts",
      number("--members", "a whole number"),
    )
    .addOption(
      new Option(
        "--parametrization <kind>",
        "how hidden layers are normalized (default: as the network has it)",
      ).choices(Object.keys(weightKinds)),
    )
    .addOption(
      new Option("--optimizer <name>", "padam and psgd decay the weights, decoupled (default: adam)").choices(
        [...optimizerNames],
      ),
    )
    .option("--p <p>", "exponent of the decay (default: 0.8)", number("--p", "a number of at least 0"))
    .option(
      "--decay <number>",
      "weight of the decay (default: 0.01)",
      number("--decay", "a number of at least 0"),
    )
    .addOption(
      new Option(
        "--target-scale <scale>",
        "learn a number itself or its logarithm (default: auto, by held-out rows where it is skewed and above 0)",
      ).choices(["auto", "value", "log"]),
    )
    .addOption(
      new Option("--loss <name>", "poisson: the target counts (default: squared errors)").choices([
        "poisson",
      ]),
    )
    .option("--quantile <levels>", "predict these quantiles of a number, as in 0.1,0.5,0.9", levels)
    .option(
      "--label-smoothing <share>",
      "share of each class's label that is spread over all classes (default: 0)",
      number("--label-smoothing", "a number of at least 0 and below 1"),
    )
    .option(
      "--prune <sparsity>",
      "share of weights to prune to 0",
      number("--prune", "a number of at least 0 and below 1"),
    )
    .addOption(pruningOption())
    .addOption(scopeOption())
    .option(
      "--column <name=kind>",
      "declare what a column is: numeric, categorical, boolean, date (with its parts: date:month,weekday,hour) or ignore; repeatable",
      collect,
    )
    .option("--ignore <columns>", "columns to leave out, as in id,name; repeatable", collect)
    .option(
      "--ordered <column=levels>",
      'categories with an order, which are learned as numbers, with their levels, the least first, as in "size=S<M<L,grade=low<high"; repeatable',
      collect,
    )
    .option(
      "--monotone <column=sign>",
      "never let predictions fall (+) or rise (-) when a column grows, as in income=+,debt=-; repeatable",
      collect,
    )
    .option(
      "--encode <encoding>",
      "how numbers and dates become inputs: value, bins (piecewise linear among quantiles) or both, for all or by column, as in age=bins,income=both; repeatable (default: value)",
      collect,
    )
    .addOption(
      new Option("--task <task>", "what to predict the target as").choices(["regression", "classification"]),
    )
    .option("--seed <n>", "makes every random choice", number("--seed", "a whole number"), 0)
    .addOption(
      new Option("--backend <name>", "what multiplies matrices")
        .choices(["auto", "wasm", "blas"])
        .default("auto"),
    )
    .option("--threads <n>", "networks to train at a time", whole("--threads", 1, 1024), defaultThreads())
    .addOption(jsonOption());
}

/** What training is chosen by, for the commands that search for it. */
export function addObjectiveOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--objective <name>",
        "what training is for: the loss, or the share of held-out rows right and certified while columns move as --radius and --move say; then also on the worst case (default: loss)",
      ).choices(["loss", "certified"]),
    )
    .option(
      "--radius <r>",
      "standard deviations by which every number may move, for --objective certified",
      number("--radius", "a number of standard deviations, at least 0", (value) => value >= 0),
    )
    .option(
      "--move <column=amount>",
      "columns that may move, as for psilon certify, in age=2,income=5%,sex=any, for --objective certified; repeatable",
      collect,
    )
    .option(
      "--tolerance <t>",
      "how far a predicted number may be off and move, in the target's units, for --objective certified",
      number("--tolerance", "a positive number in the target's units", (value) => value > 0),
    );
}

/** `columns`: the table's, whose names are those of what moves. */
function objectiveOf(
  { objective, radius, move, tolerance, lambda }: TrainingFlags,
  columns: readonly string[],
): TrainOptions["objective"] {
  if (objective === "certified") {
    if (lambda !== "auto") {
      throw new InputError({
        code: "conflicting-arguments",
        found: `The option --objective certified says what λ is chosen by, but --lambda gives it as ${lambda}`,
        remedy: "leave one of them out",
      });
    }
    if (radius !== undefined || move !== undefined) {
      return {
        ...(radius !== undefined && { radius }),
        ...(move !== undefined && { move: parseMoves(move, columns) }),
        ...(tolerance !== undefined && { tolerance }),
      };
    }
    throw new InputError({
      code: "missing-argument",
      found:
        "The option --objective certified needs to know what may move: a --radius such as 0.1, or columns by --move such as age=2",
    });
  }
  const given = Object.entries({ radius, move, tolerance }).find(([, value]) => value !== undefined);
  if (given === undefined) return undefined;
  throw new InputError({
    code: "missing-argument",
    found: `The option --${given[0]} belongs to --objective certified`,
    remedy: "give that as well, or leave it out",
  });
}

/** The library's options. Throws InputError for those out of range. */
export function trainOptions(flags: TrainingFlags): TrainOptions {
  const { network, parametrization, optimizer, p, decay, prune, pruning, scope, ...others } = flags;
  const { preset, lambda, width, depth, epochs, members, seed, backend, task, ...more } = others;
  const { targetScale, loss, quantile, labelSmoothing } = more;
  const learned = { targetScale, loss, quantile, labelSmoothing };
  const model = { network, members, parametrization, optimizer, p, decay, prune, pruning, scope };
  const columns = columnKinds(flags);
  const monotone = monotoneColumns(flags.monotone ?? []);
  const encode = columnEncodings(flags.encode ?? []);
  // By the names as they are given: those of the table are not known yet.
  const objective = objectiveOf(flags, []);
  const search = { preset, lambda, objective };
  const size = { width, depth, epochs };
  const table = { task, columns, monotone, encode };
  const options = { ...model, ...learned, ...search, ...size, seed, backend, ...table };
  checkOptions(options);
  return options;
}

/** How the table to learn from is read: classes keep their words. */
export function trainReadOptions(
  flags: TrainingFlags,
  { columns = {}, task, seed = 0 }: TrainOptions,
  progress: ProgressDisplay,
  io: Pick<Io, "stderr">,
): ReadOptions {
  const classes = task === "classification" ? flags.target.map((name) => [name, "categorical"]) : [];
  const declared = Object.entries(columns).map(([name, kind]) => [
    name,
    typeof kind === "string" ? kind : "ordered",
  ]);
  return {
    ...readOptions(flags, io),
    kinds: Object.fromEntries([...classes, ...declared]),
    sample: flags.sample === undefined ? undefined : { rows: flags.sample, seed },
    learners: flags.threads,
    onProgress: progress.reading,
  };
}

/** What is to be predicted from what, and how, in the names that the table has. */
export interface Aim {
  readonly target: readonly string[];
  readonly schema: Schema;
  readonly options: TrainOptions;
}

/** Throws InputError for a table that cannot be learned from. */
export function aimAt(frame: Frame, flags: TrainingFlags, options: TrainOptions): Aim {
  const { task } = options;
  const names = frame.columns.map(({ name }) => name);
  const target = flags.target.map((name) => columnNamed(names, name));
  const kinds = Object.entries(options.columns ?? {});
  const columns = oneKindEach(
    flags,
    kinds.map(([name, kind]) => [columnNamed(names, name), kind] as const),
  );
  const monotone = monotoneIn(names, options.monotone ?? {});
  const encode = options.encode && encodingsIn(names, options.encode);
  const schema = inferSchema(frame, { target, overrides: columns, task });
  // What columns are, all rows say: a few of them may hold two numbers only, which would pass for classes.
  const objective = objectiveOf(flags, names);
  return { target, schema, options: { ...options, kinds: schema, columns, monotone, encode, objective } };
}

const levels = (text: string): readonly number[] =>
  text.split(",").map(number("--quantile", "levels above 0 and below 1, as in 0.1,0.5,0.9"));

function lambda(text: string): "auto" | number {
  return text === "auto" ? text : number("--lambda", '"auto" or a number of at least 0')(text);
}

/** What `--column`, `--ignore` and `--ordered` say of columns, by their names. */
function columnKinds({
  column = [],
  ignore = [],
  ordered = [],
}: TrainingFlags): NonNullable<TrainOptions["columns"]> {
  const declared = column.map((text) => {
    // A column's name may hold an equals sign, a kind does not.
    const at = text.lastIndexOf("=");
    const kind = text.slice(at + 1);
    const isKind = (overrideKinds as readonly string[]).includes(kind) || kind.startsWith("date:");
    if (at < 1 || !isKind) {
      throw new InputError({
        code: "unknown-choice",
        found: `The option --column takes a column's name, "=" and one of ${overrideKinds.join(", ")}, but "${text}" was given`,
        value: text,
      });
    }
    return [text.slice(0, at), kind as KindOverride] as const;
  });
  const ignored = ignore.flatMap((text) => text.split(",")).map((name) => [name.trim(), "ignore"] as const);
  return oneKindEach({ column, ignore, ordered }, [...declared, ...ignored, ...orderedColumns(ordered)]);
}

function oneKindEach<T>(
  flags: Pick<TrainingFlags, "column" | "ignore" | "ordered">,
  entries: readonly (readonly [name: string, kind: T])[],
): Record<string, T> {
  const given = (["column", "ignore", "ordered"] as const).flatMap((name) =>
    flags[name]?.length ? `--${name}` : [],
  );
  return onceEach(given.join(" or "), entries, "say once what it is");
}
