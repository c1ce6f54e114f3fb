import type { Arena, Tensor } from "../backend/arena.js";
import type { Signal } from "./boundLayer.js";

/** Some rows of a signal. */
interface Tile {
  readonly start: number;
  readonly count: number;
  readonly values: Tensor;
  readonly delta: Tensor;
}

/** Numbers of a tile's windows: 1 MiB of float32, which a core's own cache holds, and enough for a product at full speed. */
const TILE = 1 << 18;

/**
 * A signal's rows a tile at a time, and room for a tile's windows, rows of `columns` numbers. Each number of examples is cut once, so that
 * later steps allocate nothing: batches have two or three.
 */
export function createTiles(
  arena: Arena,
  { values, delta, places }: Signal,
  columns: number,
): { readonly patches: Tensor; of(n: number): readonly Tile[] } {
  const rows = Math.min(values.rows, Math.max(1, Math.floor(TILE / columns)));
  const known = new Map<number, readonly Tile[]>();
  const cut = (n: number): Tile[] =>
    Array.from({ length: Math.ceil((n * places) / rows) }, (_, t) => {
      const start = t * rows;
      const count = Math.min(rows, n * places - start);
      return { start, count, values: values.slice(start, count), delta: delta.slice(start, count) };
    });
  return {
    patches: arena.tensor(rows, columns),
    of(n) {
      const found = known.get(n);
      if (found) return found;
      const tiles = cut(n);
      known.set(n, tiles);
      return tiles;
    },
  };
}
