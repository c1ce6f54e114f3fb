/** How far from the origin cameras stand. */
const DISTANCE = 3;
/** Half the height of what is seen, at distance 1. */
const VIEW = Math.tan(0.37);

/** A camera that looks at the origin from an azimuth and a height above the ground, both angles, with y upwards. */
export function cameraAt(azimuth, elevation) {
  const forward = [
    -Math.cos(elevation) * Math.sin(azimuth),
    -Math.sin(elevation),
    -Math.cos(elevation) * Math.cos(azimuth),
  ];
  const right = [Math.cos(azimuth), 0, -Math.sin(azimuth)];
  const up = [
    right[1] * forward[2] - right[2] * forward[1],
    right[2] * forward[0] - right[0] * forward[2],
    right[0] * forward[1] - right[1] * forward[0],
  ];
  return { origin: forward.map((value) => -DISTANCE * value), forward, right, up };
}

const dot = ([a, b, c], x, y, z) => a * x + b * y + c * z;

/** Where in a square picture of `size` pixels a point is seen, and its depth. */
export function project({ origin, forward, right, up }, size, x, y, z) {
  const [dx, dy, dz] = [x - origin[0], y - origin[1], z - origin[2]];
  const depth = dot(forward, dx, dy, dz);
  const scale = size / (2 * VIEW * depth);
  return { x: size / 2 + scale * dot(right, dx, dy, dz), y: size / 2 - scale * dot(up, dx, dy, dz), depth };
}

/** The unit direction in which the point (x, y) of such a picture lies, in pixels. */
export function directionOf({ forward, right, up }, size, x, y) {
  const u = VIEW * ((2 * x) / size - 1);
  const v = VIEW * (1 - (2 * y) / size);
  const direction = forward.map((value, axis) => value + u * right[axis] + v * up[axis]);
  const length = Math.hypot(...direction);
  return direction.map((value) => value / length);
}
