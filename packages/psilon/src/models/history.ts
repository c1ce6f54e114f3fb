import type { WorstSpec } from "../engine/training/spec.js";
import type { Fitted } from "../fit/fitPlan.js";
import type { HistoryPoint, TrainingResult } from "../fit/job.js";
import type { Encoding } from "../preprocess/bins.js";

/** How a model came about, in numbers of five digits. Losses are those that training minimizes, in scaled units. */
export interface TrainingHistory {
  /** Of the model's networks, kind by kind: the mean over those of one kind. */
  readonly networks: readonly Curve[];
  /** Where a loss on held-out rows was looked at, of a network like the first ones that tried them, if it is none of them. */
  readonly trial?: Curve;
  /** All that was tried, in that order. */
  readonly search: readonly TriedNetwork[];
}

/** Some epochs of a training, one after the other, with mean losses on the rows that were learned from and on those held out, and rates. */
export interface Curve {
  readonly epochs: readonly number[];
  readonly loss: readonly number[];
  readonly validation?: readonly number[];
  readonly rate: readonly number[];
}

/** A kind of network and what it came to in a share of the steps. */
export interface TriedNetwork {
  readonly encoding: Encoding;
  readonly lambda: number;
  readonly width: number;
  readonly depth: number;
  readonly batchSize?: number;
  readonly worst?: WorstSpec;
  readonly plain?: true;
  readonly share: number;
  /** On held-out rows, by what candidates are chosen, lower is better; null where it diverged or was cut short. */
  readonly score: number | null;
}

export function historyOf({ parts, trial, tried }: Fitted): TrainingHistory {
  const isWatched = trial?.history.some(({ validation }) => validation !== null);
  return {
    networks: parts.map(({ networks }) => curveOf(networks)),
    ...(trial && isWatched && { trial: curveOf([trial]) }),
    search: tried.map(({ candidate, share, loss }) => ({
      ...candidate,
      share,
      score: Number.isFinite(loss) ? rounded(loss) : null,
    })),
  };
}

/** The mean of trainings that go by the same epochs. */
function curveOf(networks: readonly TrainingResult[]): Curve {
  // A loss that is no number ends a training.
  const points = networks[0].history.filter((_, i) => networks.every(({ history }) => isSound(history[i])));
  const means = (of: (point: HistoryPoint) => number) =>
    points.map((_, i) => {
      const sum = networks.reduce((total, { history }) => total + of(history[i]), 0);
      return rounded(sum / networks.length);
    });
  const isWatched = points.length > 0 && points.every(({ validation }) => validation !== null);
  return {
    epochs: points.map(({ epoch }) => epoch),
    loss: means(({ loss }) => loss),
    ...(isWatched && { validation: means(({ validation }) => validation ?? Number.NaN) }),
    rate: means(({ rate }) => rate),
  };
}

const isSound = (point: HistoryPoint | undefined): boolean =>
  point !== undefined && Number.isFinite(point.loss) && Number.isFinite(point.validation ?? 0);

const rounded = (value: number): number => Number(value.toPrecision(5));
