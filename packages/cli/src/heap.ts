import { getHeapStatistics } from "node:v8";

/** What V8 sets aside for what is young, by what it gives to what lasts: less on small machines and in older Nodes. */
const YOUNG = 3 / 64;

const ASKED = /--max[-_]old[-_]space[-_]size=(\d+)/g;

/**
 * Bytes that Node gives to what lasts, which its limit to the whole heap exceeds by what is young. That goes by the version and the
 * machine, not by how much was asked for: with 40 MiB asked for, the whole is 88 MiB in Node 20 and 232 MiB in Node 24.
 */
export function lastingHeap(): number {
  const options = [process.env.NODE_OPTIONS, ...process.execArgv].join(" ");
  const asked = [...options.matchAll(ASKED)].at(-1);
  return asked ? Number(asked[1]) * 2 ** 20 : getHeapStatistics().heap_size_limit / (1 + YOUNG);
}
