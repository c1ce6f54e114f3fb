// What the examples that tell images apart have in common: their options, and the tables and pictures at the end.
import { join } from "node:path";
import { Option } from "commander";
import { exactSparsity } from "psilon/engine";
import { positive, share } from "../shared/command.js";
import { percent } from "../shared/percent.js";
import { writePng } from "../shared/pictures.js";
import { imagesPicture, kernelsPicture } from "./pictures.js";

/** How many of the images that were told wrong are shown. */
const SHOWN = 12;

/** `normalizations`: what `--normalize` takes, the default first. */
export function addImageOptions(program, normalizations) {
  return program
    .option(
      "--data <path>",
      "a file of CIFAR-10's binary version, or a folder of them, in place of the digits",
    )
    .addOption(
      new Option("--normalize <how>", "normalization between the layers")
        .choices(normalizations)
        .default(normalizations[0]),
    )
    .addOption(
      new Option("--optimizer <name>", "what steps").choices(["adam", "adamw", "padam"]).default("adam"),
    )
    .addOption(new Option("--decay <λ>", "decay of the weights, of adamw and padam").argParser(positive))
    .addOption(new Option("--p <p>", "norm of padam's decay, 0.8 where not given").argParser(positive))
    .addOption(
      new Option(
        "--prune <share>",
        "share of the weights that become 0, from the least, before the last part of training",
      )
        .argParser(share)
        .default(0),
    );
}

/** Runs the example, `fit` as of the command's options; comes to the report. */
export async function runOnImages(fit, { quick, out, ...options }, { signal, progress }) {
  const { result, images, network, guesses } = await fit({
    ...options,
    size: quick ? "quick" : "full",
    signal,
    onStep: (step, steps, loss) => progress.update("Training", step, steps, `loss ${loss.toPrecision(3)}`),
  });
  const allWrong = [...guesses.keys()].filter((i) => guesses[i] !== images.test.targets[i]);
  // From all over, since images of a class lie together.
  const wrong = allWrong.filter((_, k) => (k * SHOWN) % allWrong.length < SHOWN);
  const { weights, normalize, optimizer } = options;
  return {
    tables: [
      [
        [
          "weights",
          "normalize",
          "optimizer",
          "accuracy",
          "test loss",
          "loss",
          "parameters",
          "zeros",
          "seconds",
        ],
        [
          weights,
          normalize,
          optimizer,
          percent(result.metric),
          result.testLoss.toFixed(4),
          result.losses.at(-1)?.loss.toFixed(4) ?? "–",
          String(result.parameters),
          percent(result.zeros),
          result.seconds.toFixed(1),
        ],
      ],
      [["matrix", "log₁₀ κ before", "log₁₀ κ after", "zeros"], ...layerRows(network, result.logKappa)],
      ...(wrong.length > 0 ? [mistakes(images, guesses, wrong)] : []),
    ],
    files: await draw(images, network, wrong, out),
    result,
    problem: result.problem,
  };
}

const layerRows = ({ layers }, { before, after }) =>
  layers.map(({ weight: { rows, columns, effective } }, l) => [
    `${l + 1}: ${rows} × ${columns}`,
    before[l].toFixed(2),
    after[l].toFixed(2),
    percent(exactSparsity(effective.data)),
  ]);

/** In the order of the picture. */
const mistakes = ({ classes, test }, guesses, wrong) => [
  ["mistake", ...wrong.map((_, k) => String(k + 1))],
  ["is", ...wrong.map((i) => classes[test.targets[i]])],
  ["taken for", ...wrong.map((i) => classes[guesses[i]])],
];

/** The kernels of the first layer, and the images that were told wrong. */
async function draw(images, { layers }, wrong, folder) {
  const channels = images.shape[2];
  const { weight } = layers[0];
  const size = Math.sqrt(weight.columns / channels);
  const kernels = await writePng(join(folder, "first-layer.png"), kernelsPicture(weight, size, channels));
  if (wrong.length === 0) return [kernels];
  return [kernels, await writePng(join(folder, "mistakes.png"), imagesPicture(images, wrong))];
}
