import { InputError } from "psilon";
import type { GivenOptions } from "../optionNames.js";

/** What a checkpoint was begun with; all of it has to be the same for it to go on. */
export interface Manifest {
  readonly version: 1;
  readonly psilon: string;
  /** Whether the command made the folder. */
  readonly isMade: boolean;
  readonly options: GivenOptions;
  /** Hashes of the rows to learn from and of those of the table to test on, where that is another. */
  readonly data: { readonly train: string; readonly test: string | null };
}

/** Throws InputError where a checkpoint was begun by another psilon or with other options. */
export function checkBegun(
  folder: string,
  begun: Manifest,
  { psilon, options }: Pick<Manifest, "psilon" | "options">,
): void {
  if (begun.version !== 1 || begun.psilon !== psilon) {
    throw new InputError({
      code: "unsupported-version",
      found: `The checkpoint in "${folder}" was begun by psilon ${begun.psilon}, and this is ${psilon}`,
      where: { source: folder },
      remedy: "resume it with that, or name another folder",
    });
  }
  const names = [...new Set([...Object.keys(begun.options), ...Object.keys(options)])];
  const others = names.filter((name) => begun.options[name] !== options[name]);
  if (others.length === 0) return;
  const told = others.map(
    (name) => `${name} (${begun.options[name] ?? "not given"}, now ${options[name] ?? "not given"})`,
  );
  throw new InputError({
    code: "unsuitable",
    found: `The checkpoint in "${folder}" was begun with other options: ${told.join(", ")}`,
    where: { source: folder },
    remedy: "give those that it was begun with, or name another folder",
  });
}

/** Throws InputError where a checkpoint was begun on other rows. */
export function checkRowsBegun(folder: string, begun: Manifest["data"], data: Manifest["data"]): void {
  const other = begun.train !== data.train ? "to learn from" : begun.test !== data.test ? "to test on" : null;
  if (other === null) return;
  throw new InputError({
    code: "unsuitable",
    found: `The checkpoint in "${folder}" was begun with other rows ${other} than there are now`,
    where: { source: folder },
    remedy: "give the table it was begun with, or name another folder",
  });
}
