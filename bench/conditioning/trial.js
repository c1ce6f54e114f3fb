// One run of the study in a process of its own: `trial.js '{"task", "normalize", "kind", "rate", "seed"}'` prints what it came to as JSON.
import { mean } from "../../examples/shared/conditions.js";
import { TASKS } from "./tasks.js";

const { task, normalize, kind, rate, seed } = JSON.parse(process.argv[2]);
const { run, normalize: normalization } = TASKS[task];
const { metric, losses, logKappa, outcome, seconds } = await run({
  weights: kind,
  normalize: normalize ? normalization : "none",
  learningRate: rate,
  size: "study",
  seed,
});
const kappa = { before: mean(logKappa.before), after: mean(logKappa.after) };
console.log(JSON.stringify({ metric, losses, kappa, outcome, seconds }));
