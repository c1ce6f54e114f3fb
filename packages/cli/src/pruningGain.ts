import {
  type Backend,
  createNetwork,
  createPredictor,
  createRandom,
  type FoldedNetwork,
  fold,
  networkKinds,
  type TabularModel,
} from "psilon";

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
const RUNS = 20;

/** Null for a model that was not pruned. */
export function pruningGain(backend: Backend, { record, members }: TabularModel): PruningGain | null {
  const { pruning } = record;
  if (!pruning) return null;
  const sum = (of: (m: number) => BeforeAfter): BeforeAfter => ({
    before: members.reduce((total, _, m) => total + of(m).before, 0),
    after: members.reduce((total, _, m) => total + of(m).after, 0),
  });
  const { removed } = pruning;
  const parameters = sum((m) => removed[m].parameters);
  return {
    units: sum((m) => ({
      before: removed[m].units.before.reduce((total, units) => total + units, 0),
      after: removed[m].units.after.reduce((total, units) => total + units, 0),
    })),
    bytes: { before: 4 * parameters.before, after: 4 * parameters.after },
    milliseconds: sum((m) => ({
      before: timeOf(backend, denseNetwork(backend, record, members[m].network, removed[m].inputs.before)),
      after: timeOf(backend, members[m].network),
    })),
  };
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
  let shortest = Number.POSITIVE_INFINITY;
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    predictor.predict(rows);
    shortest = Math.min(shortest, performance.now() - start);
  }
  backend.arena.release(mark);
  return shortest;
}
