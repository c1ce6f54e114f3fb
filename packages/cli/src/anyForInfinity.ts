/** For JSON, which has no Infinity, and whose null would not tell it from what is not known: a distance without end is "any". */
export const anyForInfinity = (_: string, value: unknown): unknown =>
  value === Number.POSITIVE_INFINITY ? "any" : value;
