import { InputError } from "../../../errors.js";

/** How much an evaluation may take: small networks need no more, and others some numbers for each byte of the file. */
const FREE = 4 * 2 ** 20;
const PER_BYTE = 4;
/** Products of numbers: seconds of work. */
const WORK = 2 ** 30;

/** What a graph's evaluation has left, so that no file, however it was made, takes much more memory than it has bytes, nor time without end. */
export interface Room {
  /** Throws InputError where so many numbers more are too many. */
  take(count: number): void;
  /** Throws InputError where so many products more are too many. */
  work(count: number): void;
}

/** Room for a file of so many bytes, which `source` names. */
export function roomFor(bytes: number, source: string): Room {
  let numbers = FREE + PER_BYTE * bytes;
  let products = WORK;
  const tooMuch = (what: string) =>
    new InputError({
      code: "unsuitable",
      found: `${source} holds ${bytes} bytes, but its graph asks for more ${what} than networks of that size do`,
      where: { source },
    });
  return {
    take(count) {
      numbers -= count;
      if (!(numbers >= 0)) throw tooMuch("memory");
    },
    work(count) {
      products -= count;
      if (!(products >= 0)) throw tooMuch("work");
    },
  };
}
