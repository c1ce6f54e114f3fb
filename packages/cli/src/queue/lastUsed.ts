/** What `kept` has by a key, or else what `make` gives, as the one that was used last; of more than `most`, those go that were not used for longest. */
export function lastUsed<Value>(
  kept: Map<string, Value>,
  key: string,
  most: number,
  make: () => Value,
): Value {
  const found = kept.get(key) ?? make();
  kept.delete(key);
  kept.set(key, found);
  for (const old of [...kept.keys()].slice(0, -most)) kept.delete(old);
  return found;
}
