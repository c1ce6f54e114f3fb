import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import type { Weight } from "../weights/weight.js";
import { type BoxLayer, createBoxSignal } from "./boxLayer.js";

/** Inputs of which in any row one is 1 and the others are 0, as those of a category. */
export interface CaseGroup {
  readonly first: number;
  readonly count: number;
}

/** The boxes around a network's inputs. */
export interface BoxSource {
  /** rows × inputs, as the network reads them. */
  readonly x: Tensor;
  /** The ends of the boxes at their full size; of inputs in groups, those of x. */
  readonly lower: Tensor;
  readonly upper: Tensor;
  /** Each of them may be any of its cases, in the rows where it is one. */
  readonly groups: readonly CaseGroup[];
  /** The boxes' share of their full size, in [0, 1], to be set before `forward`. */
  readonly size: { now: number };
}

/** What enters: the boxes as `columns` numbers, those of the groups after the inputs. */
export interface BoxInput extends BoxLayer {
  readonly columns: number;
  readonly centre: Tensor;
  readonly radius: Tensor;
}

/**
 * The first matrix applied to boxes around the inputs. A group counts by its cases, of which one holds: of each unit it adds what lies
 * between the least and the largest of its weights, which is less than what a box around 0s and 1s would.
 */
export function boxInput(
  { arena, kernels, product }: Backend,
  weight: Weight,
  { x, lower, upper, groups, size }: BoxSource,
): BoxInput {
  const { effective, gradient } = weight;
  const { rows, columns: inputs } = effective;
  const columns = inputs + groups.length;
  const output = createBoxSignal(arena, x.rows, rows);
  const [centre, radius] = [arena.tensor(x.rows, columns), arena.tensor(x.rows, columns)];
  const [middles, widths] = [arena.tensor(rows, columns), arena.tensor(rows, columns)];
  const [byMiddles, byWidths] = [arena.tensor(rows, columns), arena.tensor(rows, columns)];
  const places = arena.tensor(groups.length, 2);
  groups.forEach(({ first, count }, k) => {
    places.integers.set([first, count], 2 * k);
  });
  const group = places.pointer;
  const w = effective.pointer;
  return {
    columns,
    centre,
    radius,
    output,
    forward(n) {
      kernels.boxAround(
        n,
        inputs,
        groups.length,
        group,
        x.pointer,
        lower.pointer,
        upper.pointer,
        size.now,
        centre.pointer,
        radius.pointer,
      );
      kernels.withGroups(rows, inputs, groups.length, group, w, middles.pointer, widths.pointer);
      product.multiply("NT", n, rows, columns, centre, middles, output.centre.values, false);
      product.multiply("NT", n, rows, columns, radius, widths, output.radius.values, false);
    },
    backward(n) {
      product.multiply("TN", rows, columns, n, output.centre.delta, centre, byMiddles, false);
      product.multiply("TN", rows, columns, n, output.radius.delta, radius, byWidths, false);
      kernels.withGroupsBackward(
        rows,
        inputs,
        groups.length,
        group,
        w,
        byMiddles.pointer,
        byWidths.pointer,
        gradient.pointer,
      );
    },
  };
}
