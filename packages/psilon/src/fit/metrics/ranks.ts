/** Rows by a score, the greatest first, those of equal score together. */
export interface Ranking {
  readonly order: Uint32Array;
  /** By place in `order`: 1 at the last of the rows with a score. */
  readonly isLast: Uint8Array;
}

export function rank(scores: ArrayLike<number>): Ranking {
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i).sort(
    (a, b) => scores[b] - scores[a],
  );
  return {
    order,
    isLast: Uint8Array.from(order, (row, at) => Number(scores[row] !== scores[order[at + 1]])),
  };
}

/**
 * The rank of every row among all of them, from the greatest score down, rows of equal score sharing the mean of theirs: for weights that
 * are counts, the ranks that the first of each row's copies would have, and the others too. Written to `ranks`, one per row.
 */
export function midranks(
  { order, isLast }: Ranking,
  weights: ArrayLike<number>,
  ranks: Float64Array,
): Float64Array {
  let before = 0;
  let together = 0;
  let first = 0;
  for (let at = 0; at < order.length; at++) {
    together += weights[order[at]];
    if (!isLast[at]) continue;
    for (; first <= at; first++) ranks[order[first]] = before + (together + 1) / 2;
    before += together;
    together = 0;
  }
  return ranks;
}
