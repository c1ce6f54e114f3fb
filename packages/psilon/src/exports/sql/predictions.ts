import { type ClassTarget, predictionNames, type RegressionTarget } from "../../preprocess/target.js";
import { type ExportPlan, outputsOf } from "../plan.js";
import type { Dialect } from "./dialect.js";
import { FLOAT32 } from "./inputs.js";
import { literal } from "./names.js";
import { type Column, carried, type Step } from "./steps.js";
import { allOf, balanced, digits, signed, sumOf } from "./terms.js";

/** Between them e^x is a normal number of float64. */
const EXPONENTS = { least: -708.3964185322641, largest: 709.782712893384 };

/** Below it e^x adds nothing to 1, and some programs would fail at how small it is. */
const NOTHING = -700;

/** What becomes of the members' sums, and the columns that are shown, by names that need quotes. */
export interface Predictions {
  readonly steps: readonly Step[];
  readonly columns: readonly Column[];
}

/** The mean of the members' outputs, in the target's terms (`unscaleTarget`, `intervalsOf`; `probabilities`, `labelsOf`). */
export function predictionSteps({ target, members }: ExportPlan, dialect: Dialect): Predictions {
  const count = outputsOf(members);
  const outputs = Array.from({ length: count }, (_, k) => ({
    sql: members.length === 1 ? `p.y${k + 1}` : `p.y${k + 1} / ${digits(members.length)}`,
    name: `y${k + 1}`,
  }));
  const most = digits(FLOAT32 * members.length);
  const areFinite = outputs.map(({ name }) => `p.${name} BETWEEN -${most} AND ${most}`);
  const mean = {
    name: "outputs",
    columns: [...outputs, { sql: allOf(["p.known", ...areFinite]), name: "known" }],
  };
  const { steps, columns } =
    target.task === "regression" ? numbers(target, count, dialect) : classes(target, dialect);
  return {
    steps: [mean, ...steps],
    columns: columns.map(({ sql, name }) => ({ sql: `CASE WHEN p.known THEN ${sql} END`, name })),
  };
}

function numbers(target: RegressionTarget, outputs: number, dialect: Dialect): Predictions {
  const { names, centers, scales, link, loss, levels, interval } = target;
  const { greatest, least } = dialect;
  const unscaled = (output: string, k: number) => {
    const linear = `(${output}) * ${digits(scales[k])} + ${digits(centers[k])}`;
    return link
      ? `exp(${greatest}(${least}(${linear}, ${digits(EXPONENTS.largest)}), ${digits(EXPONENTS.least)}))`
      : linear;
  };
  const values = predictionNames(target).map((name, k) => ({
    sql: unscaled(`p.y${k + 1}`, levels ? 0 : k),
    name: `v${k + 1}`,
    shown: `predicted_${name}`,
  }));
  const ends = names.map((name, k) => {
    const [first, last] = levels ? [1, outputs] : [k + 1, k + 1];
    const margin = loss === "poisson" ? 0 : (interval?.margins[k] ?? 0);
    return {
      shown: `predicted_${name}`,
      low: { sql: unscaled(`p.y${first} - ${signed(margin)}`, k), name: `low${k + 1}` },
      high: { sql: unscaled(`p.y${last} + ${digits(margin)}`, k), name: `high${k + 1}` },
    };
  });
  const columns: Column[] = values.map(({ name, shown }) => ({ sql: `p.${name}`, name: shown }));
  const own = [...values, ...(interval ? ends.flatMap(({ low, high }) => [low, high]) : [])];
  const steps: Step[] = [
    ...(levels ? sorting(outputs, dialect) : []),
    { name: "predictions", columns: [...own.map(({ sql, name }) => ({ sql, name })), ...carried(["known"])] },
  ];
  if (interval) {
    ends.forEach(({ shown, low, high }, k) => {
      const [from, to] = [`p.${low.name}`, `p.${high.name}`];
      const reach = `${digits(interval.margins[k])} * sqrt(${to})`;
      const [lowest, highest] =
        loss === "poisson" ? [`${greatest}(0e0, ${from} - ${reach})`, `${to} + ${reach}`] : [from, to];
      // What is left between quantiles may be empty.
      const middle = `${from} / 2e0 + ${to} / 2e0`;
      const unlessCrossed = (end: string) =>
        loss === "poisson" ? end : `CASE WHEN ${from} > ${to} THEN ${middle} ELSE ${end} END`;
      columns.push(
        { sql: unlessCrossed(lowest), name: `${shown}_low` },
        { sql: unlessCrossed(highest), name: `${shown}_high` },
      );
    });
  }
  return { steps, columns };
}

/** Outputs in order, after so many rounds in which neighbours change places: those of even places, then of odd ones. */
function sorting(count: number, { greatest, least }: Dialect): Step[] {
  return Array.from({ length: count }, (_, round) => {
    const columns = Array.from({ length: count }, (_, k) => {
      const isFirst = k % 2 === round % 2;
      const other = isFirst ? k + 1 : k - 1;
      const [own, name] = [`p.y${k + 1}`, `y${k + 1}`];
      if (other < 0 || other >= count) return { sql: own, name };
      return { sql: `${isFirst ? least : greatest}(${own}, p.y${other + 1})`, name };
    });
    return { name: `sorted_${round + 1}`, columns: [...columns, ...carried(["known"])] };
  });
}

/** Softmax of logits over the temperature; of two classes the first has the logit 0. */
function classes({ name, classes, temperature = 1, threshold }: ClassTarget, dialect: Dialect): Predictions {
  const { greatest } = dialect;
  const all = classes.map((_, k) => k);
  const logits = all.map((k) => (classes.length > 2 ? `p.y${k + 1}` : k === 0 ? "0e0" : "p.y1"));
  const carriedLogits = classes.length > 2 ? all.map((k) => `y${k + 1}`) : ["y1"];
  const largest = balanced(logits, (a, b) => `${greatest}(${a}, ${b})`);
  const exponential = (logit: string) =>
    `exp(${greatest}((${logit} - p.largest) / ${digits(temperature)}, ${digits(NOTHING)}))`;
  const exponentials = all.map((k) => `e${k + 1}`);
  const steps: Step[] = [
    {
      name: "largest_logit",
      columns: [...carried([...carriedLogits, "known"]), { sql: largest, name: "largest" }],
    },
    {
      name: "exponentials",
      columns: [
        ...logits.map((logit, k) => ({ sql: exponential(logit), name: exponentials[k] })),
        ...carried(["known"]),
      ],
    },
    {
      name: "total",
      columns: [
        ...carried([...exponentials, "known"]),
        { sql: sumOf(exponentials.map((one) => `p.${one}`)), name: "total" },
      ],
    },
  ];
  const label = (k: number) => literal(dialect, classes[k]);
  const isTold = threshold
    ? `CASE WHEN p.e${threshold.positive + 1} / p.total >= ${digits(threshold.at)} THEN ${label(threshold.positive)} ELSE ${label(1 - threshold.positive)} END`
    : // The likeliest's is e^0.
      `CASE ${exponentials.map((one, k) => `WHEN p.${one} >= 1e0 THEN ${label(k)}`).join(" ")} END`;
  return {
    steps,
    columns: [
      { sql: isTold, name: `predicted_${name}` },
      ...all.map((k) => ({ sql: `p.e${k + 1} / p.total`, name: `probability_${classes[k]}` })),
    ],
  };
}
