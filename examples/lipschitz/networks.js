const sorted = { layer: "group-sort", size: 2 };

/**
 * 1-Lipschitz in ℓ2 but for what is rounded: pixels become channels, orthogonal convolutions turn them, sorted pairs of channels bend
 * them, and none of these lets a distance grow; the last matrix has rows of norm 1, by whose differences margins are measured. `weights`: how
 * the convolutions' kernels are parametrized before their skew-symmetric part is taken.
 */
export function orthogonalLayers({ weights, width, classes }) {
  const turned = { layer: "orthogonal-convolution", size: 3, weight: weights };
  return [
    { layer: "space-to-depth", size: 2 },
    turned,
    sorted,
    { layer: "space-to-depth", size: 2 },
    turned,
    sorted,
    { layer: "flatten" },
    { layer: "dense", outputs: width, weight: "newton-orthogonal" },
    sorted,
    { layer: "dense", outputs: classes, weight: "row-equilibrated" },
  ];
}

/** ρ of the order statistics. */
const RATIO = 0.3;
/** The standard deviation of the places that distances are measured to at first. */
const SPREAD = 0.5;

/** 1-Lipschitz in ℓ∞: order statistics of distances, of which each layer measures those of the one before. */
export function distanceLayers({ inputs, width, classes }) {
  const distances = (units, read) => ({
    layer: "order-statistic",
    units,
    ratio: RATIO,
    weight: "plain",
    gain: SPREAD * Math.sqrt(read),
  });
  return [{ layer: "flatten" }, distances(width, inputs), distances(width, width), distances(classes, width)];
}
