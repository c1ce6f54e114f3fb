// The part of a convolution's kernels that changes its sign when the convolution is transposed.

/**
 * out ← factor·(M − Mᵀ), where Mᵀ is what the convolution with M is transposed to: of the kernel from channel j to channel i the one from i to j,
 * turned by 180°. Kernels are the rows of a matrix channels × (size·size·channels), in the order row, column, channel.
 */
export function skewPart(channels: i32, size: i32, factor: f32, m: usize, out: usize): void {
  const taps = size * size;
  const row = taps * channels;
  for (let i = 0; i < channels; i++) {
    for (let p = 0; p < taps; p++) {
      for (let j = 0; j < channels; j++) {
        const own = load<f32>(m + (<usize>(i * row + p * channels + j) << 2));
        const other = load<f32>(m + (<usize>(j * row + (taps - 1 - p) * channels + i) << 2));
        store<f32>(out, factor * (own - other));
        out += 4;
      }
    }
  }
}
