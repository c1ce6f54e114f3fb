import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** A file of a folder and the folder's other files that it imports, types and re-exports among them, by their paths within the folder. */
export type Imports = ReadonlyMap<string, readonly string[]>;

const SPECIFIER = /(?:\bfrom|\bimport)\s*\(?\s*"(\.{1,2}\/[^"]+)"/g;

/** Of every TypeScript file under `folder`. */
export function importsUnder(folder: string): Imports {
  const files = (readdirSync(folder, { recursive: true }) as string[]).filter((path) => path.endsWith(".ts"));
  return new Map(
    files.map((file) => {
      const text = readFileSync(join(folder, file), "utf8");
      const found = [...text.matchAll(SPECIFIER)].map(([, specifier]) => join(dirname(file), specifier));
      return [file, [...new Set(found.map((path) => sourceOf(folder, path)))]];
    }),
  );
}

/** Imports name built files, and kernels name each other without an ending. */
function sourceOf(folder: string, path: string): string {
  const candidates = [path.replace(/\.js$/, ".ts"), `${path}.ts`];
  const source = candidates.find((candidate) => existsSync(join(folder, candidate)));
  if (source === undefined) throw new Error(`No file ${relative(".", join(folder, path))} is there.`);
  return source;
}

/** Files that import one another, each group with the way round; Tarjan's strongly connected components. */
export function circles(imports: Imports): string[][] {
  const index = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string) => {
    index.set(file, index.size);
    let low = index.size - 1;
    stack.push(file);
    for (const next of imports.get(file) ?? []) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low = Math.min(low, lowest.get(next) ?? index.get(next) ?? low);
    }
    lowest.set(file, low);
    if (low !== index.get(file)) return;
    const group = stack.splice(stack.indexOf(file));
    if (group.length > 1 || imports.get(file)?.includes(file)) found.push(group.sort());
  };
  for (const file of imports.keys()) if (!index.has(file)) visit(file);
  return found;
}
