// Networks that are 1-Lipschitz by construction, certified beside PSiLON Net on handwritten digits: node examples/lipschitz --help
import { join } from "node:path";
import { loadImages } from "../images/load.js";
import { createCommand } from "../shared/command.js";
import { percent } from "../shared/percent.js";
import { sideBySide, writePng } from "../shared/pictures.js";
import { runCommand } from "../shared/runCommand.js";
import { curvesPicture } from "./curves.js";
import { certifiedAt } from "./radii.js";
import { questions, runLipschitz } from "./run.js";

const about =
  "Trains networks that are 1-Lipschitz by construction, in ℓ2 by orthogonal convolutions and in ℓ∞ by order statistics, and PSiLON Nets beside them, " +
  "and certifies how far digits may be moved without another class.";
const budgets = {
  full: { steps: 2500, width: 128 },
  quick: { steps: 600, width: 96 },
};
/** Of the 1-Lipschitz network and of PSiLON Net. */
const COLOURS = [
  { name: "blue", values: [0.1, 0.3, 0.8] },
  { name: "orange", values: [0.9, 0.5, 0.1] },
];
/** How far the curves go, as a multiple of the radius that is asked for. */
const BEYOND = 3;

const program = createCommand("lipschitz", about, "row-equilibrated");

await runCommand(program, async (options, hooks) => {
  const budget = options.quick ? budgets.quick : budgets.full;
  const { weights, seed, learningRate, steps = budget.steps } = options;
  const images = loadImages({ seed });
  const results = await runLipschitz(
    images,
    { ...budget, weights, seed, steps, ...(learningRate && { learningRate }) },
    hooks,
  );
  return {
    tables: [
      [
        ["network", "curve", "norm", "ε", "accuracy", "certified at ε", "mean radius", "seconds"],
        ...results.map((result, k) => [
          result.name,
          COLOURS[k % 2].name,
          result.question.name,
          result.question.text,
          percent(result.clean),
          percent(result.certified),
          (result.radii.reduce((sum, radius) => sum + radius, 0) / result.radii.length).toFixed(3),
          result.seconds.toFixed(1),
        ]),
      ],
    ],
    files: [await writePng(join(options.out, "certified.png"), sideBySide(questions.map(panelOf(results))))],
    result: {
      weights,
      seed,
      steps,
      networks: results.map(({ question, radii, ...rest }) => ({
        norm: question.norm,
        epsilon: question.epsilon,
        ...rest,
      })),
    },
    problem: results.find(({ problem }) => problem)?.problem ?? null,
  };
});

/** The share of the digits that is certified, over ε. */
function panelOf(results) {
  return (question) => {
    const own = results.filter((result) => result.question === question);
    const curves = own.map(({ radii }, k) => ({
      colour: COLOURS[k].values,
      at: (epsilon) => certifiedAt(radii, epsilon),
    }));
    return curvesPicture(curves, BEYOND * question.epsilon, question.epsilon);
  };
}
