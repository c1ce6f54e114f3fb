/** What one example's numbers are: [features], [tokens, features] or [height, width, channels]; the last vary fastest. */
export type Shape = readonly number[];

/** "28 × 28 × 3". */
export const shapeText = (shape: Shape): string => shape.join(" × ");

/** How many numbers there are. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, size) => product * size, 1);

/** Rows per example: all but the last. */
export const placesOf = (shape: Shape): number => sizeOf(shape.slice(0, -1));

/** The numbers in a row: channels of a pixel, features of a token. */
export const columnsOf = (shape: Shape): number => shape[shape.length - 1];

/** Whether every size is a whole number of at least 1, and there are as many as of features, of tokens or of an image. */
export const isShape = (shape: Shape): boolean =>
  shape.length >= 1 && shape.length <= 3 && shape.every((size) => Number.isInteger(size) && size >= 1);
