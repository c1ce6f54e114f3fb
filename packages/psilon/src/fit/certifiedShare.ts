import { type BoundedModel, boundedModel } from "../bounds/boundedModel.js";
import { type Box, boxBetween } from "../bounds/box.js";
import { isCertified } from "../bounds/decide.js";
import { changeDemands, classDemands, predictedAt } from "../bounds/demand.js";
import { above, below } from "../bounds/rounding.js";
import { InputError } from "../errors.js";
import type { FoldedNetwork } from "../folded/folded.js";
import { numberAt, positionAmong } from "../preprocess/bins.js";
import { type Encoder, hasValue, inputsOf } from "../preprocess/encoder.js";
import { takeInputs, writtenOut } from "../preprocess/inputs.js";
import type { Prepared } from "../preprocess/prepare.js";
import type { Target } from "../preprocess/target.js";
import type { Places } from "./baselineScores.js";
import { scaledTolerances } from "./tolerance.js";

/** λ is then chosen for what is certified of held-out rows, not for their loss. */
export interface CertifiedObjective {
  /** Standard deviations by which every number may move, all at once; categories, truths and missing cells stay. */
  readonly radius: number;
  /** Numbers to be predicted: how far a prediction may move, and be off, in the target's units. */
  readonly tolerance?: number | undefined;
}

/** Throws InputError for a radius out of range, and for a tolerance that is missing or means nothing. */
export function checkObjective({ radius, tolerance }: CertifiedObjective, target: Target): void {
  if (!(radius >= 0 && Number.isFinite(radius))) {
    throw new InputError({
      code: "out-of-range",
      found: `The radius of the certified objective is a number of standard deviations, at least 0, but ${radius} was given`,
      value: String(radius),
    });
  }
  if (target.task === "classification" && tolerance !== undefined) {
    throw new InputError({
      code: "wrong-task",
      found: "The certified objective has a tolerance for numbers alone, but this target has classes",
      remedy: "leave the tolerance out",
    });
  }
  if (target.task === "regression") {
    if (!(tolerance !== undefined && tolerance > 0 && Number.isFinite(tolerance))) {
      throw new InputError({
        code: tolerance === undefined ? "missing-argument" : "out-of-range",
        found: `The certified objective counts predictions of numbers that neither move nor err by more than a tolerance: give one above 0 in the units of ${target.names.join(", ")}${tolerance === undefined ? "" : `, not ${tolerance}`}`,
        ...(tolerance !== undefined && { value: String(tolerance) }),
      });
    }
    scaledTolerances(target, tolerance);
  }
}

/** More rows than these, evenly chosen, would tell little more and take seconds for each λ. */
const MOST_ROWS = 1000;

/**
 * The share of held-out rows that are right and certified at the objective's radius, each by the network, or the shared ensemble, of its split: all predictions for
 * the row with its numbers moved by at most that are of the true class; or, of numbers, the row's own prediction is within the
 * tolerance of the truth and none of the others is farther than that from it. Certified by the least of the bounds over a box, among
 * which is the one that holds everywhere, with intervals quickly found; the network's rounding in float32 is
 * covered, that of moved cells is not: a score to choose λ by, no certificate.
 */
export function certifiedShare(
  prepared: Prepared,
  splits: readonly Places[],
  networks: readonly (readonly FoldedNetwork[])[],
  { radius, tolerance = 0 }: CertifiedObjective,
): number {
  const { encoder, target, inputs, inputCount, targets, rows } = prepared;
  const columns = targets.length / rows.length;
  const limits = target.task === "regression" ? scaledTolerances(target, tolerance) : [];
  const boxOf = boxesOf(encoder, radius);
  const held = splits.flatMap(({ test }, split) => Array.from(test, (place) => ({ place, split })));
  const step = Math.ceil(held.length / MOST_ROWS);
  const models = networks.map((members) =>
    boundedModel(
      members.map((network) => ({ network })),
      inputCount,
    ),
  );
  const looked = held.filter((_, i) => i % step === 0);
  const written = writtenOut(
    takeInputs(
      inputs,
      inputCount,
      Int32Array.from(looked, ({ place }) => place),
    ),
  );
  const good = looked.filter(({ place, split }, i) => {
    const row = written.subarray(i * inputCount, (i + 1) * inputCount);
    const truth = targets.subarray(place * columns, (place + 1) * columns);
    const box = boxOf(row);
    return target.task === "regression"
      ? staysNear(models[split], box, truth, limits)
      : isCertified(models[split], [box], classDemands(models[split], row, truth[0]), "quick");
  });
  return good.length / looked.length;
}

/** The box of all rows whose numbers are within the radius of the row's: what is missing stays so. */
function boxesOf(encoder: Encoder, radius: number): (row: Float32Array) => Box {
  return (row) => {
    const lower = Float64Array.from(row);
    const upper = Float64Array.from(row);
    let next = 0;
    for (const column of encoder.columns) {
      const first = next;
      next += inputsOf(column);
      const isMissing = column.missing && row[next - 1] === 1;
      if (column.kind !== "numeric" || !column.varies || isMissing || radius === 0) continue;
      if (hasValue(column)) {
        lower[first] = below(row[first] - radius);
        upper[first] = above(row[first] + radius);
      }
      if (!column.bins) continue;
      const { edges, withValue } = column.bins;
      const bins = first + Number(withValue);
      const position = row.subarray(bins, bins + edges.length - 1).reduce((sum, share) => sum + share, 0);
      // Beyond the edges all numbers look like the last one, nearest to which the interval reaches deepest into the bins.
      const x = numberAt(edges, position);
      const from = positionAmong(edges, x - radius * column.std);
      const to = positionAmong(edges, x + radius * column.std);
      for (let t = 0; t < edges.length - 1; t++) {
        lower[bins + t] = Math.min(Math.max(from - t, 0), row[bins + t]);
        upper[bins + t] = Math.max(Math.min(to - t, 1), row[bins + t]);
      }
    }
    return boxBetween(lower, upper, row);
  };
}

function staysNear(model: BoundedModel, box: Box, truth: Float32Array, limits: readonly number[]): boolean {
  const at = predictedAt(model, box.centre);
  const own = limits.map((_, k) => at({ plus: k, minus: null }));
  const isRight = own.every(
    ({ lower, upper }, k) => Math.max(upper - truth[k], truth[k] - lower) <= limits[k],
  );
  const demands = limits.flatMap((limit, k) => changeDemands({ plus: k, minus: null }, own[k], limit));
  return isRight && isCertified(model, [box], demands, "quick");
}
