import { type Command, Option } from "commander";
import { InputError, type TrainOptions } from "psilon";
import { collect, number } from "./arguments.js";
import { parseMoves } from "./moves.js";
import type { TrainingFlags } from "./trainingFlags.js";

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
export function objectiveOf(
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
