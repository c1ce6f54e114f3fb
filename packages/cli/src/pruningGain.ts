import type { Backend, TabularModel } from "psilon";
import { createNetwork, createRandom, networkKinds } from "psilon/engine";
import { createPredictor, type FoldedNetwork, fold } from "psilon/folded";
import { shortestTime } from "./shortestTime.js";

/** What pruning has saved in a model, all members together. */
export interface PruningGain {
  /** Units of the hidden layers. */
  readonly units: BeforeAfter;
  /** Of the weights and biases in the model file. */
  readonly bytes: BeforeAfter;
  /** The networks' own time for 1,000 rows, the shortest of some runs; `before` is that of untrained networks of the size before. */
  readonly milliseconds: BeforeAfter;
}

interface BeforeAfter {
  readonly before: number;
  readonly after: number;
}

const ROWS = 1000;

/** Null for a model that was not pruned. */
export function pruningGain(backend: Backend, { record, members }: TabularModel): PruningGain | null {
  const { pruning } = record;
  if (!pruning) return null;
  const gains = members.map(({ network }, m) => {
    const { inputs, units, parameters } = pruning.removed[m];
    const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
    return {
      units: { before: total(units.before), after: total(units.after) },
      bytes: { before: 4 * parameters.before, after: 4 * parameters.after },
      milliseconds: {
        before: timeOf(backend, denseNetwork(backend, record, network, inputs.before)),
        after: timeOf(backend, network),
      },
    };
  });
  const sum = (name: keyof PruningGain): BeforeAfter => ({
    before: gains.reduce((total, gain) => total + gain[name].before, 0),
    after: gains.reduce((total, gain) => total + gain[name].after, 0),
  });
  return { units: sum("units"), bytes: sum("bytes"), milliseconds: sum("milliseconds") };
}

function denseNetwork(
  backend: Backend,
  { network, width, depth }: TabularModel["record"],
  { layers }: FoldedNetwork,
  inputs: number,
): FoldedNetwork {
  const mark = backend.arena.mark();
  const outputs = layers[layers.length - 1].rows;
  const spec = { ...networkKinds[network], inputs, width, depth, outputs };
  const folded = fold(createNetwork(backend, spec, 1, createRandom(0)));
  backend.arena.release(mark);
  return folded;
}

function timeOf(backend: Backend, network: FoldedNetwork): number {
  // A network that nothing is left of is a constant.
  if (network.layers[0].columns === 0) return 0;
  const mark = backend.arena.mark();
  const predictor = createPredictor(backend, network);
  const rows = new Float32Array(ROWS * network.layers[0].columns).fill(0.5);
  const milliseconds = shortestTime(() => predictor.predict(rows));
  backend.arena.release(mark);
  return milliseconds;
}
