/**
 * The layers of a small vision transformer (arXiv:2010.11929) with the mean over the tokens in place of a class token: square patches of
 * `patch` pixels with learned positions, then `depth` blocks of attention of `heads` heads and two dense layers, four times as wide between them, each added to
 * what it reads. `weights`: how all matrices but the last are parametrized; the last is plain, so that every kind is read by the same
 * classifier, and none keeps the outputs small. `normalize`: "layer" for layer normalization before each of these and at the end, or "none".
 */
export function visionTransformer({ weights, normalize, classes, patch, width, depth, heads }) {
  const norm = normalize === "layer" ? [{ layer: "layer-norm" }] : [];
  const block = [
    { layer: "residual", layers: [...norm, { layer: "attention", heads, weight: weights }] },
    {
      layer: "residual",
      layers: [
        ...norm,
        { layer: "dense", outputs: 4 * width, weight: weights, activation: "gelu" },
        { layer: "dense", outputs: width, weight: weights },
      ],
    },
  ];
  return [
    { layer: "patches", size: patch, features: width, weight: weights },
    { layer: "learned-positions" },
    ...Array(depth).fill(block).flat(),
    ...norm,
    { layer: "global-average-pool" },
    { layer: "dense", outputs: classes, weight: "plain" },
  ];
}
