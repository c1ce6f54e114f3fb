import { InputError, type Problem, type ProblemCode } from "psilon";
import { quoted } from "./render/text.js";

/** What to do in the command line's options, where these help more than what the library tells a program. */
export const remedies: Partial<Record<ProblemCode, (problem: Problem) => string>> = {
  "mostly-numbers": (problem) =>
    `correct the value, or leave it empty if it is missing, or ${declare(problem, "categorical")} if it is meant so`,
  "looks-like-numbers": (problem) =>
    `write them plainly, such as 1234.5, or ${declare(problem, "categorical")} if it is meant so`,
  "too-few-rows": () => "give more rows a value there, or add rows",
  "no-target-values": () => "fill them in, or name another column with --target",
  "no-features": () => "add one that may tell something about it",
  "all-features-ignored": () =>
    "add one that varies, or say with --column <name>=<kind> what one of these is",
  "no-classes": (problem) =>
    `is it the right column, or one of numbers to be declared so with ${columnOption(problem, "numeric")}?`,
  "without-order": (problem) =>
    `train with ${columnOption(problem, "numeric")} if they are numbers, or say their order with --ordered`,
  "unknown-category": ({ remedy = "" }) =>
    `${remedy}${remedy.endsWith("?") ? "" : "."} With --unseen zeros it counts as none of the known ones`,
};

/** The sentence of an error, its remedy in the command line's options. */
export function inOptions({ problem }: InputError): string {
  const remedy = remedies[problem.code]?.(problem) ?? problem.remedy;
  return new InputError({ ...problem, remedy }).message;
}

const declare = (problem: Problem, kind: string) => `declare it with ${columnOption(problem, kind)}`;

const columnOption = ({ where }: Problem, kind: string) =>
  `--column ${quoted(`${where?.column ?? "<name>"}=${kind}`)}`;
