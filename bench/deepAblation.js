// PSiLON's deep ablation (arXiv:2404.19112; mathematics, section 9), cut to what two cores do in an hour: residual networks of 9 blocks of
// width 500 on flattened digits, {L1, L2} × {shared, per row} lengths × {improved, original, L2} penalties. Results are filed under
// bench/results/deep-ablation.jsonl, and what lies there is not trained again; then the table is printed as Markdown.
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createBackend } from "psilon";
import { pathBounds } from "psilon/bounds";
import { adam, derive, nearSparsity } from "psilon/engine";
import { createPredictor } from "psilon/folded";
import { loadImages } from "../examples/images/load.js";
import { markdown } from "./markdown.js";
import { fileRuns } from "./runs.js";

const NORMS = {
  "L1, shared": ["l1-shared", "l1-row"],
  "L2, shared": ["l2-shared", "l2-row"],
  "L1, per row": ["l1-row", "l1-row"],
  "L2, per row": ["l2-row", "l2-row"],
};
const PENALTIES = { improved: "improved-bound", original: "path-norm", "Σg²": "l2" };
const PIXELS = 28 * 28;
const CLASSES = 10;

const { values: flags } = parseArgs({
  options: {
    epochs: { type: "string", default: "10" },
    lambdas: { type: "string", default: "1e-4,1e-3" },
    out: {
      type: "string",
      default: fileURLToPath(new URL("results/deep-ablation.jsonl", import.meta.url)),
    },
    threads: { type: "string", default: String(availableParallelism()) },
  },
});
const lambdas = flags.lambdas.split(",");
// Four fifths of the digits to train on and the rest.
const { train, test } = loadImages({ seed: 1 });
const backend = await createBackend();

const runs = Object.keys(NORMS).flatMap((norm) =>
  Object.keys(PENALTIES).flatMap((penalty) =>
    lambdas.map((lambda) => ({
      key: { norm, penalty, lambda, epochs: flags.epochs },
      job: () => jobOf(norm, penalty, Number(lambda)),
      measure,
    })),
  ),
);
const results = await fileRuns(flags.out, runs, Number(flags.threads));
process.stdout.write(`${report()}\n`);

function jobOf(norm, penalty, lambda) {
  const [hidden, output] = NORMS[norm];
  return {
    network: {
      architecture: "resnet",
      inputs: PIXELS,
      width: 500,
      depth: 9,
      outputs: CLASSES,
      hidden,
      output,
    },
    training: {
      loss: "softmax",
      penalty: PENALTIES[penalty],
      lambda,
      optimizer: adam(),
      schedule: { kind: "one-cycle", initial: 1e-3, peak: 2e-2, final: 5e-4, warmup: 0.2 },
      rateMoves: "per-epoch",
      epochs: Number(flags.epochs),
      batchSize: 200,
      initialization: "paper",
      patience: null,
      pruning: null,
      seed: derive(1, norm, penalty, lambda),
    },
    train,
    validation: null,
    backend: {},
  };
}

/** A network that diverged is measured as its last good weights are. */
function measure({ networks: [network], outcome }) {
  const mark = backend.arena.mark();
  const predictor = createPredictor(backend, network);
  const figures = { train: logLoss(predictor, train).loss, ...logLoss(predictor, test) };
  backend.arena.release(mark);
  const layers = network.layers.flatMap(({ kind, columns, ...layer }) =>
    (kind === "pair" ? [layer.positive, layer.negative] : [layer.weight]).map((matrix) =>
      nearSparsity(matrix, columns),
    ),
  );
  return {
    ...figures,
    nearSparsity: layers.reduce((sum, value) => sum + value, 0) / layers.length,
    bound: pathBounds([{ network }])[0].atMost,
    outcome,
  };
}

function logLoss(predictor, { rows, inputs, targets }) {
  const outputs = predictor.predict(inputs);
  let loss = 0;
  let right = 0;
  for (let i = 0; i < rows; i++) {
    const row = outputs.subarray(i * CLASSES, (i + 1) * CLASSES);
    const top = Math.max(...row);
    loss += top + Math.log(row.reduce((sum, z) => sum + Math.exp(z - top), 0)) - row[targets[i]];
    if (row.indexOf(top) === targets[i]) right++;
  }
  return { loss: loss / rows, accuracy: right / rows };
}

/** Of each norm and penalty the run of the best test log loss among the λ. */
function report() {
  const rows = Object.keys(NORMS).flatMap((norm) =>
    Object.keys(PENALTIES).map((penalty) => {
      const found = results.filter((run) => run.norm === norm && run.penalty === penalty);
      const best = found.reduce((a, b) => (b.loss < a.loss ? b : a));
      return [
        norm,
        penalty,
        best.lambda,
        best.train.toPrecision(3),
        best.loss.toPrecision(3),
        `${(100 * best.accuracy).toFixed(1)} %`,
        best.bound.toPrecision(3),
        best.nearSparsity.toFixed(3),
      ];
    }),
  );
  const heads = [
    "lengths",
    "penalty",
    "λ",
    "train log loss",
    "test log loss",
    "accuracy",
    "bound",
    "near-sparsity",
  ];
  return markdown([heads, ...rows], 2);
}
