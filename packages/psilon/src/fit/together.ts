/** Arrays of one kind, at least one, one after the other. */
export function together<A extends Float64Array | Float32Array | Int32Array>(parts: readonly A[]): A {
  const whole = new (parts[0].constructor as new (length: number) => A)(
    parts.reduce((sum, part) => sum + part.length, 0),
  );
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
