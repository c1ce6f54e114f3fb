import type { TabularModel } from "psilon";
import type { FoldedLayer } from "psilon/folded";

/** Where the weights of a layer are that are not 0: in each part of its matrix the share of them. */
export interface WeightGrid {
  /** Weights on a side of a part, at the edges fewer. */
  readonly side: number;
  /** Parts by rows, from the top, in five digits. */
  readonly shares: readonly (readonly number[])[];
}

/** Parts on a side at most. */
const MOST = 64;

/** Of the model's first network, layer by layer. */
export const weightGrids = ({ members }: TabularModel): WeightGrid[] =>
  members[0].network.layers.map(weightGrid);

/** A weight of a pair is not 0 where either of the two is not. */
function weightGrid(layer: FoldedLayer): WeightGrid {
  const { rows, columns } = layer;
  const side = Math.ceil(Math.max(rows, columns) / MOST);
  const isKept =
    layer.kind === "dense"
      ? (at: number) => layer.weight[at] !== 0
      : (at: number) => layer.positive[at] !== 0 || layer.negative[at] !== 0;
  const partsOf = (length: number) =>
    Array.from({ length: Math.ceil(length / side) }, (_, part) => part * side);
  const shares = partsOf(rows).map((top) =>
    partsOf(columns).map((left) => {
      const [bottom, right] = [Math.min(rows, top + side), Math.min(columns, left + side)];
      let kept = 0;
      for (let row = top; row < bottom; row++)
        for (let column = left; column < right; column++) if (isKept(row * columns + column)) kept++;
      return Number((kept / ((bottom - top) * (right - left))).toFixed(5));
    }),
  );
  return { side, shares };
}
