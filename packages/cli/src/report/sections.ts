import type { Section } from "./section.js";
import { certified } from "./sections/certified.js";
import { columns } from "./sections/columns.js";
import { data } from "./sections/data.js";
import { fairness } from "./sections/fairness.js";
import { leftOut } from "./sections/leftOut.js";
import { likeness } from "./sections/likeness.js";
import { limits } from "./sections/limits.js";
import { monotone } from "./sections/monotone.js";
import { reliability } from "./sections/reliability.js";
import { reproduce } from "./sections/reproduce.js";
import { scores } from "./sections/scores.js";
import { summary } from "./sections/summary.js";
import { training } from "./sections/training.js";
import { weights } from "./sections/weights.js";

/** All of a report, in order. */
export const sections: readonly Section[] = [
  summary,
  data,
  training,
  scores,
  reliability,
  columns,
  monotone,
  certified,
  fairness,
  weights,
  leftOut,
  likeness,
  reproduce,
  limits,
];
