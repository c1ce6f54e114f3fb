import { networkBound } from "../bounds/globalBounds.js";
import { type Backend, type BackendOptions, createBackend } from "../engine/backend/backend.js";
import { createNetwork } from "../engine/networks/create.js";
import type { NetworkSpec } from "../engine/networks/spec.js";
import { maskZeros } from "../engine/pruning/masks.js";
import { derive } from "../engine/random/derive.js";
import { createRandom } from "../engine/random/random.js";
import type { Checkpoint } from "../engine/training/checkpoint.js";
import type { StopSignal } from "../engine/training/pauses.js";
import type { Inputs, TrainingData, TrainingSpec } from "../engine/training/spec.js";
import { type Outcome, train } from "../engine/training/train.js";
import { createTrainer, type EpochEvent } from "../engine/training/trainer.js";
import { meanFigure, networkCondition, networkSparsity } from "../folded/figures.js";
import { foldMembers } from "../folded/fold.js";
import type { FoldedNetwork } from "../folded/folded.js";
import { meanOutputs } from "../folded/meanOutputs.js";
import type { PlacedMatrix } from "../folded/placedLayer.js";
import { createPredictor } from "../folded/predictor.js";
import { unfoldMembers } from "../folded/unfold.js";

/** One network to train from a fresh start. Plain data, so that it can be sent to a worker. */
export interface TrainingJob {
  readonly network: NetworkSpec;
  readonly training: TrainingSpec;
  readonly train: TrainingData<Inputs>;
  readonly validation: TrainingData<Inputs> | null;
  /**
   * Effective weights of the network, or of the members of a shared ensemble, to begin with instead of a fresh start; their zeros stay. The
   * network's shape must be theirs.
   */
  readonly start?: readonly FoldedNetwork[];
  /** Epochs after which training ends, though its rates are made for more; default: all. */
  readonly stopAfter?: number;
  /** Whether the loss on `validation` is looked at after every epoch, also where nothing depends on it. */
  readonly isWatched?: boolean;
  /** How many points of the curve to record, evenly over the epochs; none by default. The loss on `validation` is one of them. */
  readonly curvePoints?: number;
  readonly backend: BackendOptions;
}

/** What the network was like at the end of an epoch. */
export interface CurvePoint {
  readonly epoch: number;
  /** Mean losses over the epoch's batches and over the validation rows. */
  readonly loss: number;
  readonly validation: number;
  /** The tightest Lipschitz bound. */
  readonly bound: number;
  /** The share of weights that are exactly 0. */
  readonly sparsity: number;
  /** The geometric mean of the layers' condition numbers. */
  readonly condition: number;
}

/** How training went, at the end of an epoch. */
export interface HistoryPoint {
  readonly epoch: number;
  /** Mean loss over the epoch's batches. */
  readonly loss: number;
  /** That of the validation rows, where it was looked at. */
  readonly validation: number | null;
  /** The learning rate of its last step. */
  readonly rate: number;
}

/** What came of a job; plain data as well. */
export interface TrainingResult {
  /** One network, or the members of a shared ensemble, which share arrays. */
  readonly networks: readonly FoldedNetwork[];
  /** For each network the signed lengths g of each layer, none for plain weights. */
  readonly lengths: readonly (readonly (readonly number[])[])[];
  readonly outcome: Outcome;
  readonly problem: string | null;
  /** Epochs trained. */
  readonly epochs: number;
  /** The epoch whose weights were kept because their validation loss was best; 0 for the last. */
  readonly bestEpoch: number;
  /** Mean training loss in the last epoch. */
  readonly loss: number;
  /** The outputs on the validation rows, rows × outputs; of several networks their mean. */
  readonly validationOutputs: Float32Array | null;
  /** Some fifty epochs at most, evenly, the last one among them. */
  readonly history: readonly HistoryPoint[];
  /** Empty unless it was asked for. */
  readonly curve: readonly CurvePoint[];
  readonly seconds: number;
  /** What computed. */
  readonly backend: string;
}

