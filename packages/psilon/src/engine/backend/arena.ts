import { InputError } from "../../errors.js";

/** A WebAssembly.Memory, as far as it is used: declarations must not need the platform's types. */
export interface Memory {
  readonly buffer: ArrayBuffer;
  /** By so many pages of 64 KiB. Throws where there is no more. */
  grow(pages: number): number;
}

/**
 * One region of WebAssembly memory that holds every tensor of a backend, given out from the bottom up.
 *
 * Training allocates everything before its first step; `mark` and `release` give the whole of a job's memory back at
 * its end, so nothing is ever freed piecemeal and nothing fragments.
 */
export class Arena {
  readonly memory: Memory;
  private top: number;

  constructor(memory: Memory, base: number) {
    this.memory = memory;
    this.top = align(base);
  }

  /** Bytes in use, counted from the start of memory: flat while a training step allocates nothing. */
  get used(): number {
    return this.top;
  }

  /** A tensor of rows × columns float32 zeros. Throws InputError when 4 GiB of memory are not enough. */
  tensor(rows: number, columns = 1): Tensor {
    const pointer = this.top;
    const end = align(pointer + rows * columns * 4);
    const size = this.memory.buffer.byteLength;
    if (end > size) {
      const pages = Math.ceil((end - size) / PAGE);
      // By an eighth at least: engines collect garbage when a large memory grows. Pages that nothing was written to cost nothing.
      if (!this.grow(Math.max(pages, Math.ceil(size / PAGE / 8))) && !this.grow(pages)) {
        throw new InputError({
          code: "out-of-memory",
          found: `A tensor of ${rows} × ${columns} does not fit: ${Math.round(end / 2 ** 20)} MiB are needed and WebAssembly memory ends at 4096 MiB`,
          remedy: "use fewer rows, a smaller batch or a narrower network",
        });
      }
    }
    this.top = end;
    const tensor = new Tensor(this, pointer, rows, columns);
    tensor.data.fill(0);
    return tensor;
  }

  /** Whether there was room for so many pages more. */
  private grow(pages: number): boolean {
    try {
      this.memory.grow(pages);
      return true;
    } catch {
      return false;
    }
  }

  /** A tensor holding a copy of `values`, row by row. */
  from(values: ArrayLike<number>, rows: number, columns = 1): Tensor {
    const tensor = this.tensor(rows, columns);
    tensor.data.set(values);
    return tensor;
  }

  /** The current level, to be handed to `release`. */
  mark(): number {
    return this.top;
  }

  /** Gives back everything allocated since `mark`; tensors made since then must no longer be used. */
  release(mark: number): void {
    this.top = mark;
  }
}

/** A row-major float32 matrix in an arena. Vectors have one column. */
export class Tensor {
  readonly pointer: number;
  readonly rows: number;
  readonly columns: number;
  private readonly arena: Arena;
  private view: Float32Array;
  private integerView: Int32Array | null = null;

  constructor(arena: Arena, pointer: number, rows: number, columns: number) {
    this.arena = arena;
    this.pointer = pointer;
    this.rows = rows;
    this.columns = columns;
    this.view = new Float32Array(arena.memory.buffer, pointer, rows * columns);
  }

  get length(): number {
    return this.rows * this.columns;
  }

  /** Rows `start` to `start + count` as a tensor over the same memory. */
  slice(start: number, count: number): Tensor {
    return new Tensor(this.arena, this.pointer + start * this.columns * 4, count, this.columns);
  }

  /** The same values, row by row, as a matrix of another shape. */
  reshape(rows: number, columns: number): Tensor {
    return new Tensor(this.arena, this.pointer, rows, columns);
  }

  /** The values in place. Growing the memory detaches old views, so keep the tensor and not this array. */
  get data(): Float32Array {
    // A detached view has length 0; asking the memory for its buffer would take longer than a small layer.
    if (this.view.length === 0) {
      this.view = new Float32Array(this.arena.memory.buffer, this.pointer, this.length);
    }
    return this.view;
  }

  /** The same memory as int32 values, for kernels that read such; not to be kept either. */
  get integers(): Int32Array {
    if (!this.integerView?.length) {
      this.integerView = new Int32Array(this.arena.memory.buffer, this.pointer, this.length);
    }
    return this.integerView;
  }
}

const PAGE = 65536;
/** 64 bytes: a cache line, and a multiple of every vector width. */
const align = (bytes: number) => Math.ceil(bytes / 64) * 64;
