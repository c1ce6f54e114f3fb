import type { RowBoxes } from "../engine/training/spec.js";
import { valueInputsOf } from "../preprocess/encoder.js";
import { writtenOut } from "../preprocess/inputs.js";
import type { Prepared } from "../preprocess/prepare.js";
import { type Moves, takesAny } from "./moves.js";
import type { Placed } from "./placed.js";
import { reachable } from "./region.js";

/**
 * What a network is trained on when rows may move: for each row of `prepared` the box of all that moves by amounts, with truths from −1 to 1
 * where they may take either, and beside it the inputs of categories that may take any value, case by case.
 */
export function rowBoxes(
  placed: readonly Placed[],
  { rows, inputs, inputCount }: Pick<Prepared, "rows" | "inputs" | "inputCount">,
  moves: Moves,
): RowBoxes {
  const written = writtenOut(inputs);
  const [lower, upper] = [written.slice(), written.slice()];
  rows.forEach((row, i) => {
    const at = i * inputCount;
    const box = reachable(placed, row, written.subarray(at, at + inputCount), moves);
    for (const { column, place } of box.discrete) {
      if (column.kind === "boolean") [box.lower[place], box.upper[place]] = [-1, 1];
    }
    lower.set(box.lower, at);
    upper.set(box.upper, at);
  });
  const groups = placed
    .filter(({ column }) => column.kind === "categorical" && !column.date && column.varies)
    .filter(({ column }) => takesAny(column, moves))
    .map(({ column, place }) => ({ first: place, count: valueInputsOf(column) }));
  return { lower, upper, groups };
}
