import { encode } from "fast-png";
import { write } from "./write.js";

/** A picture of `height` rows of `width` pixels of red, green and blue from 0 to 1, white at first. */
export const createPicture = (width, height) => ({
  width,
  height,
  values: new Float32Array(width * height * 3).fill(1),
});

/** Writes a PNG; values beyond 0 and 1 are cut off there. */
export function writePng(path, { width, height, values }) {
  const data = Uint8Array.from(values, (value) => Math.round(255 * Math.min(1, Math.max(0, value))));
  return write(path, encode({ width, height, data, channels: 3, depth: 8 }));
}

/** Pictures of one height side by side, with a white gap between them. */
export function sideBySide(pictures, gap = 8) {
  const { height } = pictures[0];
  const all = createPicture(
    pictures.reduce((sum, { width }) => sum + width + gap, -gap),
    height,
  );
  let left = 0;
  for (const picture of pictures) {
    paste(all, picture, left, 0);
    left += picture.width + gap;
  }
  return all;
}

/** Puts a picture into a larger one, with its upper left corner there. */
export function paste(into, { width, height, values }, left, top) {
  for (let y = 0; y < height; y++) {
    into.values.set(values.subarray(y * width * 3, (y + 1) * width * 3), ((top + y) * into.width + left) * 3);
  }
}

/** Every pixel as a square of `factor` × `factor`. */
export function enlarge({ width, height, values }, factor) {
  const large = createPicture(width * factor, height * factor);
  for (let y = 0; y < large.height; y++) {
    for (let x = 0; x < large.width; x++) {
      const from = 3 * (Math.floor(y / factor) * width + Math.floor(x / factor));
      large.values.set(values.subarray(from, from + 3), 3 * (y * large.width + x));
    }
  }
  return large;
}
