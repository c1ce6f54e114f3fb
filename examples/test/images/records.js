/** An image of a CIFAR file, whose planes are each another number off the pixel's place. */
export function record(label, shade) {
  const planes = [0, 1, 2].flatMap((channel) =>
    Array.from({ length: 32 * 32 }, (_, pixel) => (pixel + 50 * channel + shade) % 256),
  );
  return Buffer.from([label, ...planes]);
}

/** So many images of a CIFAR file, of all ten classes, which go on with the shade. */
export const recordsOf = (count) =>
  Buffer.concat(Array.from({ length: count }, (_, i) => record(i % 10, 20 * (i % 10) + (i >> 3))));
