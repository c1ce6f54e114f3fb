// Convolutional networks: after LeNet-5 (LeCun et al. 1998) and a small residual one (arXiv:1512.03385).

/**
 * The layers of a network, as `createSequential` takes them. `weights`: how all matrices but the last are parametrized; the last is plain, so
 * that every kind is read by the same classifier, and none keeps the outputs small. `normalize`: "batch" for batch normalization after
 * each of them, or "none".
 */
export const networks = { lenet, residual };

function lenet({ weights, normalize, classes }) {
  const { convolution, dense } = layersOf(weights, normalize);
  return [
    ...convolution({ channels: 8, size: 5, padding: 2 }),
    { layer: "max-pool", size: 2 },
    ...convolution({ channels: 16, size: 5 }),
    { layer: "max-pool", size: 2 },
    { layer: "flatten" },
    ...dense(84),
    { layer: "dense", outputs: classes, weight: "plain" },
  ];
}

function residual({ weights, normalize, classes }) {
  const { convolution } = layersOf(weights, normalize);
  const three = (channels, stride = 1) => ({ channels, size: 3, padding: 1, stride });
  const block = (channels, stride = 1) => [
    {
      layer: "residual",
      layers: [...convolution(three(channels, stride)), ...convolution(three(channels), null)],
      shortcut: stride > 1 ? convolution({ channels, size: 1, stride }, null) : [],
    },
    { layer: "activation", activation: "relu" },
  ];
  return [
    ...convolution(three(16)),
    ...block(16),
    ...block(32, 2),
    ...block(64, 2),
    { layer: "global-average-pool" },
    { layer: "dense", outputs: classes, weight: "plain" },
  ];
}

/** Layers with weights and what follows them: a normalization, which has a bias of its own, and the activation. */
function layersOf(weight, normalize) {
  const followed = (spec, activation) => {
    const chosen = activation === null ? {} : { activation };
    return normalize === "batch"
      ? [
          { ...spec, weight, bias: false },
          { layer: "batch-norm", ...chosen },
        ]
      : [{ ...spec, weight, ...chosen }];
  };
  return {
    convolution: (spec, activation = "relu") => followed({ layer: "convolution", ...spec }, activation),
    dense: (outputs) => followed({ layer: "dense", outputs }, "relu"),
  };
}
