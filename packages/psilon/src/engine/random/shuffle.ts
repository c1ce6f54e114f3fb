import type { Random } from "./random.js";

/** Shuffles `array` in place, every order equally likely (Fisher–Yates), and returns it. */
export function shuffle<A extends Int32Array | Uint32Array | unknown[]>(array: A, random: Random): A {
  for (let last = array.length - 1; last > 0; last--) {
    const other = Math.floor(random.next() * (last + 1));
    const held = array[last];
    array[last] = array[other];
    array[other] = held;
  }
  return array;
}
