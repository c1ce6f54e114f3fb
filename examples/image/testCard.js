import { createPicture } from "../shared/pictures.js";

/** A picture that asks for everything at once: rings that grow finer outwards, flat disks with edges, a checkerboard and a smooth sky of colours. */
export function testCard(size) {
  const picture = createPicture(size, size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const colour = colourAt((2 * x + 1) / size - 1, (2 * y + 1) / size - 1);
      picture.values.set(colour, 3 * (y * size + x));
    }
  }
  return picture;
}

/** `x` and `y` run from −1 to 1, y downwards. */
function colourAt(x, y) {
  if (Math.hypot(x - 0.5, y + 0.5) < 0.32) return [0.95, 0.75, 0.1];
  if (Math.hypot(x - 0.35, y + 0.4) < 0.36) return [0.8, 0.15, 0.2];
  if (x > 0.15 && x < 0.9 && y > 0.2 && y < 0.9) {
    const isDark = (Math.floor((x - 0.15) / 0.125) + Math.floor((y - 0.2) / 0.125)) % 2 === 0;
    return isDark ? [0.1, 0.15, 0.25] : [0.9, 0.95, 1];
  }
  const sky = [0.5 + 0.4 * x, 0.5 - 0.35 * y, 0.6 + 0.3 * Math.sin(2 * x + 3 * y)];
  const square = (x + 0.45) ** 2 + (y - 0.1) ** 2;
  if (square > 0.4 ** 2) return sky;
  return sky.map((value) => 0.5 * value + 0.25 + 0.25 * Math.cos(120 * square));
}
