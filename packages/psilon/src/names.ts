import { anObject, checkArgument, checkValues, type Kind } from "./arguments.js";
import { InputError } from "./errors.js";

/** Throws InputError for a name in `given`, an object of options, that is none of those `known`: a slip would be overlooked. And where it is no object. */
export function checkNames(given: object, known: readonly string[], what = "option"): void {
  checkArgument("argument of options", given, anObject);
  const stranger = Object.keys(given).find((name) => !known.includes(name));
  if (stranger !== undefined) {
    throw new InputError({
      code: "unknown-option",
      found: `There is no ${what} "${stranger}"`,
      value: stranger,
      remedy: suggestion(stranger, known),
    });
  }
}

/** Throws InputError for an option that has no kind, and for a value that is not of its kind. */
export function checkGiven(options: object, kinds: Readonly<Record<string, Kind>>): void {
  checkNames(options, Object.keys(kinds));
  checkValues(options, kinds);
}

/** What to do about a name that was not found: take the nearest name, or one of all. */
export function suggestion(name: string, names: readonly string[]): string {
  const nearest = nearestName(name, names);
  if (nearest !== undefined) return `did you mean "${nearest}"?`;
  if (names.length === 0) return "there are none at all";
  const shown = names.slice(0, 12).map((other) => `"${other}"`);
  const rest = names.length - shown.length;
  return `there are ${shown.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

/** The name within fewest edits of `name`, upper and lower case alike; undefined when even that one is far away. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  let nearest: string | undefined;
  // With more than half of its letters changed it is another word.
  let fewest = Math.floor(wanted.length / 2) + 1;
  for (const candidate of names) {
    const edits = editDistance(wanted, candidate.toLowerCase());
    if (edits < fewest) {
      fewest = edits;
      nearest = candidate;
    }
  }
  return nearest;
}

/** Levenshtein's distance: the fewest insertions, deletions and replacements of a letter that turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  const distances = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    let diagonal = distances[0];
    distances[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const replaced = diagonal + (a[i - 1] === b[j - 1] ? 0 : 1);
      diagonal = distances[j];
      distances[j] = Math.min(replaced, diagonal + 1, distances[j - 1] + 1);
    }
  }
  return distances[b.length];
}
