import { type BoundedModel, boundedModel } from "../bounds/boundedModel.js";
import type { Box } from "../bounds/box.js";
import { isCertified } from "../bounds/decide.js";
import { changeDemands, classDemands, predictedAt } from "../bounds/demand.js";
import { InputError } from "../errors.js";
import type { FoldedNetwork } from "../folded/folded.js";
import { checkMoves, type Moves } from "../moves/moves.js";
import type { Placed } from "../moves/placed.js";
import { regionsOf } from "../moves/region.js";
import type { Encoder } from "../preprocess/encoder.js";
import { takeInputs, writtenOut } from "../preprocess/inputs.js";
import type { Prepared } from "../preprocess/prepare.js";
import type { Target } from "../preprocess/target.js";
import type { Places } from "./baselineScores.js";
import { scaledTolerances } from "./tolerance.js";

/** What is to be promised of predictions, for which training is then chosen: that they hold while columns move, all at once, as for certificates. */
export interface CertifiedObjective extends Moves {
  /** Numbers to be predicted: how far a prediction may move, and be off, in the target's units. */
  readonly tolerance?: number | undefined;
}

/** Throws InputError for moves that do not fit the columns or are none, and for a tolerance that is missing or means nothing. */
export function checkObjective(
  { tolerance, ...moves }: CertifiedObjective,
  encoder: Encoder,
  target: Target,
): void {
  checkMoves(encoder, moves);
  const { radius, move } = moves;
  if (radius === undefined && move === undefined) {
    throw new InputError({
      code: "missing-argument",
      found: "The certified objective needs a radius or columns that may move, but none were given",
    });
  }
  if (radius === Number.POSITIVE_INFINITY) {
    throw new InputError({
      code: "out-of-range",
      found:
        "The radius of the certified objective is a finite number of standard deviations, but Infinity was given",
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

/** A held-out row at its place, the split that holds it out, what it is encoded as, and where it can get to. */
interface LookedAt {
  readonly place: number;
  readonly split: number;
  readonly row: Float32Array;
  readonly regions: ReturnType<typeof regionsOf>;
}

/**
 * The regions that held-out rows can get to, one row after the other, with the split that holds it out and what it is encoded as. Throws
 * InputError as `regionsOf` does.
 */
export function* regionsLookedAt(
  { inputs, inputCount, rows }: Prepared,
  placed: readonly Placed[],
  splits: readonly Places[],
  moves: Moves,
): Generator<LookedAt> {
  const held = splits.flatMap(({ test }, split) => Array.from(test, (place) => ({ place, split })));
  const step = Math.ceil(held.length / MOST_ROWS);
  const looked = held.filter((_, i) => i % step === 0);
  const places = Int32Array.from(looked, ({ place }) => place);
  const written = writtenOut(takeInputs(inputs, inputCount, places));
  for (const [i, { place, split }] of looked.entries()) {
    const row = written.subarray(i * inputCount, (i + 1) * inputCount);
    yield { place, split, row, regions: regionsOf(placed, rows[place], row, moves) };
  }
}

/**
 * The share of held-out rows that are right and certified while they move as the objective lets them, each by the network, or the shared ensemble, of its split: all
 * predictions for what the row can become are of the true class; or, of numbers, the row's own prediction is within the
 * tolerance of the truth and none of the others is farther than that from it. Certified by the least of the bounds over a box, among
 * which is the one that holds everywhere, with intervals quickly found; a score to choose by, no certificate.
 */
export function certifiedShare(
  prepared: Prepared,
  placed: readonly Placed[],
  splits: readonly Places[],
  networks: readonly (readonly FoldedNetwork[])[],
  { tolerance = 0, ...moves }: CertifiedObjective,
): number {
  const { target, inputCount, targets, rows } = prepared;
  const columns = targets.length / rows.length;
  const limits = target.task === "regression" ? scaledTolerances(target, tolerance) : [];
  const models = networks.map((members) =>
    boundedModel(
      members.map((network) => ({ network })),
      inputCount,
    ),
  );
  let [good, all] = [0, 0];
  for (const { place, split, row, regions } of regionsLookedAt(prepared, placed, splits, moves)) {
    const truth = targets.subarray(place * columns, (place + 1) * columns);
    const boxes = regions.map(({ box }) => box);
    const holds =
      target.task === "regression"
        ? staysNear(models[split], row, boxes, truth, limits)
        : isCertified(models[split], boxes, classDemands(models[split], row, truth[0]), "quick");
    if (holds) good++;
    all++;
  }
  return good / all;
}

function staysNear(
  model: BoundedModel,
  row: Float32Array,
  boxes: readonly Box[],
  truth: Float32Array,
  limits: readonly number[],
): boolean {
  const at = predictedAt(model, row);
  const own = limits.map((_, k) => at({ plus: k, minus: null }));
  const isRight = own.every(
    ({ lower, upper }, k) => Math.max(upper - truth[k], truth[k] - lower) <= limits[k],
  );
  const demands = limits.flatMap((limit, k) => changeDemands({ plus: k, minus: null }, own[k], limit));
  return isRight && isCertified(model, boxes, demands, "quick");
}
