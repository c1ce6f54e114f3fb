import { type ClassTarget, predictionNames, type RegressionTarget } from "../../preprocess/target.js";
import type { ExportPlan } from "../plan.js";
import { listed, property, quoted } from "./literals.js";

/** The function that makes a prediction of the outputs. */
export const answerCode = ({ target }: ExportPlan): string =>
  target.task === "regression" ? numbersCode(target) : classesCode(target);

function numbersCode(target: RegressionTarget): string {
  const { names, centers, scales, link, levels, interval, loss } = target;
  const unscale = (output: string, k: number) => `unscaled(${output}, ${scales[k]}, ${centers[k]})`;
  const asked = predictionNames(target);
  const values = asked.map((_, k) => unscale(`outputs[${k}]`, levels ? 0 : k));
  const lines = levels ? [`const values = Float64Array.of(${values.join(", ")}).sort();`] : [];
  const fields = asked.map((name, k) => property(name, levels ? `values[${k}]` : values[k]));
  if (interval) {
    for (const [k, name] of names.entries()) {
      const margin = interval.margins[k];
      const all = levels ? asked.map((_, j) => `outputs[${j}]`).join(", ") : `outputs[${k}]`;
      const [low, high] = levels ? [`Math.min(${all})`, `Math.max(${all})`] : [all, all];
      const reach = loss === "poisson" ? 0 : margin;
      lines.push(
        `let low${k} = ${unscale(`${low} - ${reach}`, k)};`,
        `let high${k} = ${unscale(`${high} + ${reach}`, k)};`,
        ...(loss === "poisson"
          ? [
              `const reach${k} = ${margin} * Math.sqrt(high${k});`,
              `low${k} = Math.max(0, low${k} - reach${k});`,
              `high${k} += reach${k};`,
            ]
          : []),
        `if (low${k} > high${k}) low${k} = high${k} = (low${k} + high${k}) / 2;`,
      );
      fields.push(property(`${name}_low`, `low${k}`), property(`${name}_high`, `high${k}`));
    }
  }
  const linear = "output * scale + center";
  const unscaled = link ? `Math.min(Math.max(Math.exp(${linear}), 2 ** -1022), Number.MAX_VALUE)` : linear;
  return `/** An output in the target's units. */
const unscaled = (output, scale, center) => ${unscaled};

function answer() {
${[...lines, `return { ${fields.join(", ")} };`].map((line) => `  ${line}`).join("\n")}
}`;
}

function classesCode({ classes, temperature = 1, threshold }: ClassTarget): string {
  const count = classes.length;
  const fields = classes.map((name, k) => property(name, `shares[${k}]`));
  const label = threshold
    ? `  const label = shares[${threshold.positive}] >= ${threshold.at} ? ${threshold.positive} : ${1 - threshold.positive};`
    : `  let label = 0;\n  for (let k = 1; k < ${count}; k++) if (shares[k] > shares[label]) label = k;`;
  return `const classes = ${listed(classes.map(quoted))};
const shares = new Float64Array(${count});

/** Probabilities are the softmax of the outputs${count === 2 ? ", of which the first is 0," : ""} over the temperature. */
function answer() {
${count === 2 ? "  shares[0] = 0;\n  shares[1] = outputs[0];" : "  shares.set(outputs);"}
  let top = shares[0];
  for (const z of shares) top = Math.max(top, z);
  let sum = 0;
  for (let k = 0; k < ${count}; k++) sum += shares[k] = Math.exp((shares[k] - top) / ${temperature});
  for (let k = 0; k < ${count}; k++) shares[k] /= sum;
${label}
  return { label: classes[label], probabilities: { ${fields.join(", ")} } };
}`;
}