/** What a job in progress is stopped by, and who hears of it. */
export interface JobHooks {
  readonly signal?: StopSignal | undefined;
  /** The share of the job that is done, in [0, 1]. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
}

/** A job at an epoch's end, from where it goes on to the same bits; plain data that survive a structured clone. */
export interface JobCheckpoint {
  readonly trainer: Checkpoint;
  readonly loss: number;
  readonly history: readonly HistoryPoint[];
  readonly curve: readonly CurvePoint[];
  /** Spent until then. */
  readonly seconds: number;
}

/** What a training in progress can go on from besides, and who keeps how far it has come. */
export interface TrainingJobHooks extends JobHooks {
  /** A checkpoint of the same job to go on from; by default it begins afresh. */
  readonly resume?: JobCheckpoint | undefined;
  /** Called after every epoch but the last; only `take` makes a checkpoint, which costs a copy of all that is trained. */
  readonly onCheckpoint?: ((take: () => JobCheckpoint) => void) | undefined;
}

/** Trains one network to its end or to the signal's abort, whichever is first. Throws InputError where `resume` is of a network of another shape. */
export async function runTrainingJob(
  job: TrainingJob,
  { resume, ...hooks }: TrainingJobHooks = {},
): Promise<TrainingResult> {
  const started = performance.now();
  const seconds = () => (resume?.seconds ?? 0) + (performance.now() - started) / 1000;
  return withBackend(job.backend, async (backend) => {
    const together = Math.min(job.training.batchSize, job.train.rows);
    const capacity = Math.max(256, (job.network.members ?? 1) * together);
    const random = createRandom(derive(job.training.seed, "weights"));
    const network = createNetwork(backend, job.network, capacity, random);
    if (job.start) {
      unfoldMembers(network, job.start);
      maskZeros(backend, network);
    }
    const { curvePoints = 0, isWatched = curvePoints > 0 || job.training.patience !== null } = job;
    // Else nobody looks at the validation loss before the end.
    const watched = isWatched ? job.validation : null;
    const trainer = createTrainer(backend, network, job.training, job.train, watched, resume?.trainer);
    let loss = resume?.loss ?? Number.NaN;
    const history: HistoryPoint[] = [...(resume?.history ?? [])];
    const curve: CurvePoint[] = [...(resume?.curve ?? [])];
    const record = (event: EpochEvent) => {
      const { epoch, loss, validation, rate } = event;
      if (isPoint(event, HISTORY_POINTS) || trainer.ending || epoch === job.stopAfter)
        history.push({ epoch, loss, validation, rate });
      if (!isPoint(event, curvePoints)) return;
      const folded = foldMembers(network);
      curve.push({
        epoch,
        loss,
        validation: validation ?? Number.NaN,
        bound: networkBound(folded),
        sparsity: meanFigure(folded, networkSparsity),
        condition: meanFigure(folded, networkCondition),
      });
    };
    const checkpoint = (): JobCheckpoint => ({
      trainer: trainer.checkpoint(),
      loss,
      history: [...history],
      curve: [...curve],
      seconds: seconds(),
    });
    const outcome = await train(trainer, {
      signal: hooks.signal,
      stopAfter: job.stopAfter,
      onEpoch: (event) => {
        loss = event.loss;
        record(event);
        if (!trainer.ending) hooks.onCheckpoint?.(checkpoint);
        hooks.onProgress?.(event.epoch / event.epochs);
      },
    });
    const networks = foldMembers(network);
    return {
      networks,
      lengths: network.members.map((layers) =>
        layers.map(({ weight }) => (weight.lengths ? [...weight.lengths.data] : [])),
      ),
      outcome,
      problem: trainer.problem,
      epochs: trainer.epoch,
      bestEpoch: trainer.bestEpoch,
      loss,
      validationOutputs: job.validation && outputsFor(backend, networks, job.validation.inputs),
      history,
      curve,
      seconds: seconds(),
      backend: backend.product.description,
    };
  });
}

const HISTORY_POINTS = 50;

/** Whether an epoch is one of so many, spread evenly over all. */
const isPoint = ({ epoch, epochs }: EpochEvent, points: number): boolean =>
  Math.floor((epoch * points) / epochs) > Math.floor(((epoch - 1) * points) / epochs);

function outputsFor(backend: Backend, networks: readonly FoldedNetwork[], inputs: Inputs): Float32Array {
  const placed: PlacedMatrix[] = [];
  return meanOutputs(networks.map((network) => createPredictor(backend, network, placed).predict(inputs)));
}

/** Idle backends by their options. A job has one to itself, since what it allocates it gives back as a whole. */
const idle = new Map<string, Backend[]>();

async function withBackend<T>(options: BackendOptions, use: (backend: Backend) => Promise<T>): Promise<T> {
  const key = JSON.stringify(options);
  const pool = idle.get(key) ?? [];
  idle.set(key, pool);
  const backend = pool.pop() ?? (await createBackend(options));
  const mark = backend.arena.mark();
  try {
    return await use(backend);
  } finally {
    backend.arena.release(mark);
    pool.push(backend);
  }
}
