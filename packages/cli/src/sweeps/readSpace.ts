import { readFile } from "node:fs/promises";
import { checkOptions, InputError } from "psilon";
import { readProblem } from "../data/readProblem.js";
import { spelled, unspelled } from "../optionNames.js";
import { type Range, rangeOf, type Scale, scaleNames } from "./ranges.js";
import { repeatedName } from "./repeatedName.js";
import { checkValuesOf, type Space, type SweepSetting, sweepSettings } from "./space.js";

const EXAMPLE = "'lambda=log(1e-6,0.1) width=64,128'";

/** A space as it was given: a file of JSON, or its text. Throws InputError for what is none. */
export async function readSpace(given: string): Promise<Space> {
  const bare = knownSetting(given.trim());
  if (bare !== undefined) {
    throw new InputError({
      code: "missing-argument",
      found: `The space names ${spelled(bare)} without values`,
      value: given,
      remedy: `give it some, or a range, as in ${EXAMPLE}`,
    });
  }
  const isFile = /\.json$/i.test(given) || (given.trim() !== "" && !given.includes("="));
  const space = isFile ? await spaceInFile(given) : spaceIn(given);
  checkValuesOf(space);
  return space;
}

async function spaceInFile(path: string): Promise<Space> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw readProblem("file of a space", path, error);
  });
  const refuse = (found: string) =>
    new InputError({
      code: "wrong-format",
      found: `The file of a space "${path}" ${found}`,
      where: { source: path },
      remedy: 'it should look like {"lambda": {"log": [1e-6, 0.1]}, "width": [64, 128]}',
    });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw refuse("is not JSON");
  }
  const repeated = repeatedName(text);
  if (repeated !== undefined) throw refuse(`names "${repeated}" twice`);
  if (!isObject(parsed) || Array.isArray(parsed)) throw refuse("holds no object");
  return spaceOf(
    Object.entries(parsed).map(([name, range]): [string, Range] => {
      if (Array.isArray(range) && range.length > 0 && range.every(isValue)) return [name, range];
      const [[scale, ends] = [], ...more] = isObject(range) ? Object.entries(range) : [];
      if (more.length > 0 || !isScale(scale) || !isPair(ends)) {
        throw refuse(`has ${JSON.stringify(range)} for "${name}"`);
      }
      return [name, rangeOf(name, scale, ...ends)];
    }),
  );
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
const isValue = (value: unknown) => typeof value === "string" || typeof value === "number";
const isScale = (name: unknown): name is Scale => (scaleNames as readonly unknown[]).includes(name);
const isPair = (ends: unknown): ends is [number, number] =>
  Array.isArray(ends) && ends.length === 2 && ends.every((end) => typeof end === "number");

/** The inverse of `spaceText`: settings with their ranges, as in "lambda=log(1e-6,0.1) width=64,128 depth=int(1,4)". */
export function spaceIn(text: string): Space {
  const pieces = text.match(/(?:\([^)]*\)?|[^\s(])+/g) ?? [];
  return spaceOf(
    pieces.map((piece): [string, Range] => {
      const at = piece.indexOf("=");
      const name = piece.slice(0, Math.max(0, at));
      const given = piece.slice(at + 1);
      if (name === "" || given === "") throw notASetting(piece);
      const [, scale, ends] = /^([^(),]*)\(([^()]*)\)$/.exec(given) ?? [];
      if (ends === undefined) return [name, given.split(",").map((value) => valueIn(piece, value))];
      if (!isScale(scale)) {
        throw new InputError({
          code: "unknown-choice",
          found: `The space has "${piece}", but a range is one of ${scaleNames.join(", ")}`,
          value: scale,
          remedy: "give one of these with two ends, or values with commas between them",
        });
      }
      const numbers = ends.split(",").map((end) => valueIn(piece, end.trim()));
      if (!isPair(numbers)) throw notASetting(piece);
      return [name, rangeOf(name, scale, ...numbers)];
    }),
  );
}

function valueIn(piece: string, text: string): string | number {
  if (text === "" || /[()=:]/.test(text)) throw notASetting(piece);
  const value = Number(text);
  return Number.isNaN(value) ? text : value;
}

const notASetting = (piece: string) =>
  new InputError({
    code: "wrong-format",
    found: `The space has "${piece}", which is no setting with its values`,
    value: piece,
    remedy: `write settings as in ${EXAMPLE}, with spaces between them`,
  });

/** By the names that the library has. Throws InputError for a setting that there is not and for one that is named twice. */
function spaceOf(ranges: readonly (readonly [name: string, range: Range])[]): Space {
  if (ranges.length === 0) {
    throw new InputError({
      code: "missing-argument",
      found: "The space names no setting to vary",
      remedy: `name one or several with their values, as in ${EXAMPLE}`,
    });
  }
  const entries = ranges.map(([name, range]) => [settingNamed(name), range] as const);
  const names = entries.map(([name]) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return Object.fromEntries(entries);
  throw new InputError({
    code: "named-twice",
    found: `The space names ${spelled(twice)} twice`,
    value: twice,
    remedy: "give all its values at once",
  });
}

const knownSetting = (name: string): SweepSetting | undefined =>
  sweepSettings.find((known) => known === unspelled(name));

function settingNamed(name: string): SweepSetting {
  const setting = knownSetting(name);
  if (setting !== undefined) return setting;
  const refuse = (found: string, remedy = `a space is of ${sweepSettings.map(spelled).join(", ")}`) =>
    new InputError({ code: "unknown-option", found, value: name, remedy });
  try {
    checkOptions({ [unspelled(name)]: undefined });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    // The nearest of all options may be none that can be varied.
    const meant = sweepSettings.map((known) => `did you mean "${known}"?`);
    const nearest = meant.indexOf(error.problem.remedy ?? "");
    throw refuse(
      `There is no option "${name}"`,
      nearest < 0 ? undefined : `did you mean "${spelled(sweepSettings[nearest])}"?`,
    );
  }
  throw refuse(`The option "${name}" cannot be varied`);
}
