import type { ClassFigures, ClassReport } from "psilon";
import { alignedTable, count, figure, thousands } from "./text.js";

/** A matrix of more classes than these nobody reads. */
export const MOST_CLASSES = 20;

export function perClassText({ classes, macro, weighted, confusion }: ClassReport): string {
  const rows = classes.reduce((sum, { support }) => sum + support, 0);
  const line = (name: string, { precision, recall, f1 }: ClassFigures, support: number) => [
    name,
    ...[precision, recall, f1].map(figure),
    thousands(support),
  ];
  const figures = alignedTable([
    ["class", "precision", "recall", "F1", "rows"],
    ...classes.map((one) => line(one.name, one, one.support)),
    line("macro average", macro, rows),
    line("weighted average", weighted, rows),
  ]);
  if (classes.length > MOST_CLASSES)
    return `${figures}\n\n--json has the confusion matrix of these ${count(classes.length, "class", "classes")}.`;
  return `${figures}\n\n${confusionText(
    classes.map(({ name }) => name),
    confusion,
  )}`;
}

/** Rows by their true class and their predicted one. */
export function confusionText(names: readonly string[], confusion: ClassReport["confusion"]): string {
  return alignedTable([
    ["true class, by what was predicted", ...names],
    ...names.map((name, k) => [name, ...confusion[k].map(thousands)]),
  ]);
}
