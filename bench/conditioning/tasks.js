// The third paper's kinds of network, as the examples have them, at the size of a study.
import { runCnn } from "../../examples/cnn/runCnn.js";
import { runImage } from "../../examples/image/runImage.js";
import { runNerf } from "../../examples/nerf/runNerf.js";
import { runOccupancy } from "../../examples/occupancy/runOccupancy.js";
import { runVit } from "../../examples/vit/runVit.js";

/** `normalize`: what the network is normalized with where it is. Of every metric more is better. */
export const TASKS = {
  occupancy: { run: runOccupancy, metric: "IoU", normalize: "layer", rates: [2e-3, 6e-3, 2e-2] },
  image: { run: runImage, metric: "PSNR, dB", normalize: "layer", rates: [2e-3, 6e-3, 2e-2] },
  nerf: { run: runNerf, metric: "PSNR, dB", normalize: "layer", rates: [1e-3, 3e-3, 1e-2] },
  cnn: { run: runCnn, metric: "accuracy", normalize: "batch", rates: [3e-3, 1e-2, 3e-2] },
  vit: { run: runVit, metric: "accuracy", normalize: "layer", rates: [1e-3, 3e-3, 1e-2] },
};

/** How the matrices are parametrized, all but the last where its scale is that of the outputs. */
export const KINDS = {
  plain: "plain",
  "l2-row": "weight normalization",
  standardized: "weight standardization",
  spectral: "spectral",
  "row-equilibrated": "row-equilibrated",
  "column-equilibrated": "column-equilibrated",
  "row-column-equilibrated": "row-column-equilibrated",
};
