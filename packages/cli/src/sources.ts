import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";

/** The file that a table is read from, if it is one: standard input may be. */
export const fileBehind = (source: string): Promise<Stats | undefined> =>
  stat(source === "-" ? "/dev/stdin" : source).catch(() => undefined);

/** Whether that is one file, under whatever names. */
export const isSameFile = (one: Stats, other: Stats): boolean =>
  one.dev === other.dev && one.ino === other.ino;

/** Whether two names, of samples perhaps, lead to the same table. */
export async function isSameSource(one: string, other: string): Promise<boolean> {
  const [first, second] = [await fileBehind(one), await fileBehind(other)];
  return one === other || (first !== undefined && second !== undefined && isSameFile(first, second));
}
