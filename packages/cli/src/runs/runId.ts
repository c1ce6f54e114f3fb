import { randomInt } from "node:crypto";

const LETTERS = 8;

/** A name for a run that no other has: 36⁸ there are, far more than anyone runs. */
export const newRunId = (): string =>
  Array.from({ length: LETTERS }, () => randomInt(36).toString(36)).join("");

/** The name of a part of a run, a trial of a sweep or an entry of a comparison. */
export const partId = (parent: string, number: number): string => `${parent}.${number}`;
