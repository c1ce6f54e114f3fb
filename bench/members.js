// The time of a training step of k members that share their hidden layers, beside k networks that share nothing: `node bench/members.js`.
import { createBackend } from "psilon";
import { adam, createNetwork, createRandom, createTrainer, networkKinds } from "psilon/engine";
import { markdown } from "./markdown.js";
import { milliseconds } from "./timing.js";

const INPUTS = 16;
const WIDTH = 128;
const DEPTH = 3;
const BATCH = 16;
const COUNTS = [4, 8, 16];

const { penalty, ...layers } = networkKinds.net;
const backend = await createBackend({ provider: "wasm" });
const random = createRandom(1);
const rows = 20 * BATCH;
const draw = (length) => Float32Array.from({ length }, () => random.next());
const data = { rows, inputs: draw(rows * INPUTS), targets: draw(rows), weights: null };

const alone = await step({});
const table = [["members", "together", "apart", "times as fast"]];
for (const members of COUNTS) {
  const together = await step({ members });
  const ratio = (members * alone) / together;
  table.push([String(members), together.toFixed(3), (members * alone).toFixed(3), `${ratio.toFixed(2)} ×`]);
}
process.stdout.write(
  `${INPUTS}-${WIDTH}-${DEPTH}, ${BATCH} rows a member, milliseconds a step, ${backend.product.description}\n\n${markdown(table)}\n`,
);

/** Of an epoch its steps' mean. */
async function step(members) {
  const mark = backend.arena.mark();
  const spec = { ...layers, inputs: INPUTS, width: WIDTH, depth: DEPTH, outputs: 1, ...members };
  const network = createNetwork(backend, spec, BATCH * (members.members ?? 1), random);
  const training = {
    loss: "squared-error",
    penalty,
    lambda: 1e-4,
    optimizer: adam(),
    schedule: { kind: "constant", rate: 1e-4, warmup: 0 },
    rateMoves: "per-step",
    epochs: 1e9,
    batchSize: BATCH,
    initialization: "paper",
    patience: null,
    pruning: null,
    seed: 1,
  };
  const trainer = createTrainer(backend, network, training, data);
  const time = await milliseconds(() => {
    trainer.runEpoch();
  });
  backend.arena.release(mark);
  return time / (rows / BATCH);
}
