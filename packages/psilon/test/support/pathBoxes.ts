import { type Box, boxBetween } from "../../src/bounds/box.ts";
import { type Path, pathThrough } from "../../src/bounds/paths.ts";
import type { Random } from "../../src/engine/random/random.ts";
import { between } from "./foldedNetworks.ts";

/** A box with paths, and a random point of it. */
export interface PathBox {
  readonly box: Box;
  readonly point: () => Float64Array;
}

/** How far points may lie beside a path whose bins have their value beside them. */
const SLACK = 1e-3;

/**
 * A box of inputs that one number tells by so many bins, for each of `bins` another number, and of `plain` others. Every second number is
 * beside its bins by its value, which goes on at another pace in each of them.
 */
export function pathBox(random: Random, bins: readonly number[], plain: number): PathBox {
  const [lower, upper, centre]: number[][] = [[], [], []];
  const paths: Path[] = [];
  const draws: (() => number[])[] = [];
  bins.forEach((count, column) => {
    const first = lower.length;
    const withValue = column % 2 === 1;
    const paces = Array.from({ length: count }, () => 0.2 + random.next());
    const at = (position: number) => {
      const shares = paces.map((_, t) => Math.min(Math.max(position - t, 0), 1));
      const value = shares.reduce((sum, share, t) => sum + share * paces[t], -1);
      return withValue ? [...shares, value] : shares;
    };
    const [from, middle, to] = [0, 0, 0]
      .map(() => (random.next() < 0.3 ? between(random, 0, count) : count * random.next()))
      .sort((a, b) => a - b);
    const whole = Array.from({ length: count + 1 }, (_, t) => t).filter((t) => from < t && t < to);
    const slack = withValue ? SLACK : 0;
    const inputs = at(0).map((_, k) => first + k);
    const path = pathThrough(inputs, [from, ...whole, to].map(at), slack);
    if (path) paths.push(path);
    lower.push(...at(from));
    upper.push(...at(to));
    centre.push(...at(middle));
    draws.push(() => {
      const x = at(random.next() < 0.3 && whole.length > 0 ? whole[0] : from + random.next() * (to - from));
      if (!withValue) return x;
      const beside = x[count] + slack * (2 * random.next() - 1);
      return [...x.slice(0, count), Math.min(Math.max(beside, at(from)[count]), at(to)[count])];
    });
  });
  for (let j = 0; j < plain; j++) {
    const [low, high] = [-random.next(), random.next()];
    lower.push(low);
    upper.push(high);
    centre.push(0);
    draws.push(() => [low + random.next() * (high - low)]);
  }
  return {
    box: boxBetween(lower, upper, centre, paths),
    point: () => Float64Array.from(draws.flatMap((draw) => draw())),
  };
}

/** The box alone. */
export const withoutPaths = ({ lower, upper, centre }: Box): Box => boxBetween(lower, upper, centre);
