/** Peak signal-to-noise ratio in dB of values from 0 to 1: −10·log₁₀ of their mean squared error, with what lies beyond 0 and 1 cut off there. */
export function psnr(values, truth) {
  let sum = 0;
  for (let k = 0; k < truth.length; k++) sum += (Math.min(1, Math.max(0, values[k])) - truth[k]) ** 2;
  return -10 * Math.log10(sum / truth.length);
}
