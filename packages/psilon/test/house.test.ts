import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { circles, type Imports, importsUnder } from "./support/imports.ts";

const imports = importsUnder(fileURLToPath(new URL("../src", import.meta.url)));

/** The storeys from the ground up, and the rooms of the engine; what stands earlier knows nothing of what stands later. */
const STOREYS = [
  ["arguments.ts", "errors.ts", "names.ts"],
  ["engine"],
  ["folded"],
  ["bounds"],
  ["formats"],
  ["tables"],
  ["preprocess"],
  ["describe"],
  ["moves"],
  ["fit"],
  ["models"],
  ["exports"],
  ["certify"],
  ["index.ts"],
];
const ROOMS = [
  ["kernels"],
  ["backend"],
  ["random"],
  ["weights"],
  ["layers"],
  ["networks"],
  ["penalties", "optimizers"],
  ["pruning"],
  ["training"],
  ["index.ts"],
];

/** Where in the order the folder or file is that `path` begins with. */
function placeIn(order: readonly (readonly string[])[], path: string): number {
  const place = order.findIndex((names) =>
    names.some((name) => path === name || path.startsWith(`${name}/`)),
  );
  if (place < 0) throw new Error(`${path} has no place in the order of rooms.`);
  return place;
}

/** Imports from an earlier room into a later one, or into a neighbour of the same place. */
function against(order: readonly (readonly string[])[], graph: Imports): string[] {
  const roomOf = (path: string) => path.split("/")[0];
  return [...graph].flatMap(([from, targets]) =>
    targets
      .filter((to) => {
        const [here, there] = [placeIn(order, from), placeIn(order, to)];
        return there > here || (there === here && roomOf(from) !== roomOf(to) && !to.endsWith(".ts"));
      })
      .map((to) => `${from} imports ${to}`),
  );
}

const within = (folder: string): Imports =>
  new Map(
    [...imports]
      .filter(([file]) => file.startsWith(`${folder}/`))
      .map(([file, targets]) => [
        file.slice(folder.length + 1),
        targets.filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1)),
      ]),
  );

describe("The house", () => {
  test("has no files that import one another, types included", () => {
    expect(circles(imports)).toEqual([]);
  });

  test("is built upwards: no storey imports one above it", () => {
    expect(against(STOREYS, imports)).toEqual([]);
  });

  test("has an engine that is built upwards as well", () => {
    expect(against(ROOMS, within("engine"))).toEqual([]);
  });

  test("would not hide a circle nor an import upwards", () => {
    const graph: Imports = new Map([
      ["engine/a.ts", ["folded/b.ts"]],
      ["folded/b.ts", ["engine/c.ts"]],
      ["engine/c.ts", ["engine/a.ts"]],
      ["bounds/d.ts", ["engine/a.ts"]],
    ]);
    expect(circles(graph)).toEqual([["engine/a.ts", "engine/c.ts", "folded/b.ts"]]);
    expect(against(STOREYS, graph)).toEqual(["engine/a.ts imports folded/b.ts"]);
  });
});
