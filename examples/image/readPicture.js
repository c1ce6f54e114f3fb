import { convertIndexedToRgb, decode } from "fast-png";
import { InputError } from "psilon";
import { createPicture } from "../shared/pictures.js";
import { read } from "../shared/read.js";

/** A PNG as a picture; grey ones get three equal channels, and what is transparent lies on white. Throws InputError for all else. */
export async function readPicture(path) {
  const bytes = read(path);
  let png;
  try {
    png = decode(bytes);
  } catch (error) {
    throw refusal(path, `is no PNG that can be read: ${error.message}`);
  }
  if (png.palette) {
    png = { ...png, data: convertIndexedToRgb(png), channels: png.palette[0].length, depth: 8 };
  }
  if (png.depth < 8) throw refusal(path, `has ${png.depth} bits per pixel, but 8 or 16 are needed`);
  return pictureOf(png);
}

const refusal = (path, found) =>
  new InputError({ code: "wrong-format", found: `The file "${path}" ${found}`, where: { source: path } });

function pictureOf({ width, height, data, channels, depth }) {
  const picture = createPicture(width, height);
  const isGrey = channels < 3;
  for (let pixel = 0; pixel < width * height; pixel++) {
    const at = (channel) => data[pixel * channels + channel] / (2 ** depth - 1);
    const alpha = channels % 2 === 0 ? at(channels - 1) : 1;
    for (let channel = 0; channel < 3; channel++) {
      picture.values[3 * pixel + channel] = 1 - alpha * (1 - at(isGrey ? 0 : channel));
    }
  }
  return picture;
}

/** The picture made smaller by a whole factor, so that neither side is longer than `most` pixels: each the mean of those that it stands for. */
export function shrinkTo(picture, most) {
  const factor = Math.ceil(Math.max(picture.width, picture.height) / most);
  if (factor === 1) return picture;
  const small = createPicture(
    Math.max(1, Math.floor(picture.width / factor)),
    Math.max(1, Math.floor(picture.height / factor)),
  );
  for (let y = 0; y < small.height; y++) {
    for (let x = 0; x < small.width; x++) {
      for (let channel = 0; channel < 3; channel++) {
        small.values[3 * (y * small.width + x) + channel] = meanOf(picture, x, y, channel, factor);
      }
    }
  }
  return small;
}

function meanOf({ width, height, values }, x, y, channel, factor) {
  let sum = 0;
  let count = 0;
  for (let row = y * factor; row < Math.min(height, (y + 1) * factor); row++) {
    for (let column = x * factor; column < Math.min(width, (x + 1) * factor); column++) {
      sum += values[3 * (row * width + column) + channel];
      count++;
    }
  }
  return sum / count;
}
