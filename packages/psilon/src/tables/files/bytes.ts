import { checkArgument, isObject, type Kind } from "../../arguments.js";

/** Bytes of which any part can be read: an ArrayBuffer is one, and so is what hyparquet calls an AsyncBuffer, of a file or an address. */
export interface ByteSource {
  readonly byteLength: number;
  /** The bytes from `start` to before `end`, by default to the last. */
  slice(start: number, end?: number): ArrayBuffer | Promise<ArrayBuffer>;
}

/** A page's Blob or File, as far as it is read: declarations must not need the platform's types. */
export interface BlobLike {
  readonly size: number;
  /** The bytes from `start` to before `end`. */
  slice(
    start?: number,
    end?: number,
  ): {
    /** They themselves. */
    arrayBuffer(): Promise<ArrayBuffer>;
  };
}

/** A ReadableStream of bytes, as far as it is read. */
export interface ByteStream {
  /** What reads it to its end. */
  getReader(): {
    /** The next piece, and whether there was none left. */
    read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  };
}

/** A file as a program may hold it. A stream is gathered first, so that any part of it can be read. */
export type FileInput = ByteSource | Uint8Array | BlobLike | ByteStream;

const fileInput: Kind = {
  name: "a Uint8Array, an ArrayBuffer, a File, a Blob or a stream of bytes",
  is: (value) =>
    isObject(value) &&
    ("getReader" in value || ("slice" in value && ("size" in value || "byteLength" in value))),
};

/** The input's bytes, no copy of them. Throws InputError for what is none of these. */
export async function bytesOf(input: FileInput): Promise<ByteSource> {
  checkArgument("file", input, fileInput);
  if ("getReader" in input) return bytesOf(await new Response(input as BodyInit).blob());
  if ("size" in input) {
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
