// A vision transformer that tells handwritten digits, or the pictures of CIFAR files, apart: node examples/vit --help
import { addImageOptions, runOnImages } from "../images/example.js";
import { createCommand } from "../shared/command.js";
import { runCommand } from "../shared/runCommand.js";
import { fitVit } from "./runVit.js";

const about =
  "Trains a vision transformer to tell images apart: handwritten digits, or those of CIFAR files.";
const program = addImageOptions(createCommand("vit", about), ["layer", "none"]);

await runCommand(program, (options, hooks) => runOnImages(fitVit, options, hooks));
