import { mean } from "../shared/conditions.js";

/** Rows of the table of the curves. */
const ROWS = 8;

/** The tables that a coordinate example ends with: the curves at a few steps, and the result. `names`: of the metric, and its unit. */
export function tablesOf({ metric, losses, watched, logKappa, seconds }, name, text) {
  const every = Math.max(1, Math.round(watched.length / ROWS));
  const shown = watched.filter((_, k) => (watched.length - 1 - k) % every === 0);
  const lossAt = new Map(losses.map(({ step, loss }) => [step, loss]));
  return [
    [
      ["step", "loss", `${name} on the way`],
      ...shown.map(({ step, value }) => [String(step), lossAt.get(step)?.toPrecision(3) ?? "", text(value)]),
    ],
    [
      ["network", name, "log₁₀ κ before", "log₁₀ κ after", "seconds"],
      ["all layers", text(metric), ...conditions(mean, logKappa), seconds.toFixed(1)],
      ...logKappa.before.map((_, l) => [
        `layer ${l + 1}`,
        "",
        ...conditions((values) => values[l], logKappa),
        "",
      ]),
    ],
  ];
}

const conditions = (of, { before, after }) => [before, after].map((values) => of(values).toFixed(2));
