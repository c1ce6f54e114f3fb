/** Bytes of which any part can be read: an ArrayBuffer is one, and so is what hyparquet calls an AsyncBuffer, of a file or an address. */
export interface ByteSource {
  readonly byteLength: number;
  /** The bytes from `start` to before `end`, by default to the last. */
  slice(start: number, end?: number): ArrayBuffer | Promise<ArrayBuffer>;
}

/** A file as a program may hold it. A stream is gathered first, so that any part of it can be read. */
export type FileInput = ByteSource | Uint8Array | Blob | ReadableStream<Uint8Array>;

/** The input's bytes, no copy of them. */
export async function bytesOf(input: FileInput): Promise<ByteSource> {
  if (input instanceof ReadableStream) return bytesOf(await new Response(input as BodyInit).blob());
  if (input instanceof Blob) {
    return { byteLength: input.size, slice: (start, end) => input.slice(start, end).arrayBuffer() };
  }
  if (input instanceof Uint8Array) {
    return {
      byteLength: input.byteLength,
      // A Buffer's own slice would be a view of the whole memory that it lies in.
      slice: (start, end) => Uint8Array.prototype.slice.call(input, start, end).buffer as ArrayBuffer,
    };
  }
  return input;
}

/** What a person calls the input: a File has a name. */
export const nameOf = (input: string | FileInput, otherwise: string): string =>
  typeof input === "object" && "name" in input && typeof input.name === "string" ? input.name : otherwise;
