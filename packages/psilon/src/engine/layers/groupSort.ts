import { type BoundLayer, createSignal } from "./boundLayer.js";
import type { LayerKind } from "./kind.js";
import { columnsOf } from "./shape.js";
import { checkSize } from "./weighted.js";

/** Every `size` neighbouring channels in descending order (GroupSort, arXiv:1811.05381); of two, MaxMin. It keeps distances in every ℓp or shortens them. */
export interface GroupSortSpec {
  readonly size: number;
}

export const groupSort: LayerKind<GroupSortSpec> = {
  choices: { size: true },
  shape({ size }, input) {
    checkSize("number of channels in a group", size);
    return columnsOf(input) % size === 0 ? input : `a number of channels that groups of ${size} divide`;
  },
  bind({ backend: { arena, kernels } }, { size }, { values, delta, places }) {
    const output = createSignal(arena, values.rows, values.columns, { places });
    const order = arena.tensor(values.rows, values.columns);
    const groups = (places * values.columns) / size;
    const pass: BoundLayer = {
      output,
      parameters: [],
      scaledBy: [],
      forward(n) {
        kernels.sortGroups(n * groups, size, values.pointer, output.values.pointer, order.pointer);
      },
      backward(n) {
        if (!delta) return;
        kernels.sortGroupsBackward(n * groups, size, order.pointer, output.delta.pointer, delta.pointer);
      },
    };
    return { passes: [pass], layers: [] };
  },
};
