import { createHash, type Hash } from "node:crypto";
import type { Frame } from "psilon";
import { bytesOf } from "./bytes.js";

/** SHA-256 of bytes, in hexadecimal. */
export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Arrays are met again in every job on the same rows. */
const known = new WeakMap<object, string>();

/** The same over plain data, the bytes of its arrays included. */
export function contentHash(value: unknown): string {
  const hash = createHash("sha256");
  feed(hash, value);
  return hash.digest("hex");
}

/** The same over a table's columns, wherever it was read from. */
export const hashOfRows = ({ columns }: Frame): string =>
  contentHash(columns.map(({ origin: _, ...column }) => column));

function feed(hash: Hash, value: unknown): void {
  if (ArrayBuffer.isView(value)) {
    hash.update(`${value.constructor.name} ${hashOfArray(value)},`);
  } else if (typeof value === "object" && value !== null) {
    hash.update(Array.isArray(value) ? "[" : "{");
    for (const [key, part] of Object.entries(value)) {
      hash.update(`${JSON.stringify(key)}:`);
      feed(hash, part);
    }
    hash.update("},");
  } else {
    hash.update(`${typeof value === "string" ? JSON.stringify(value) : String(value)},`);
  }
}

function hashOfArray(array: ArrayBufferView): string {
  const found = known.get(array);
  if (found !== undefined) return found;
  const hash = sha256(bytesOf(array));
  known.set(array, hash);
  return hash;
}
