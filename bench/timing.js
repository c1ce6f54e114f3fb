/**
 * Median milliseconds of a call: 0.5 s of warm-up, in which the engine compiles, then 5 blocks of about 50 ms. A block's
 * figure is its mean, so that garbage collection counts. `call` may return a promise.
 */
export async function milliseconds(call) {
  const begin = performance.now();
  let calls = 0;
  for (; calls < 3 || performance.now() - begin < 500; calls++) await repeat(call, 1);
  const size = Math.max(1, Math.round((50 * calls) / (performance.now() - begin)));
  const blocks = [];
  for (let block = 0; block < 5; block++) {
    const start = performance.now();
    await repeat(call, size);
    blocks.push((performance.now() - start) / size);
  }
  return median(blocks);
}

/** Awaits only where there is something to wait for: a microtask is long beside a call of a microsecond. */
async function repeat(call, count) {
  for (let i = 0; i < count; i++) {
    const pending = call();
    if (pending instanceof Promise) await pending;
  }
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}
