import { createRandom } from "psilon/engine";

/**
 * What `trainOn` trains on: batches of `size` rows, drawn by a seed, and the cross-entropy of the outputs times `sharpness`, since those
 * of 1-Lipschitz networks lie close together, after the right one has lost `margin`, so that it is to be ahead by as much (Lipschitz-margin
 * training, arXiv:1802.04034).
 */
export function createMarginTask(network, data, { size, margin, sharpness, seed }) {
  const random = createRandom(seed);
  const { input, inputs, output, outputDelta, outputs } = network;
  const labels = new Int32Array(size);
  const scores = new Float64Array(outputs);
  return {
    batch() {
      for (let i = 0; i < size; i++) {
        const row = Math.floor(random.next() * data.rows);
        labels[i] = data.targets[row];
        input.data.set(data.inputs.subarray(row * inputs, (row + 1) * inputs), i * inputs);
      }
      return size;
    },
    loss(n) {
      const [z, delta] = [output.data, outputDelta.data];
      let total = 0;
      for (let i = 0; i < n; i++) {
        for (let k = 0; k < outputs; k++) {
          scores[k] = sharpness * (z[i * outputs + k] - (k === labels[i] ? margin : 0));
        }
        const most = Math.max(...scores);
        const sum = scores.reduce((all, score) => all + Math.exp(score - most), 0);
        total += Math.log(sum) - (scores[labels[i]] - most);
        for (let k = 0; k < outputs; k++) {
          const share = Math.exp(scores[k] - most) / sum;
          delta[i * outputs + k] = (sharpness * (share - Number(k === labels[i]))) / n;
        }
      }
      return total / n;
    },
  };
}
