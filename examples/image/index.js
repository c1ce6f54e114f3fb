// Fits a picture by a network from positions to colours and shows both side by side: node examples/image --help
import { join } from "node:path";
import { createCoordinateCommand, fitOptions } from "../coordinates/command.js";
import { tablesOf } from "../coordinates/tables.js";
import { sideBySide, writePng } from "../shared/pictures.js";
import { runCommand } from "../shared/runCommand.js";
import { fitImage } from "./runImage.js";

const program = createCoordinateCommand(
  "image",
  "Fits a picture by a network from positions to colours; the original and the fit side by side.",
).option("--image <path>", "a PNG; default: a test card", null);

await runCommand(program, async (options, streams) => {
  const { result, picture, fit } = await fitImage({ ...fitOptions(options, streams), image: options.image });
  return {
    tables: tablesOf(result, "PSNR in dB", (value) => value.toFixed(2)),
    files: [await writePng(join(options.out, "pictures.png"), sideBySide([picture, fit]))],
    result,
    problem: result.problem,
  };
});
