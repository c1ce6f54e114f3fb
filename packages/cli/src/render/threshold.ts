import type { ClassTarget, ThresholdRecord, ThresholdRule } from "psilon";
import { count, percent } from "./text.js";

/** From which probability on rows are labelled as of the positive class, and what that came to on the rows it was chosen on. */
export function thresholdFacts(
  { classes, threshold }: ClassTarget,
  record: ThresholdRecord | undefined,
): [string, string][] {
  if (!threshold) return [];
  const positive = `"${classes[threshold.positive]}"`;
  const rule = `${positive} where its probability is at least ${threshold.at}`;
  if (!record) return [["threshold", rule]];
  const { positives, recall, precision, f1, cost } = record;
  const figures = [
    `recall ${percent(recall)}`,
    `precision ${percent(precision)}`,
    `F1 ${percent(f1)}`,
    ...(cost === undefined ? [] : [`cost ${cost.toPrecision(3)} a row`]),
  ];
  return [
    [
      "threshold",
      `${rule}, chosen for ${ruleText(record.rule)}\n` +
        `on held-out rows, ${count(positives, "row")} of ${positive}: ${figures.join(", ")}; a little better than on others, since it was chosen on them`,
    ],
  ];
}

function ruleText(rule: ThresholdRule): string {
  if (rule === "f1") return "the largest F1";
  if ("recall" in rule) return `a recall of ${percent(rule.recall)}`;
  const [alarm, miss] = rule.cost;
  return `the least cost, ${alarm} for a false alarm and ${miss} for a miss`;
}
