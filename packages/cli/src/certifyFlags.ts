import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { InputError, type Tolerance } from "psilon";
import type { ReadingFlags } from "./readingOptions.js";
import type { Unseen } from "./unseen.js";

/** What `certify` is asked on the command line. */
export interface CertifyFlags extends ReadingFlags {
  readonly tolerance?: Tolerance;
  readonly radius?: number;
  readonly move?: readonly string[];
  readonly fixed?: readonly string[];
  readonly monotone?: readonly string[];
  readonly alone?: true;
  readonly exact?: true;
  readonly timeLimit?: number;
  readonly unseen: Unseen;
  readonly rows?: string;
  readonly seed?: number;
  readonly threads: number;
  readonly out?: string;
  readonly spreadsheet?: true;
  readonly curve?: string;
  readonly json?: true;
}

/** Throws InputError for options about moves and rows beside `--monotone`, and for those of a table where there is none, or of none beside one. */
export function checkMonotone(
  flags: CertifyFlags,
  data: string | undefined,
  given: (option: string) => boolean,
): void {
  const { tolerance, radius, move, fixed, alone, exact, timeLimit, rows, out, spreadsheet, curve } = flags;
  const about = { tolerance, radius, move, fixed, alone, exact, "time-limit": timeLimit };
  const others = { ...about, rows, out, spreadsheet, curve, threads: given("threads") || undefined };
  const other = Object.entries(others).find(([, value]) => value !== undefined);
  if (other) {
    throw new InputError({
      code: "conflicting-arguments",
      found: `The option --monotone asks about columns that grow, however far, and takes no --${other[0]}`,
      remedy: "leave one of them out",
    });
  }
  if (given("unseen") && data === undefined) {
    throw new InputError({
      code: "missing-argument",
      found: "The option --unseen is about categories in a table, but none is named",
      remedy: "name one, or leave the option out",
    });
  }
  if (flags.seed !== undefined && data !== undefined) {
    throw new InputError({
      code: "conflicting-arguments",
      found: "The option --seed makes up rows for --monotone where there is no table, but one is named",
      remedy: "leave one of them out",
    });
  }
}

/** Throws InputError where numbers are predicted and nothing says how far they may move. */
export function checkTolerance({ tolerance }: CertifyFlags, targets: readonly string[]): void {
  if (tolerance !== undefined) return;
  throw new InputError({
    code: "missing-argument",
    found: `The model predicts numbers: say by --tolerance how far ${targets.join(", ")} may move, in the target's units, or as in --tolerance 5%`,
  });
}

/** Throws InputError for options that mean nothing beside the others. */
export async function checkTogether(flags: CertifyFlags, asksVerdicts: boolean): Promise<void> {
  const { radius, fixed, alone, exact, timeLimit, seed, out, spreadsheet, curve } = flags;
  if (asksVerdicts && (alone || curve !== undefined)) {
    throw new InputError({
      code: "conflicting-arguments",
      found: `The option ${alone ? "--alone" : "--curve"} tells of certified radii, which are found without --radius and --move`,
      remedy: "leave those out",
    });
  }
  if (asksVerdicts && fixed && radius === undefined) {
    throw new InputError({
      code: "missing-argument",
      found: "The option --fixed names columns that --radius does not move",
      remedy: "give a radius as well, or leave it out",
    });
  }
  if (seed !== undefined && !asksVerdicts) {
    throw new InputError({
      code: "missing-argument",
      found:
        "The option --seed is for the search for counterexamples when columns move by --radius or --move",
      remedy: "give one of these as well, or leave it out",
    });
  }
  if (timeLimit !== undefined && !exact) {
    throw new InputError({
      code: "missing-argument",
      found: "The option --time-limit belongs to --exact",
      remedy: "give that as well, or leave it out",
    });
  }
  if (exact && !asksVerdicts) {
    throw new InputError({
      code: "missing-argument",
      found: "The option --exact settles what is unknown when columns move by --radius or --move",
      remedy: "give one of these as well, or leave it out",
    });
  }
  if (spreadsheet && out === undefined) {
    throw new InputError({
      code: "missing-argument",
      found: "The option --spreadsheet is about the CSV file that --out names",
      remedy: "give that as well, or leave it out",
    });
  }
  if (out !== undefined && curve !== undefined && (await placeOf(out)) === (await placeOf(curve))) {
    throw new InputError({
      code: "named-twice",
      found: `The options --out and --curve both name the file "${out}"`,
      value: out,
      remedy: "give each a file of its own",
    });
  }
}

/** Where the file is, or would be, whatever it is called. */
const placeOf = (path: string) => realpath(path).catch(() => resolve(path));
