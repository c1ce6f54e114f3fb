import { log } from "./log.js";
import type { Random } from "./random.js";

/**
 * A standard normal number: u·√(−2 ln s / s) for (u, v) uniform in the unit disc and s = u² + v² (Marsaglia's polar
 * method, 1964). Its twin v·√(…) is thrown away, so that a generator's state is all there is to save.
 */
export function normal(random: Random): number {
  for (;;) {
    const u = 2 * random.next() - 1;
    const v = 2 * random.next() - 1;
    const s = u * u + v * v;
    if (s > 0 && s < 1) return u * Math.sqrt((-2 * log(s)) / s);
  }
}
