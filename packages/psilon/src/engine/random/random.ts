/**
 * Seeded random numbers: xoshiro128** 1.1 (Blackman & Vigna, "Scrambled Linear Pseudorandom Number Generators",
 * ACM TOMS 2021). Integer operations only, so that the same seed gives the same bits in every engine.
 */
export interface Random {
  /** A whole number in [0, 2³²). */
  uint32(): number;
  /** A number in [0, 1), a multiple of 2⁻⁵³. */
  next(): number;
  /** Where the sequence stands; `restoreRandom` continues from it. */
  state(): RandomState;
}

/** Four whole numbers in [0, 2³²), not all zero. */
export type RandomState = readonly [number, number, number, number];

/** `seed`: a whole number from 0 to 2⁵³ − 1. Throws RangeError otherwise. */
export function createRandom(seed: number): Random {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`A seed is a whole number from 0 to 2^53 - 1, but ${seed} was given.`);
  }
  // Neighbouring seeds must not give related sequences: spread both halves over the state by a mixer (splitmix32).
  let low = seed >>> 0;
  const high = Math.floor(seed / 0x100000000);
  const word = () => {
    low = (low + 0x9e3779b9) | 0;
    let z = low ^ Math.imul(high, 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  return restoreRandom([word(), word(), word(), word()]);
}

/** Continues a sequence from what `state()` returned. Throws RangeError when `state` cannot be one. */
export function restoreRandom(state: RandomState): Random {
  const valid = state.length === 4 && state.every((word) => Number.isInteger(word) && word >>> 0 === word);
  if (!valid || state.every((word) => word === 0)) {
    throw new RangeError("A generator's state is four whole numbers in [0, 2^32), not all zero.");
  }
  let [a, b, c, d] = state as [number, number, number, number];
  const uint32 = () => {
    const times5 = Math.imul(b, 5);
    const result = Math.imul((times5 << 7) | (times5 >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };
  return {
    uint32,
    next: () => {
      const upper = uint32() >>> 5;
      const lower = uint32() >>> 6;
      return (upper * 0x4000000 + lower) / 0x20000000000000;
    },
    state: () => [a >>> 0, b >>> 0, c >>> 0, d >>> 0],
  };
}
