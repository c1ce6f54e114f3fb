// Row equilibration (weight conditioning, arXiv:2409.03424) beside its neighbours, alone and with the 1-path-norm as penalty: training loss
// after fixed steps, best held-out score, condition numbers over training. Results are filed under
// bench/results/weight-conditioning.jsonl, and what lies there is not trained again; then the tables are printed as Markdown.
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { adam, derive } from "psilon/engine";
import { foldsOf } from "./folds.js";
import { markdown } from "./markdown.js";
import { meanAndError } from "./meanAndError.js";
import { fileRuns } from "./runs.js";

const KINDS = {
  plain: "plain",
  "l2-row": "weight normalization",
  "row-equilibrated": "row equilibration (g = 1)",
  standardized: "weight standardization",
  spectral: "spectral",
  "l1-shared": "L1, shared length",
};
const PENALTIES = { none: 0, "path-norm": 1e-4 };
const SEEDS = 5;
const BATCH = 32;

const { values: flags } = parseArgs({
  options: {
    tables: { type: "string", default: "concrete,kin8nm,segment,ionosphere" },
    kinds: { type: "string", default: Object.keys(KINDS).join() },
    rates: { type: "string", default: "2e-3,1e-2" },
    steps: { type: "string", default: "1500" },
    out: {
      type: "string",
      default: fileURLToPath(new URL("results/weight-conditioning.jsonl", import.meta.url)),
    },
    threads: { type: "string", default: String(availableParallelism()) },
  },
});
const list = (text) => text.split(",");

const runs = list(flags.tables).flatMap((table) =>
  (foldsOf(table, SEEDS) ?? []).flatMap((part, seed) =>
    Object.keys(PENALTIES).flatMap((penalty) =>
      list(flags.rates).flatMap((rate) =>
        list(flags.kinds).map((kind) => ({
          key: { table, penalty, rate, kind, seed },
          job: () => jobOf(part, penalty, Number(rate), kind, seed),
          measure: ({ curve, validationOutputs }) => ({
            loss: curve.at(-1)?.loss ?? null,
            held: Math.min(...curve.map(({ validation }) => validation)),
            score: part.score(validationOutputs),
            conditions: curve.map(({ condition }) => condition),
          }),
        })),
      ),
    ),
  ),
);
const results = await fileRuns(flags.out, runs, Number(flags.threads));
process.stdout.write(`${list(flags.tables).map(report).filter(Boolean).join("\n\n")}\n`);

/** The output layer is plain for all, so that the scale of the outputs is free. */
function jobOf({ train, test, inputs, outputs, loss }, penalty, rate, kind, seed) {
  const epochs = Math.max(1, Math.round(Number(flags.steps) / Math.ceil(train.rows / BATCH)));
  return {
    network: { architecture: "mlp", inputs, width: 64, depth: 3, outputs, hidden: kind, output: "plain" },
    training: {
      loss,
      penalty,
      lambda: PENALTIES[penalty],
      optimizer: adam(),
      schedule: { kind: "constant", rate, warmup: 0.05 },
      rateMoves: "per-step",
      epochs,
      batchSize: BATCH,
      initialization: "variance-preserving",
      patience: null,
      pruning: null,
      seed: derive(0, "network", seed),
    },
    train,
    validation: test,
    curvePoints: 10,
    backend: {},
  };
}

function report(table) {
  const own = results.filter((entry) => entry.table === table);
  if (own.length === 0) return null;
  const body = Object.keys(PENALTIES).flatMap((penalty) =>
    list(flags.rates).flatMap((rate) =>
      list(flags.kinds).map((kind) => {
        const group = own.filter(
          (entry) => entry.penalty === penalty && entry.rate === rate && entry.kind === kind,
        );
        const sound = group.filter(({ outcome }) => outcome === "finished");
        return [
          penalty === "none" ? "none" : `path norm, λ = ${PENALTIES[penalty]}`,
          rate,
          KINDS[kind],
          ...["loss", "held", "score"].map((name) => meanAndError(sound.map((entry) => entry[name]))),
          condition(sound, 0),
          condition(sound, -1),
          group.length > sound.length ? `${group.length - sound.length} diverged` : "",
        ];
      }),
    ),
  );
  const header = [
    table,
    "rate",
    "weights",
    "training loss",
    "best held-out loss",
    "score",
    "κ early",
    "κ at end",
    "",
  ];
  return markdown([header, ...body], 3);
}

/** The geometric mean over the seeds of a point of the curve. */
function condition(entries, at) {
  if (entries.length === 0) return "–";
  const logs = entries.map(({ conditions }) => Math.log(conditions.at(at)));
  return Math.exp(logs.reduce((sum, value) => sum + value, 0) / logs.length).toPrecision(3);
}
