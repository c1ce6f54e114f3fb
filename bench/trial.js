// One run of an example in a process of its own: `trial.js <example> <its options as JSON>` prints what it came to as JSON.
import { mean } from "../examples/shared/conditions.js";
import { EXAMPLES } from "./examples.js";

const [example, options] = process.argv.slice(2);
const { metric, losses, logKappa, outcome, seconds, zeros } = await EXAMPLES[example](JSON.parse(options));
const kappa = { before: mean(logKappa.before), after: mean(logKappa.after) };
console.log(JSON.stringify({ metric, losses, kappa, outcome, seconds, zeros }));
