/**
 * A child seed for a named purpose: `derive(7, "fold", 3)`. Different labels give independent sequences, so that a new
 * consumer of random numbers leaves the others' numbers alone, and parallel workers need no shared generator.
 *
 * A 53-bit hash of the seed and the labels: two lanes of multiply-and-xor over their UTF-16 code units, each finished
 * like MurmurHash3 (Appleby, public domain).
 */
export function derive(seed: number, ...labels: readonly (string | number)[]): number {
  const text = JSON.stringify([seed, ...labels]);
  let first = 0xdeadbeef;
  let second = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    first = Math.imul(first ^ unit, 0x9e3779b1);
    second = Math.imul(second ^ unit, 0x5f356495);
    // Each lane's high bits feed the other's low ones, which multiplication alone would never reach.
    first ^= second >>> 15;
    second ^= first >>> 13;
  }
  return (finish(second) >>> 11) * 0x100000000 + finish(first);
}

function finish(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
