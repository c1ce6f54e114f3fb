import { damaged } from "../untrusted.js";
import { eachVarint, type Field, fieldsOf, wires } from "./wire.js";

/** More parts of a file than networks have: what stands in a few bytes of a file takes a few hundred in memory. */
const MOST_PARTS = 200_000;

/** Reads the fields of a file's messages, each as what it should be. Throws InputError where it is not. */
export interface Reading {
  /** The file's name in messages. */
  readonly source: string;
  fields(message: Uint8Array): Iterable<Field>;
  /** A message or bytes; counted, as are texts. */
  part(field: Field): Uint8Array;
  text(field: Field): string;
  /** A whole number; beyond 2^53 the nearest. */
  integer(field: Field): number;
}

export function reading(source: string): Reading {
  let parts = 0;
  const part = ({ number, wire, bytes }: Field): Uint8Array => {
    if (wire !== wires.bytes) {
      throw damaged(source, `its field ${number} should hold a message or a text, but holds a number`);
    }
    if (++parts > MOST_PARTS) {
      throw damaged(source, `it has more than ${MOST_PARTS} nodes, names and tensors, and no network has`);
    }
    return bytes;
  };
  return {
    source,
    fields: (message) => fieldsOf(message, source),
    part,
    text(field) {
      const bytes = part(field);
      try {
        return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
      } catch {
        throw damaged(source, `the text in its field ${field.number} is not UTF-8`);
      }
    },
    integer({ number, wire, bytes }) {
      if (wire !== wires.varint) {
        throw damaged(source, `its field ${number} should hold a whole number, but holds something else`);
      }
      let value = 0;
      eachVarint(bytes, source, (low, high) => {
        value = high * 2 ** 32 + low;
      });
      return value;
    },
  };
}

/** Adds the whole numbers of a field to a list, packed or not; beyond 2^53 the nearest. */
export function pushIntegers(list: number[], { bytes }: Field, source: string): void {
  eachVarint(bytes, source, (low, high) => {
    list.push(high * 2 ** 32 + low);
  });
}
