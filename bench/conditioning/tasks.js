// The third paper's kinds of network, as the examples have them, at the size of a study.

/** `normalize`: what the network is normalized with where it is. Of every metric more is better. */
export const TASKS = {
  occupancy: { metric: "IoU", normalize: "layer", rates: [7e-3, 2e-2, 6e-2] },
  image: { metric: "PSNR, dB", normalize: "layer", rates: [7e-3, 2e-2, 6e-2] },
  nerf: { metric: "PSNR, dB", normalize: "layer", rates: [7e-3, 2e-2, 6e-2] },
  cnn: { metric: "accuracy", normalize: "batch", rates: [1e-2, 3e-2, 1e-1] },
  vit: { metric: "accuracy", normalize: "layer", rates: [3e-3, 1e-2, 3e-2] },
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
