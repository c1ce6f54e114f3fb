import { type Command, Option } from "commander";
import {
  columnFinder,
  type Frame,
  InputError,
  numberIn,
  placeOfRow,
  rowsWithTarget,
  type TrainOptions,
  textAt,
} from "psilon";
import type { ReadOptions } from "./tables/readFrame.js";

/** What rows count, for all commands that train. */
export interface WeightFlags {
  readonly classWeights?: NonNullable<TrainOptions["classWeights"]>;
  readonly sampleWeights?: string;
}

export function addWeightOptions(command: Command): Command {
  return command
    .option(
      "--class-weights <weights>",
      'how much each class counts in training: balanced (all alike, however rare), or by name, as in "yes=20,no=1", 1 for those not named',
      parseClassWeights,
    )
    .option(
      "--sample-weights <column>",
      "a column of numbers of at least 0, by which rows count in training; nothing is predicted from it, and test rows count once each",
    );
}

/** What label two classes get, for the commands that hold rows out to choose it on. */
export interface ThresholdFlags {
  readonly threshold?: NonNullable<TrainOptions["threshold"]>;
  readonly positive?: string;
}

export function addThresholdOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--threshold <rule>",
        "choose on held-out rows from which probability on a row is labelled as of the positive class: for f1, for a recall, as in recall=0.9, or for costs of a false alarm : of a miss, as in cost=1:20 (default: the likelier class)",
      ).argParser(parseThreshold),
    )
    .option("--positive <class>", "the class that --threshold is about (default: the rarer one)");
}

/** "balanced", or "yes=20,no=1" as numbers by name. Throws InputError for what is neither. */
function parseClassWeights(text: string): NonNullable<TrainOptions["classWeights"]> {
  if (text === "balanced") return text;
  // A class's name may hold a comma or an equals sign; after a number one begins the next.
  const entries = text.split(/(?<==[^=,]*),/).map((piece) => {
    const at = piece.lastIndexOf("=");
    const weight = piece.slice(at + 1).trim();
    if (at > 0 && weight !== "" && !Number.isNaN(Number(weight))) {
      return [piece.slice(0, at).trim(), Number(weight)] as const;
    }
    throw new InputError({
      code: "wrong-type",
      found: `The option --class-weights takes "balanced", or classes with a number each, as in "yes=20,no=1", but "${piece}" was given`,
      value: piece,
    });
  });
  const names = entries.map(([name]) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return Object.fromEntries(entries);
  throw new InputError({
    code: "named-twice",
    found: `The option --class-weights names the class "${twice}" twice`,
    value: twice,
    remedy: "give it one weight",
  });
}

/** "f1", "recall=0.9" or "cost=1:20", a false alarm's cost first. Throws InputError for anything else; ranges are the library's to check. */
function parseThreshold(text: string): NonNullable<TrainOptions["threshold"]> {
  if (text === "f1") return text;
  const [, name, first, second] = /^(recall|cost)=([\d.eE+-]+)(?::([\d.eE+-]+))?$/.exec(text) ?? [];
  if (name === "recall" && second === undefined) return { recall: Number(first) };
  if (name === "cost" && second !== undefined) return { cost: [Number(first), Number(second)] };
  throw new InputError({
    code: "wrong-type",
    found: `The option --threshold takes f1, recall=0.9 or cost=1:20 (of a false alarm : of a miss), but "${text}" was given`,
    value: text,
  });
}

/** How a table is read of which a column says how much rows count. */
export const withWeights = (options: ReadOptions, { sampleWeights: name }: WeightFlags): ReadOptions =>
  name === undefined
    ? options
    : {
        ...options,
        only: options.only && [...options.only, name],
        kinds: { ...options.kinds, [name]: "numeric" },
      };

/**
 * The weights in a column, one per row. Throws InputError for a column that is not there or is a target, and for a row with a target whose cell
 * is no number of at least 0.
 */
export function sampleWeightsIn(
  frame: Frame,
  name: string,
  target: readonly string[],
): NonNullable<TrainOptions["sampleWeights"]> {
  if (target.includes(name)) {
    throw new InputError({
      code: "conflicting-arguments",
      found: `The option --sample-weights names the target "${name}"`,
      where: { source: frame.origin.source, column: name },
      remedy: "name a column of weights, or leave it out",
    });
  }
  const column = columnFinder(frame)(name);
  const weights = new Float64Array(frame.rowCount);
  for (const row of rowsWithTarget(frame, target)) {
    const text = textAt(column, row);
    weights[row] = column.kind === "numbers" ? column.values[row] : (numberIn(text) ?? Number.NaN);
    if (weights[row] >= 0 && weights[row] < Number.POSITIVE_INFINITY) continue;
    const where = placeOfRow(column.origin, row);
    throw new InputError({
      code: "out-of-range",
      found: `Row ${where.row} of ${where.source} has ${text === "" ? "nothing" : `"${text}"`} in the column "${name}", but a weight is a finite number of at least 0`,
      where: { ...where, column: name },
      value: text,
      remedy: "correct it, or write 0 to leave the row out of training",
    });
  }
  return weights;
}
