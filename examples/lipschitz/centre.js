/** Sets the biases of order statistics such that each layer's units have mean 0 over the n examples that stand in the network's input. */
export function centre(network, n) {
  for (const { bias } of network.layers) {
    network.forward(n);
    const { output } = network.bound.find(({ parameters }) => parameters.some(({ raw }) => raw === bias));
    const units = bias.rows;
    for (let at = 0; at < n * units; at++) bias.data[at % units] -= output.values.data[at] / n;
  }
}
