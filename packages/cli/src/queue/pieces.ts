import { createHash } from "node:crypto";
import type { Redis } from "ioredis";
import { InputError } from "psilon";
import { bytesOf } from "../bytes.js";
import { sha256 } from "../contentHash.js";
import type { StudyReference } from "./messages.js";
import { KEYS } from "./names.js";

/** Bytes of a piece, and seconds for which one stays that nobody asks to be kept: over a night, in which a killed sweep's trials run on. */
const PIECE = 2 ** 20;
const KEPT = 24 * 3600;

export const referenceOf = (packed: Uint8Array): StudyReference => ({
  hash: sha256(packed),
  bytes: packed.length,
});

const piecesOf = ({ hash, bytes }: StudyReference): string[] =>
  Array.from({ length: Math.ceil(bytes / PIECE) }, (_, n) => KEYS.piece(hash, n));

/** Puts a packed study on the server, as far as it is not there, and keeps it there for another day. */
export async function putPieces(client: Redis, study: StudyReference, packed: Uint8Array): Promise<void> {
  for (const [n, key] of piecesOf(study).entries()) {
    if ((await client.expire(key, KEPT)) === 1) continue;
    await client.set(key, Buffer.from(packed.slice(n * PIECE, (n + 1) * PIECE)), "EX", KEPT);
  }
}

/** A packed study from the server, in memory that all threads read; null where it is not there any more. Throws InputError for another than was asked for. */
export async function getPieces(client: Redis, study: StudyReference): Promise<Uint8Array | null> {
  const keys = piecesOf(study);
  if ((await client.exists(keys)) < keys.length) return null;
  const packed = new Uint8Array(new SharedArrayBuffer(study.bytes));
  const hash = createHash("sha256");
  let at = 0;
  for (const key of keys) {
    // However much is there, no more than was announced is read.
    const read = await client.getrangeBuffer(key, 0, Math.min(PIECE, study.bytes - at) - 1);
    const piece = bytesOf(read);
    if (piece.length === 0) return null;
    packed.set(piece, at);
    hash.update(piece);
    at += piece.length;
  }
  if (at === study.bytes && hash.digest("hex") === study.hash) return packed;
  throw new InputError({
    code: "damaged-file",
    found: `The packed study ${study.hash.slice(0, 12)} on the server has other contents than its name says`,
  });
}
