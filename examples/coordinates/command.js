import { Option } from "commander";
import { createCommand } from "../shared/command.js";
import { activations, normalizations } from "./layers.js";

/** The command line of an example that fits a coordinate network. */
export function createCoordinateCommand(name, about) {
  return createCommand(name, about)
    .addOption(
      new Option("--activation <name>", "ReLU with Fourier positions, sines or Gaussians")
        .choices(activations)
        .default("relu"),
    )
    .addOption(
      new Option("--normalize <how>", "what normalizes the outputs of hidden matrices")
        .choices(Object.keys(normalizations))
        .default("none"),
    );
}

/** What of the command line a fit takes, and a progress bar. */
export function fitOptions(options, { signal, progress }) {
  const { weights, activation, normalize, learningRate, steps, seed, quick } = options;
  return {
    size: quick ? "quick" : "full",
    ...{ weights, activation, normalize, learningRate, steps, seed, signal },
    onStep: (step, of, loss) => progress.update("Training", step, of, `loss ${loss.toPrecision(3)}`),
  };
}
