const float = new Float64Array(1);
const words = new Int32Array(float.buffer);

/** How many different values there are that are not NaN, by open addressing, which takes a fraction of sorting's time; 0 and −0 are one. */
export function distinctOf(values: Float64Array): number {
  // At most half full.
  const mask = 2 ** Math.ceil(Math.log2(2 * values.length + 1)) - 1;
  const table = new Float64Array(mask + 1).fill(Number.NaN);
  let distinct = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] + 0;
    if (Number.isNaN(value)) continue;
    float[0] = value;
    // MurmurHash3's finalizer: the low bits of numbers such as 0.5 are all 0.
    let hash = Math.imul(words[0] ^ Math.imul(words[1], 0x9e3779b1), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    let place = (hash ^ (hash >>> 16)) & mask;
    while (table[place] !== value && !Number.isNaN(table[place])) place = (place + 1) & mask;
    if (table[place] === value) continue;
    table[place] = value;
    distinct++;
  }
  return distinct;
}
