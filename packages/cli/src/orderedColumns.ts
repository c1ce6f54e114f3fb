import { InputError, type KindOverride } from "psilon";

/**
 * The columns of `--ordered "size=S<M<L"`, given once or several times. Throws InputError for what is not a column and two levels or more.
 */
export function orderedColumns(texts: readonly string[]): (readonly [name: string, kind: KindOverride])[] {
  // A level may hold a comma; behind levels, the last one before another equals sign begins the next column.
  const pieces = texts.flatMap((list) => list.split(/(?<==[^=]*<[^=]*),(?=[^<,]*=)/));
  return pieces.map((piece) => {
    const [, name, levels] = /^([^<]+)=([^<]*<.*)$/s.exec(piece) ?? [];
    if (levels !== undefined) return [name, { ordered: levels.split("<").map((level) => level.trim()) }];
    throw new InputError({
      code: "wrong-type",
      found: `The option --ordered takes columns with their levels, the least first, as in "size=S<M<L", but "${piece}" was given`,
      value: piece,
    });
  });
}
