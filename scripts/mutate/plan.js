import { join } from "node:path";
import { unitName } from "./coverage.js";

/** Milliseconds of other rooms' tests that a mutant is tried on: what only long ones notice counts as unnoticed. */
const OTHERS = 10_000;

/** Milliseconds in which something is heard, on a busy machine too, beside what the longest test takes. */
const SILENCE = 30_000;

/**
 * The tests that enter the function around a mutant: those of its own room, then the quickest others, as far as they fit into
 * `OTHERS`; and how long to wait.
 */
export function planFor({ unit, file }, traces, folder) {
  const name = unitName(file, unit);
  const room = join(folder, file.split("/")[0]);
  const entering = Object.entries(traces)
    .map(([path, { units, tests, overhead }]) => {
      const those = units.includes(name) ? tests : tests.filter((one) => one.units.includes(name));
      const durations = those.map(({ milliseconds }) => milliseconds);
      const milliseconds = overhead + durations.reduce((sum, one) => sum + one, 0);
      return {
        path,
        isOwn: path.startsWith(room),
        those,
        milliseconds,
        longest: Math.max(overhead, ...durations),
      };
    })
    .filter(({ those }) => those.length > 0)
    .sort((a, b) => b.isOwn - a.isOwn || a.milliseconds - b.milliseconds);
  let left = OTHERS;
  const taken = entering.filter(({ isOwn, milliseconds }) => {
    if (!isOwn) left -= milliseconds;
    return left > 0;
  });
  return {
    tests: taken.map(({ path, those }) => ({ file: path, ids: those.map(({ id }) => id) })),
    patience: SILENCE + 10 * Math.max(0, ...taken.map(({ longest }) => longest)),
  };
}
