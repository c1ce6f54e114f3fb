const ROWS = 200;

/**
 * For each row of the data the radius, in units of the inputs, within which the network keeps its class, and 0 where that is wrong.
 * `radius(outputs)`: what is certified of an input with these outputs.
 */
export function radiiOf(network, { rows, inputs, targets }, radius) {
  const { input, inputs: size, output, outputs } = network;
  const radii = new Float64Array(rows);
  let right = 0;
  for (let start = 0; start < rows; start += ROWS) {
    const n = Math.min(ROWS, rows - start);
    input.data.set(inputs.subarray(start * size, (start + n) * size));
    network.evaluate(n);
    for (let i = 0; i < n; i++) {
      const z = output.data.subarray(i * outputs, (i + 1) * outputs);
      if (z.indexOf(Math.max(...z)) !== targets[start + i]) continue;
      right++;
      radii[start + i] = radius(z);
    }
  }
  return { radii, clean: right / rows };
}

/** The share of the rows whose radius is above ε. */
export const certifiedAt = (radii, epsilon) =>
  radii.filter((radius) => radius > epsilon).length / radii.length;
