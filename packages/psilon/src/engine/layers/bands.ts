import type { Arena, Tensor } from "../backend/arena.js";

/** Some rows of an image's windows, and the rows of pixels that they see. */
export interface Band {
  /** Rows of windows. */
  readonly start: number;
  readonly count: number;
  /** The first row of pixels, counted from where windows begin, and how many there are. */
  readonly top: number;
  readonly rows: number;
  /** Of each row of a window what the band's windows see in it: count·across rows of `run` numbers of what is unfolded. */
  readonly seen: readonly Tensor[];
}

/** Numbers that are unfolded at a time, and more only where one row of windows has more: 1 MiB of float32, which a core's own cache holds, and enough for a product at full speed. */
const ROOM = 1 << 18;

/** The bands of an image, from its top, all but the last of one height, and the room in which each is unfolded (`kernels/unfold`). */
export function createBands(
  arena: Arena,
  sizes: {
    readonly down: number;
    readonly across: number;
    readonly size: number;
    readonly stride: number;
    readonly run: number;
  },
): { readonly unfolded: Tensor; readonly all: readonly Band[] } {
  const { down, across, size, stride, run } = sizes;
  const rowsFor = (count: number) => (count - 1) * stride + size;
  const most = Math.floor(ROOM / (across * run));
  const height = Math.min(down, Math.max(1, Math.floor((most - size) / stride) + 1));
  const rowsApart = (rows: number) => Math.ceil(rows / stride);
  const unfolded = arena.tensor(stride * rowsApart(rowsFor(height)) * across, run);
  const all = Array.from({ length: Math.ceil(down / height) }, (_, b): Band => {
    const start = b * height;
    const count = Math.min(height, down - start);
    const rows = rowsFor(count);
    const seen = Array.from({ length: size }, (_, i) => {
      const row = (i % stride) * rowsApart(rows) + Math.floor(i / stride);
      return unfolded.slice(row * across, count * across);
    });
    return { start, count, top: start * stride, rows, seen };
  });
  return { unfolded, all };
}
