// A convolutional network that tells handwritten digits, or the pictures of CIFAR files, apart: node examples/cnn --help
import { Option } from "commander";
import { addImageOptions, runOnImages } from "../images/example.js";
import { createCommand } from "../shared/command.js";
import { runCommand } from "../shared/runCommand.js";
import { networks } from "./networks.js";
import { fitCnn } from "./runCnn.js";

const about =
  "Trains a convolutional network to tell images apart: handwritten digits, or those of CIFAR files.";
const program = addImageOptions(createCommand("cnn", about), ["batch", "none"]).addOption(
  new Option("--network <name>", "after LeNet, or a small residual network")
    .choices(Object.keys(networks))
    .default("lenet"),
);

await runCommand(program, (options, hooks) => runOnImages(fitCnn, options, hooks));
