// pAdam (arXiv:2404.10824) on the examples' CNN and vision transformer, at the size of a study: accuracy against zeros for every p over λ, beside
// AdamW with magnitude pruning to as many. Runs are filed under bench/results/weight-decay-images.jsonl, and what lies there is not done again;
// then the tables are printed as Markdown.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { markdown } from "./markdown.js";
import { meanAndError } from "./meanAndError.js";
import { openRuns } from "./runs.js";
import { fileTrials } from "./trials.js";

const POWERS = [0.5, 0.8, 1, 1.5, 2];
const DECAYS = [0.01, 0.03, 0.1, 0.3];
const SHARES = [0, 0.5, 0.75, 0.9, 0.95, 0.98];
/** AdamW's own, the same for every share. */
const ADAMW_DECAY = 0.03;
const SEEDS = [1, 2, 3];

const { values: flags } = parseArgs({
  options: {
    examples: { type: "string", default: "cnn,vit" },
    lanes: { type: "string", default: "2" },
    out: {
      type: "string",
      default: fileURLToPath(new URL("results/weight-decay-images.jsonl", import.meta.url)),
    },
  },
});
const runs = openRuns(flags.out);
const ways = [
  ...POWERS.flatMap((p) => DECAYS.map((decay) => ({ optimizer: "padam", p, decay }))),
  ...SHARES.map((prune) => ({ optimizer: "adamw", decay: ADAMW_DECAY, prune })),
];
const examples = flags.examples.split(",");
const trials = examples.flatMap((example) =>
  ways.flatMap((way) =>
    SEEDS.map((seed) => ({
      key: { example, ...way, seed },
      example,
      options: { ...way, size: "study", learningRate: 1e-2, seed },
    })),
  ),
);
await fileTrials(runs, trials, Number(flags.lanes));

for (const example of examples) {
  const rows = ways.map((way) => {
    const made = SEEDS.map((seed) => runs.measured({ example, ...way, seed })).filter(
      ({ losses }) => losses.length > 0,
    );
    const of = (name) => made.map((trial) => 100 * trial[name]);
    const { p, decay, prune } = way;
    const name = p === undefined ? `AdamW, pruned to ${100 * prune} %` : `pAdam, p = ${p}`;
    return [name, String(decay), meanAndError(of("zeros")), meanAndError(of("metric"))];
  });
  process.stdout.write(`${markdown([[example, "λ", "zeros, %", "accuracy, %"], ...rows])}\n\n`);
}
