import type { FoldedNetwork } from "../../src/folded/folded.ts";

/** c + a·x + b·y. */
type Plane = readonly [c: number, a: number, b: number];
type Point = readonly [x: number, y: number];

const at = ([c, a, b]: Plane, [x, y]: Point): number => c + a * x + b * y;

/** The part of a convex polygon where the plane is ≥ 0 (Sutherland & Hodgman, 1974). */
function clip(polygon: readonly Point[], plane: Plane): Point[] {
  return polygon.flatMap((from, k) => {
    const to = polygon[(k + 1) % polygon.length];
    const [start, end] = [at(plane, from), at(plane, to)];
    const kept: Point[] = start >= 0 ? [from] : [];
    if (start * end < 0) {
      const t = start / (start - end);
      kept.push([from[0] + t * (to[0] - from[0]), from[1] + t * (to[1] - from[1])]);
    }
    return kept;
  });
}

/**
 * The largest r·f(x) over a rectangle, for a network of two inputs, by going through every activation pattern that occurs: the
 * rectangle is cut along each unit's kink, and on each piece the network is linear, so that its largest value is at a corner.
 */
export function bruteForceMaximum(
  network: FoldedNetwork,
  [left, right]: Point,
  [bottom, top]: Point,
  row: readonly number[],
): number {
  const { layers } = network;
  let best = Number.NEGATIVE_INFINITY;

  /** `signs`: the sides taken by the units of the layer before `l`, as far as they are decided. */
  const visit = (
    l: number,
    inputs: readonly Plane[],
    signs: readonly boolean[],
    polygon: readonly Point[],
  ) => {
    if (polygon.length === 0) return;
    if (l > 0 && l < layers.length && signs.length < inputs.length) {
      const plane = inputs[signs.length];
      visit(l, inputs, [...signs, true], clip(polygon, plane));
      visit(l, inputs, [...signs, false], clip(polygon, plane.map((value) => -value) as unknown as Plane));
      return;
    }
    if (l === layers.length) {
      for (const point of polygon) {
        best = Math.max(
          best,
          row.reduce((sum, r, k) => sum + r * at(inputs[k], point), 0),
        );
      }
      return;
    }
    const layer = layers[l];
    const outputs = Array.from({ length: layer.rows }, (_, i): Plane => {
      const sum = [layer.bias[i], 0, 0];
      inputs.forEach((plane, j) => {
        const place = i * layer.columns + j;
        let weight: number;
        if (layer.kind === "pair") {
          weight = (signs[j] ? layer.positive : layer.negative)[place];
          if (layer.residual && i === j) weight += 1;
        } else weight = l === 0 || signs[j] ? layer.weight[place] : 0;
        for (const k of [0, 1, 2]) sum[k] += weight * plane[k];
      });
      return [sum[0], sum[1], sum[2]];
    });
    visit(l + 1, outputs, [], polygon);
  };

  const corners: Point[] = [
    [left, bottom],
    [right, bottom],
    [right, top],
    [left, top],
  ];
  visit(
    0,
    [
      [0, 1, 0],
      [0, 0, 1],
    ],
    [],
    corners,
  );
  return best;
}
