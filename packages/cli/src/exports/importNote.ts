import { basename } from "node:path";

/** Words of Python's own, which no module can be imported by. */
const KEYWORDS = new Set(
  (
    "False None True and as assert async await break class continue def del elif else except finally for from global if import in is " +
    "lambda nonlocal not or pass raise return try while with yield"
  ).split(" "),
);

/** What to say of a Python script whose name no import statement can spell; of any other nothing. */
export function importNote(path: string): string | undefined {
  const name = basename(path);
  const word = name
    .replace(/\.py$/, "")
    .replace(/\P{XID_Continue}/gu, "_")
    .replace(/^(?![_\p{XID_Start}])/u, "_");
  const importable = `${word}${KEYWORDS.has(word) ? "_" : ""}.py`;
  return name === importable
    ? undefined
    : `Python's import statement cannot name "${name}": call it ${importable} to import it.`;
}
