/** Calls `work` for every item, `count` at a time, in order. */
export async function inLanes(items, count, work) {
  let next = 0;
  const lane = async () => {
    while (next < items.length) await work(items[next++]);
  };
  await Promise.all(Array.from({ length: count }, lane));
}
