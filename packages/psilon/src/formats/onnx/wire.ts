// The wire format of protocol buffers (https://protobuf.dev/programming-guides/encoding): a message is a row of fields, each a tag, which
// is the field's number and one of four kinds, and a payload.

import { damaged } from "../untrusted.js";

/** How a payload is laid out, by the number in its tag. */
export const wires = { varint: 0, eight: 1, bytes: 2, four: 5 } as const;
type Wire = (typeof wires)[keyof typeof wires];

/** A field of a message: its payload is a part of the file's bytes, so that a list of numbers, packed or not, is read alike. */
export interface Field {
  readonly number: number;
  readonly wire: Wire;
  readonly bytes: Uint8Array;
}

/** A place in the bytes of a file, and the varint that ends there: 64 bits in two halves, each unsigned. */
interface Cursor {
  at: number;
  low: number;
  high: number;
}

const LONGEST_VARINT = 10;

/**
 * The fields of a message, one after the other. Every length is held against what is left of the message before anything is made of it.
 * Throws InputError where the bytes are no message; `source` names the file.
 */
export function* fieldsOf(bytes: Uint8Array, source: string): Generator<Field> {
  const cursor: Cursor = { at: 0, low: 0, high: 0 };
  while (cursor.at < bytes.length) {
    const start = cursor.at;
    readVarint(bytes, cursor, source);
    const number = cursor.high * 2 ** 29 + (cursor.low >>> 3);
    const wire = (cursor.low & 7) as Wire;
    let begin = cursor.at;
    let length: number;
    if (wire === wires.varint) {
      readVarint(bytes, cursor, source);
      length = cursor.at - begin;
    } else if (wire === wires.bytes) {
      readVarint(bytes, cursor, source);
      begin = cursor.at;
      length = cursor.high * 2 ** 32 + cursor.low;
    } else if (wire === wires.four || wire === wires.eight) {
      length = wire === wires.four ? 4 : 8;
    } else {
      throw damaged(source, `a field of the unknown kind ${wire} stands in it, so it is cut or no ONNX file`);
    }
    const left = bytes.length - begin;
    if (number === 0 || length > left) {
      throw damaged(
        source,
        number === 0
          ? "one of its fields has the number 0, so it is cut or no ONNX file"
          : `its field ${number}, ${start} bytes into a message, announces ${length} bytes where ${left} are left`,
      );
    }
    cursor.at = begin + length;
    yield { number, wire, bytes: bytes.subarray(begin, cursor.at) };
  }
}

function readVarint(bytes: Uint8Array, cursor: Cursor, source: string): void {
  let low = 0;
  let high = 0;
  for (let i = 0; i < LONGEST_VARINT && cursor.at < bytes.length; i++) {
    const byte = bytes[cursor.at++];
    const shift = 7 * i;
    if (shift < 32) low |= (byte & 127) << shift;
    if (shift >= 28) high |= shift === 28 ? (byte & 127) >>> 4 : (byte & 127) << (shift - 32);
    if (byte < 128) {
      cursor.low = low >>> 0;
      cursor.high = high >>> 0;
      return;
    }
  }
  throw damaged(source, `a number in it has no end within ${LONGEST_VARINT} bytes`);
}

/** How many varints the bytes are: each ends with a byte below 128. */
export function countVarints(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) if (byte < 128) count++;
  return count;
}

/** Hands each varint over as the halves of a signed 64-bit number, the upper one with the sign. */
export function eachVarint(
  bytes: Uint8Array,
  source: string,
  take: (low: number, high: number) => void,
): void {
  const cursor: Cursor = { at: 0, low: 0, high: 0 };
  while (cursor.at < bytes.length) {
    readVarint(bytes, cursor, source);
    take(cursor.low, cursor.high | 0);
  }
}

/** A message that is being written: its bytes in pieces, which stay where they are until all are put together. */
export type Pieces = readonly Uint8Array[];

/** A whole number, negative ones by two's complement. */
export function varint(field: number, value: number | bigint): Pieces {
  return [Uint8Array.from([...varintBytes((field << 3) | wires.varint), ...varintBytes(value)])];
}

/** A float32. */
export function float(field: number, value: number): Pieces {
  const bytes = new Uint8Array(5);
  bytes[0] = (field << 3) | wires.four;
  new DataView(bytes.buffer).setFloat32(1, value, true);
  return [bytes];
}

/** Bytes as they are, or a message. */
export function nested(field: number, pieces: Pieces): Pieces {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return [Uint8Array.from([...varintBytes((field << 3) | wires.bytes), ...varintBytes(length)]), ...pieces];
}

/** A text in UTF-8. */
export const text = (field: number, value: string): Pieces =>
  nested(field, [new TextEncoder().encode(value)]);

/** Whole numbers, each under a tag of its own, as ONNX's own files have them. */
export const varints = (field: number, values: readonly number[]): Pieces =>
  values.flatMap((value) => varint(field, value));

/** All pieces, one after the other. */
export function joined(pieces: Pieces): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

function varintBytes(value: number | bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return [...bytes, Number(rest)];
}
