import type { Layer, MemberLayer } from "../layers/layer.js";
import type { Adapted } from "../weights/adapted.js";

/** Each member's way: its own form of the first layer's weight, what all share, and of `heads` its own. */
export function membersOf(
  { matrices }: Adapted,
  [{ weight, bias }, ...shared]: readonly Layer[],
  heads: readonly Layer[],
): MemberLayer[][] {
  return matrices.map((matrix, m) => [
    { weight, bias, matrix },
    ...[...shared, ...heads.slice(m, m + 1)].map((layer) => ({ ...layer, matrix: layer.weight })),
  ]);
}
