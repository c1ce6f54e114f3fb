import type { Kind } from "../arguments.js";

/** An ArrayBuffer of another realm, such as that of a test runner, is no instance of this one's. */
const isBuffer = (value: unknown): value is ArrayBufferLike =>
  /^\[object (?:Shared)?ArrayBuffer\]$/.test(Object.prototype.toString.call(value));

/** A file's bytes, as programs have them. */
export const someBytes: Kind = {
  name: "an ArrayBuffer, a Uint8Array or a Buffer of its bytes",
  is: (value) => isBuffer(value) || ArrayBuffer.isView(value),
  remedy: "read the file first, as by readFileSync(path)",
};

/** A Buffer is a part of a larger ArrayBuffer. */
export const viewOf = (bytes: ArrayBufferLike | ArrayBufferView): Uint8Array =>
  isBuffer(bytes) ? new Uint8Array(bytes) : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
