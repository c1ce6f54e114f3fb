import { cameraAt } from "../geometry/camera.js";
import { render } from "../geometry/render.js";

const VIEWS = 70;
/** Every so manyth view is held out: 10 of 70. */
const HELD_OUT = 7;
/** Views differ by this in their azimuth, so that no two are alike. */
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));
/** From a little below the solid to far above it. */
const [LOWEST, HIGHEST] = [-0.35, 1.1];

/** Views of a mesh from all sides, each `{ camera, picture }` of `size` × `size` pixels: 60 to learn from, and 10 that are held out. */
export function createViews(mesh, size) {
  const views = Array.from({ length: VIEWS }, (_, k) => {
    const camera = cameraAt(k * GOLDEN_ANGLE, LOWEST + ((HIGHEST - LOWEST) * k) / (VIEWS - 1));
    return { camera, picture: render(mesh, colourAt, camera, size) };
  });
  const isHeldOut = (k) => k % HELD_OUT === HELD_OUT >> 1;
  return {
    learned: views.filter((_, k) => !isHeldOut(k)),
    heldOut: views.filter((_, k) => isHeldOut(k)),
  };
}

/** What colour the solid has where. */
const colourAt = (x, y, z) => [
  0.6 + 0.4 * Math.sin(7 * x),
  0.6 + 0.4 * Math.sin(7 * y + 1),
  0.6 + 0.4 * Math.cos(7 * z),
];

/** Cameras on the way once round. */
export const turntable = (frames) =>
  Array.from({ length: frames }, (_, k) => cameraAt((2 * Math.PI * k) / frames, 0.4));
