import { type Command, Option } from "commander";
import { optimizerNames, presets, type TrainOptions } from "psilon";
import { networkKinds, weightKinds } from "psilon/engine";
import {
  addRequired,
  collect,
  duration,
  jsonOption,
  number,
  pruningOption,
  scopeOption,
  whole,
} from "./arguments.js";
import { defaultThreads } from "./jobs.js";
import { addWeightOptions, type ThresholdFlags, type WeightFlags } from "./rareClasses.js";
import { addReadingOptions, addSampleOption, type ReadingFlags } from "./readingOptions.js";

/** What `train` and `evaluate` have in common, as Commander hands it over. */
export interface TrainingFlags extends ReadingFlags, WeightFlags, ThresholdFlags {
  readonly sample?: number;
  readonly target: readonly string[];
  readonly network: NonNullable<TrainOptions["network"]>;
  readonly preset: NonNullable<TrainOptions["preset"]>;
  readonly lambda: "auto" | number;
  readonly width?: number;
  readonly depth?: number;
  readonly epochs?: number;
  readonly learningRate?: number;
  readonly batchSize?: number;
  /** Of `train` and `evaluate` alone, as `timeLimit` is. */
  readonly patience?: number;
  readonly timeLimit?: number;
  readonly groups?: string;
  readonly timeColumn?: string;
  readonly members?: number;
  readonly parametrization?: NonNullable<TrainOptions["parametrization"]>;
  readonly optimizer?: NonNullable<TrainOptions["optimizer"]>;
  readonly p?: number;
  readonly decay?: number;
  readonly targetScale?: NonNullable<TrainOptions["targetScale"]>;
  readonly loss?: NonNullable<TrainOptions["loss"]>;
  readonly quantile?: readonly number[];
  readonly interval?: number;
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
  const target = new Option("--target <column>", "the column to predict; repeat it for several numeric ones");
  const reading = addWeightOptions(addSampleOption(addReadingOptions(command)));
  return addRequired(reading, target.argParser(collect))
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
      "--learning-rate <rate>",
      "peak of the learning rate (default: the preset's)",
      number("--learning-rate", "a number above 0"),
    )
    .option(
      "--batch-size <n>",
      "rows a step (default: the preset's)",
      number("--batch-size", "a whole number"),
    )
    .option(
      "--groups <column>",
      "keep rows of one value of it, such as a customer's, on one side wherever rows are held out",
    )
    .option(
      "--time-column <column>",
      "hold out later rows than those that are learned from, by its numbers or dates",
    )
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
      "--interval <share>",
      "intervals beside the predicted numbers, to hold this share of new rows, as in 0.9",
      number("--interval", "a number above 0 and below 1"),
    )
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

/** What only commands take that train for a model's own sake. */
export function addStoppingOptions(command: Command): Command {
  return addPatienceOption(command).option(
    "--time-limit <time>",
    "the best within a time of training, as in 60s, 5m or 1h (default: none)",
    duration("--time-limit"),
  );
}

export function addPatienceOption(command: Command): Command {
  return command.option(
    "--patience <epochs>",
    "end a training after so many epochs without a better loss on held-out rows (default: none)",
    number("--patience", "a whole number"),
  );
}

const levels = (text: string): readonly number[] =>
  text.split(",").map(number("--quantile", "levels above 0 and below 1, as in 0.1,0.5,0.9"));

function lambda(text: string): "auto" | number {
  return text === "auto" ? text : number("--lambda", '"auto" or a number of at least 0')(text);
}
