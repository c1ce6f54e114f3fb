import { createRandom } from "psilon/engine";

/** `count` places out of `total`, ascending, each as likely as any other; the same ones for the same seed. */
export function chooseRows(total: number, count: number, seed: number): Float64Array {
  const random = createRandom(seed);
  const chosen = new Float64Array(count);
  let kept = 0;
  for (let row = 0; kept < count; row++) {
    if (random.next() * (total - row) < count - kept) chosen[kept++] = row;
  }
  return chosen;
}
