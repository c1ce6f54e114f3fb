import { Command, InvalidArgumentError, Option } from "commander";
import { weightKinds } from "psilon/engine";

/** The command line `node examples/<name>` with the options that all examples have; more can be added to it. `weights`: the default. */
export function createCommand(name, about, weights = "plain") {
  return new Command(`node examples/${name}`)
    .description(about)
    .addOption(
      new Option("--weights <kind>", "how the matrices of the hidden layers are parametrized")
        .choices(Object.keys(weightKinds))
        .default(weights),
    )
    .addOption(new Option("--learning-rate <rate>", "peak of the learning rate").argParser(positive))
    .addOption(new Option("--steps <n>", "training steps").argParser(whole))
    .addOption(new Option("--seed <n>", "seed of all random numbers").argParser(whole).default(0))
    .option("--quick", "a smaller task, of less than a minute")
    .option("--out <folder>", "where the pictures go", `out/${name}`)
    .option("--json", "the results as JSON");
}

export function whole(text) {
  const value = Number(text);
  if (text.trim() === "" || !Number.isSafeInteger(value) || value < 0) {
    throw new InvalidArgumentError("A whole number of at least 0 is needed.");
  }
  return value;
}

export function positive(text) {
  const value = Number(text);
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) {
    throw new InvalidArgumentError("A finite number above 0 is needed.");
  }
  return value;
}

export function share(text) {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value < 1)) {
    throw new InvalidArgumentError("A share of at least 0 and below 1 is needed.");
  }
  return value;
}
