import { type ClassScores, type DecisionThreshold, isRareClass } from "psilon";
import { percent, thousands } from "./text.js";

/** How many rows of the class that a threshold is for, or else of a rare one, were found among test rows, and how many alarms were false. */
export function rareClassFacts(
  classes: ClassScores<number | null>["classes"],
  threshold: DecisionThreshold | undefined,
): [string, string][] {
  const rows = classes.reduce((sum, one) => sum + one.rows, 0);
  const rarest = classes.reduce((a, b) => (b.rows < a.rows ? b : a));
  const most = Math.max(...classes.map((one) => one.rows));
  const shown = threshold ? classes[threshold.positive] : isRareClass(rarest.rows, most) ? rarest : null;
  if (!shown) return [];
  const share = (value: number | null) => (value === null ? "–" : percent(value));
  const { name, recall, precision } = shown;
  return [
    [
      "on test",
      `recall ${share(recall)}, precision ${share(precision)} of "${name}", the class of ${thousands(shown.rows)} of ${thousands(rows)} rows`,
    ],
  ];
}
