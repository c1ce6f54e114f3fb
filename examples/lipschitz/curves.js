import { createPicture } from "../shared/pictures.js";

const [WIDTH, HEIGHT] = [480, 360];
const GREY = [0.8, 0.8, 0.8];

/**
 * Curves over [0, end] from 0, at the bottom, to 1: each `{ colour, at }`, with a line across at every tenth and one upright at `mark`.
 */
export function curvesPicture(curves, end, mark) {
  const picture = createPicture(WIDTH, HEIGHT);
  const paint = (x, y, colour) => {
    if (x >= 0 && x < WIDTH && y >= 0 && y < HEIGHT) picture.values.set(colour, 3 * (y * WIDTH + x));
  };
  const rowOf = (share) => Math.round((1 - share) * (HEIGHT - 1));
  for (let tenth = 0; tenth <= 10; tenth++) {
    for (let x = 0; x < WIDTH; x++) paint(x, rowOf(tenth / 10), GREY);
  }
  for (let y = 0; y < HEIGHT; y++) paint(Math.round((mark / end) * (WIDTH - 1)), y, [0, 0, 0]);
  for (const { colour, at } of curves) {
    let before = rowOf(at(0));
    for (let x = 0; x < WIDTH; x++) {
      const row = rowOf(at((x / (WIDTH - 1)) * end));
      for (let y = Math.min(before, row) - 1; y <= Math.max(before, row) + 1; y++) paint(x, y, colour);
      before = row;
    }
  }
  return picture;
}
