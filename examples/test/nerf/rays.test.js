import { expect, test } from "vitest";
import { cameraAt, project } from "../../geometry/camera.js";
import { rayOf, writePoints } from "../../nerf/rays.js";

const SIZE = 32;

test("Points of a pixel's ray are seen in that pixel, lie in the ball one in each part of it, and their gaps fill the ray up to its end", () => {
  const camera = cameraAt(0.7, 0.3);
  const samples = 5;
  const input = new Float64Array(6 * samples);
  const gaps = new Float64Array(2 * samples);
  let hits = 0;
  for (let pixel = 0; pixel < SIZE ** 2; pixel++) {
    const line = rayOf(camera, SIZE, pixel);
    if (!line) continue;
    hits++;
    writePoints(line, samples, 1, () => (pixel % 10) / 10, input, gaps);
    const part = (line.far - line.near) / samples;
    for (let s = 0; s < samples; s++) {
      const point = input.subarray(3 * (samples + s), 3 * (samples + s + 1));
      expect(Math.hypot(...point)).toBeLessThan(1.0201);
      const seen = project(camera, SIZE, ...point);
      expect(seen.x).toBeCloseTo((pixel % SIZE) + 0.5, 8);
      expect(seen.y).toBeCloseTo(Math.floor(pixel / SIZE) + 0.5, 8);
    }
    const start = Math.hypot(...[0, 1, 2].map((axis) => input[3 * samples + axis] - line.origin[axis]));
    expect(start).toBeCloseTo(line.near + ((pixel % 10) / 10) * part, 8);
    const way = gaps.subarray(samples).reduce((sum, gap) => sum + gap, 0);
    expect(start + way).toBeCloseTo(line.far, 8);
  }
  // The ball fills a part of the picture, not its corners.
  expect(hits).toBeGreaterThan(0.5 * SIZE ** 2);
  expect(rayOf(camera, SIZE, 0)).toBeNull();
});
