/** How positions enter a network by each activation, and what its hidden layers then compute. */
export const activations = ["relu", "sine", "gaussian"];

/** What can stand between a hidden matrix and its activation. */
export const normalizations = { none: null, layer: "layer-norm", batch: "batch-norm" };

/**
 * The layers of a coordinate network: positions encoded, `depth` hidden layers of `width` with weights of the kind `weights`, and a plain
 * output layer.
 *
 * - `relu`: Fourier positions (`positions`, the layer's own choices), which are not trained (arXiv:2003.08934, arXiv:2006.10739);
 * - `sine`: a plain layer of sines of `frequency`, then sines of √2 (arXiv:2006.09661);
 * - `gaussian`: a plain layer of Gaussians of `spread`, then Gaussians of width 1 (arXiv:2111.15135).
 *
 * Hidden sines and Gaussians are as wide as rows of norm 1 ask for, which plain weights have on average, so that fixed rows start alike.
 */
export function coordinateLayers({
  activation,
  weights,
  normalize,
  width,
  depth,
  outputs,
  positions,
  frequency,
  spread,
}) {
  const first = {
    relu: { layer: "fourier-positions", ...positions },
    sine: { ...dense(width, "plain"), gain: 1, activation: { of: "sine", frequency } },
    gaussian: { ...dense(width, "plain"), gain: 1, activation: { of: "gaussian", width: spread } },
  };
  const norm = normalizations[normalize];
  const hidden = {
    relu: "relu",
    // A normalization has made the variance 1, which is ½ otherwise.
    sine: { of: "sine", frequency: norm ? 1 : Math.SQRT2 },
    gaussian: { of: "gaussian", width: 1 },
  };
  const block = norm
    ? [
        { ...dense(width, weights), bias: false },
        { layer: norm },
        { layer: "activation", activation: hidden[activation] },
      ]
    : [{ ...dense(width, weights), activation: hidden[activation] }];
  return [first[activation], ...Array(depth).fill(block).flat(), dense(outputs, "plain")];
}

const dense = (outputs, weight) => ({ layer: "dense", outputs, weight });
