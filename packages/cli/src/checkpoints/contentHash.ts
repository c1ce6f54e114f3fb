import { createHash, type Hash } from "node:crypto";

/** Arrays are met again in every job on the same rows. */
const known = new WeakMap<object, string>();

/** SHA-256 over plain data, the bytes of its arrays included, in hexadecimal. */
export function contentHash(value: unknown): string {
  const hash = createHash("sha256");
  feed(hash, value);
  return hash.digest("hex");
}

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
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  const hash = createHash("sha256").update(bytes).digest("hex");
  known.set(array, hash);
  return hash;
}
