import type { ClassScores, DecisionThreshold } from "psilon";
import { percent, thousands } from "./text.js";

/** Of less than this share of the rows, accuracy does not tell whether a class is found. */
const RARE = 1 / 20;

/** How many rows of the class that a threshold is for, or else of a rare one, were found among test rows, and how many alarms were false. */
export function rareClassFacts(
  classes: ClassScores<number | null>["classes"],
  threshold: DecisionThreshold | undefined,
): [string, string][] {
  const rows = classes.reduce((sum, one) => sum + one.rows, 0);
  const rarest = classes.reduce((a, b) => (b.rows < a.rows ? b : a));
  const shown = threshold ? classes[threshold.positive] : rarest.rows < RARE * rows ? rarest : null;
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
