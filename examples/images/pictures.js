import { createPicture, enlarge, paste } from "../shared/pictures.js";

const GAP = 8;

/** Pictures of one size in rows of `across`, every pixel a square of `scale` × `scale`. */
function inRows(pictures, across, scale) {
  const large = pictures.map((picture) => enlarge(picture, scale));
  const [{ width, height }] = large;
  const columns = Math.min(across, large.length);
  const rows = Math.ceil(large.length / across);
  const all = createPicture(columns * (width + GAP) - GAP, rows * (height + GAP) - GAP);
  large.forEach((picture, k) => {
    paste(all, picture, (k % across) * (width + GAP), Math.floor(k / across) * (height + GAP));
  });
  return all;
}

/** Values of one channel, grey, or of three, as a picture. */
function coloured(values, width, channels, level) {
  const picture = createPicture(width, values.length / width / channels);
  for (let k = 0; k < picture.values.length; k++) {
    const channel = (k % 3) % channels;
    picture.values[k] = level(values[Math.floor(k / 3) * channels + channel], channel);
  }
  return picture;
}

/** Every kernel of a layer that reads images: grey is 0, black and white their largest entry. */
export function kernelsPicture({ rows, effective }, size, channels) {
  const { data } = effective;
  const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const columns = data.length / rows;
  const kernels = Array.from({ length: rows }, (_, i) =>
    coloured(
      data.subarray(i * columns, (i + 1) * columns),
      size,
      channels,
      (value) => 0.5 + value / largest / 2,
    ),
  );
  return inRows(kernels, 16, 10);
}

/** Some of the test images. */
export function imagesPicture({ shape, means, deviations, test }, chosen) {
  const [, width, channels] = shape;
  const size = test.inputs.length / test.rows;
  const pictures = chosen.map((i) =>
    coloured(
      test.inputs.subarray(i * size, (i + 1) * size),
      width,
      channels,
      (value, c) => means[c] + value * deviations[c],
    ),
  );
  return inRows(pictures, 12, 3);
}
