import type { Arena, Tensor } from "../backend/arena.js";
import type { Shape } from "./shape.js";
import type { Windows } from "./windows.js";

/** Some rows of an image's windows, and the rows of pixels that they see. */
export interface Band {
  /** Rows of windows. */
  readonly start: number;
  readonly count: number;
  /** The first row of pixels, outside of the image where windows hang over, and how many there are. */
  readonly top: number;
  readonly rows: number;
  readonly seen: readonly Seen[];
}

/** What the band's windows see in one of their rows. */
export interface Seen {
  /** The windows' row. */
  readonly row: number;
  /** The rows of windows for which it is in the image: no product takes the others', which are zeros. */
  readonly start: number;
  readonly count: number;
  /** count·across rows of `run` numbers of what is unfolded. */
  readonly pixels: Tensor;
}

/** Numbers that are unfolded at a time, and more only where one row of windows has more: 1 MiB of float32, which a core's own cache holds, and enough for a product at full speed. */
const ROOM = 1 << 18;

/** The bands of an image, from its top, all but the last of one height, and the room in which each is unfolded (`kernels/unfold`), `run` numbers for each row of a window. */
export function createBands(
  arena: Arena,
  { size, stride = 1, padding = 0 }: Windows,
  height: number,
  [down, across]: Shape,
  run: number,
): { readonly unfolded: Tensor; readonly all: readonly Band[] } {
  const rowsFor = (count: number) => (count - 1) * stride + size;
  const most = Math.floor(ROOM / (across * run));
  const tall = Math.min(down, Math.max(1, Math.floor((most - size) / stride) + 1));
  const rowsApart = (rows: number) => Math.ceil(rows / stride);
  const unfolded = arena.tensor(stride * rowsApart(rowsFor(tall)) * across, run);
  const all = Array.from({ length: Math.ceil(down / tall) }, (_, b): Band => {
    const first = b * tall;
    const end = Math.min(first + tall, down);
    const rows = rowsFor(end - first);
    const seen = Array.from({ length: size }, (_, row): Seen => {
      const start = Math.max(first, Math.ceil((padding - row) / stride));
      const count = Math.min(end, Math.ceil((height + padding - row) / stride)) - start;
      const place = (row % stride) * rowsApart(rows) + Math.floor(row / stride) + start - first;
      return { row, start, count, pixels: unfolded.slice(place * across, Math.max(0, count) * across) };
    });
    const top = first * stride - padding;
    return { start: first, count: end - first, top, rows, seen: seen.filter(({ count }) => count > 0) };
  });
  return { unfolded, all };
}
