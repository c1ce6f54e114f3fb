// The examples as functions of their options.
import { runCnn } from "../examples/cnn/runCnn.js";
import { runImage } from "../examples/image/runImage.js";
import { runNerf } from "../examples/nerf/runNerf.js";
import { runOccupancy } from "../examples/occupancy/runOccupancy.js";
import { runVit } from "../examples/vit/runVit.js";

export const EXAMPLES = { occupancy: runOccupancy, image: runImage, nerf: runNerf, cnn: runCnn, vit: runVit };
