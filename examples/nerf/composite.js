/** Density is SHARPNESS·softplus(z − SHIFT): a surface is sharp without large outputs, and at the start there is little of anything. */
const SHARPNESS = 10;
const SHIFT = 2;
/** What is seen where nothing is: white. */
const BACKGROUND = 1;

/**
 * Volume rendering (arXiv:2003.08934) of at most `capacity` rays with `samples` points each. Of every point a network writes four numbers: z, of
 * which the density σ = 10·softplus(z − 2) comes, and three whose sigmoid is the colour c. With δ the way from a point to the next,
 *
 *     C = Σ_s T_s·(1 − e^(−σ_s·δ_s))·c_s + T_end·white,   T_s = e^(−Σ_{j<s} σ_j·δ_j)
 *
 * and on the way back ∂C/∂c_s = w_s, the factor of c_s, and ∂C/∂σ_s = δ_s·(T_{s+1}·c_s − what comes from behind s).
 */
export function createComposite(capacity, samples) {
  const size = capacity * samples;
  const weights = new Float64Array(size);
  /** T_{s+1}. */
  const through = new Float64Array(size);
  const colours = new Float64Array(3 * size);
  return {
    /** Writes the colours (n × 3) of n rays, from `outputs` (n·samples × 4) and `gaps` (n·samples), the δ. */
    forward(n, outputs, gaps, rendered) {
      for (let ray = 0; ray < n; ray++) {
        let light = 1;
        let [red, green, blue] = [0, 0, 0];
        for (let i = ray * samples; i < (ray + 1) * samples; i++) {
          const passes = Math.exp(-SHARPNESS * softplus(outputs[4 * i] - SHIFT) * gaps[i]);
          const weight = light * (1 - passes);
          for (let k = 0; k < 3; k++) colours[3 * i + k] = sigmoid(outputs[4 * i + 1 + k]);
          red += weight * colours[3 * i];
          green += weight * colours[3 * i + 1];
          blue += weight * colours[3 * i + 2];
          light *= passes;
          weights[i] = weight;
          through[i] = light;
        }
        rendered[3 * ray] = red + light * BACKGROUND;
        rendered[3 * ray + 1] = green + light * BACKGROUND;
        rendered[3 * ray + 2] = blue + light * BACKGROUND;
      }
    },
    /** After `forward` with the same: the slopes by `outputs` from those by the colours (n × 3). */
    backward(n, outputs, gaps, slopes, outputSlopes) {
      for (let ray = 0; ray < n; ray++) {
        const last = (ray + 1) * samples - 1;
        /** Σ over the channels of slope × what comes from behind. */
        let behind = 0;
        for (let k = 0; k < 3; k++) behind += slopes[3 * ray + k] * through[last] * BACKGROUND;
        for (let i = last; i >= ray * samples; i--) {
          let own = 0;
          for (let k = 0; k < 3; k++) {
            const colour = colours[3 * i + k];
            const slope = slopes[3 * ray + k];
            own += slope * colour;
            outputSlopes[4 * i + 1 + k] = slope * weights[i] * colour * (1 - colour);
          }
          const byDensity = gaps[i] * (through[i] * own - behind);
          outputSlopes[4 * i] = byDensity * SHARPNESS * sigmoid(outputs[4 * i] - SHIFT);
          behind += weights[i] * own;
        }
      }
    },
  };
}

const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
const sigmoid = (z) => 1 / (1 + Math.exp(-z));
