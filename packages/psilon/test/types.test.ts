import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const entries = Object.entries<{ types?: string }>(manifest.exports).flatMap(([entry, { types }]) =>
  types === undefined ? [] : [entry.replace(".", "psilon")],
);

/** The oldest compiler that the declarations are for, and the repository's. */
const compilers = [".", "../.."]
  .map((from) => createRequire(join(root, from, "package.json")).resolve("typescript/package.json"))
  .map((path) => ({
    version: JSON.parse(readFileSync(path, "utf8")).version as string,
    path: join(path, "../bin/tsc"),
  }));
const [oldest, own] = compilers;

/** A program that names every entry, and uses what comes and goes through the platform's types. */
const program = `
${entries.map((entry, i) => `import * as entry${i} from "${entry}";`).join("\n")}
import { PsilonClassifier, PsilonRegressor, loadModel, readCsv, trainModel } from "psilon";
import { createBackend, train, type Arena, type StopSignal } from "psilon/engine";

export const all = [${entries.map((_, i) => `entry${i}`).join(", ")}];
export async function use(bytes: Uint8Array, buffer: ArrayBuffer, signal: StopSignal): Promise<number> {
  const classifier = new PsilonClassifier({ preset: "fast", unseen: "zeros" }).setOptions({ seed: 1, signal });
  const shares: number[][] = await classifier.predictProba([{ a: 1 }]);
  const typed: Float64Array[] = await classifier.predictProba([{ a: 1 }], { typed: true });
  const [price]: number[] = await PsilonRegressor.load(buffer).predict({ a: [1] });
  const flat: Float64Array = await PsilonRegressor.load(buffer).predict({ a: [1] }, { typed: true });
  const [[low, high]]: number[][] = await PsilonRegressor.load<number[]>(bytes, "m").predict([]);
  const rows: Float64Array[] = await new PsilonRegressor<number[]>().predict([], { typed: true });
  const model = await trainModel(await readCsv(bytes, { source: "t" }), "y", { signal });
  const arena: Arena = (await createBackend()).arena;
  const pages: number = arena.memory.grow(1) + loadModel(bytes).members.length + model.members.length;
  return shares[0][0] + typed[0][0] + price + flat[0] + low + high + rows.length + pages + Number(typeof train === "function");
}
// @ts-expect-error: there is no such preset.
export const wrong = new PsilonClassifier({ preset: "slow" });
`;

describe("The declarations", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "psilon-types-"));
    // As npm would install them: without the peers, which are optional, and out of reach of what is installed here.
    const installed = join(folder, "node_modules/psilon");
    mkdirSync(installed, { recursive: true });
    cpSync(join(root, "package.json"), join(installed, "package.json"));
    cpSync(join(root, "dist"), join(installed, "dist"), { recursive: true });
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(join(folder, "program.ts"), program);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const compile = (compiler: string, options: readonly string[]): string => {
    const strict = ["--strict", "--noEmit", "--skipLibCheck", "false", "--target", "ES2022"];
    try {
      return execFileSync(process.execPath, [compiler, ...strict, ...options, "program.ts"], {
        cwd: folder,
        encoding: "utf8",
      });
    } catch (error) {
      return (error as { stdout: string }).stdout;
    }
  };
  const ways = {
    node16: ["--module", "node16", "--moduleResolution", "node16"],
    bundler: ["--module", "es2022", "--moduleResolution", "bundler"],
    "node10, by main and types": ["--module", "es2022", "--moduleResolution", "node10"],
  };
  const cases = [
    ...Object.entries(ways).map(([way, options]) => ({ ...oldest, way, options })),
    ...Object.entries(ways)
      .slice(0, 2)
      .map(([way, options]) => ({ ...own, way, options })),
  ];

  test.each(cases)(
    "compile by TypeScript $version without the DOM's, resolved as $way",
    ({ path, options }) => {
      expect(compile(path, ["--lib", "ES2022", ...options])).toBe("");
    },
  );

  test("compile beside the DOM's as well, whose signals, files and streams they take", () => {
    const more = `${program}
export const signals = (own: AbortSignal): StopSignal => own;
export const platforms = (own: StopSignal): AbortSignal => own;
export const read = (file: File, stream: ReadableStream<Uint8Array>) => [readCsv(file), readCsv(stream)];
export const memory = (own: WebAssembly.Memory): Arena["memory"] => own;`;
    writeFileSync(join(folder, "program.ts"), more);
    for (const { path } of compilers)
      expect(compile(path, ["--lib", "ES2022,DOM", ...ways.bundler])).toBe("");
    writeFileSync(join(folder, "program.ts"), program);
  });

  test("name for old resolution what the entries name", () => {
    expect(manifest.main).toBe(manifest.exports["."].default);
    expect(manifest.types).toBe(manifest.exports["."].types);
    expect(Object.keys(manifest.typesVersions["*"]).map((entry) => `psilon/${entry}`)).toEqual(
      entries.slice(1),
    );
  });

  test("hold types alone: none is as large as an embedded module", () => {
    const dist = join(root, "dist");
    const declarations = (readdirSync(dist, { recursive: true }) as string[]).filter((path) =>
      path.endsWith(".d.ts"),
    );
    expect(declarations.length).toBeGreaterThan(100);
    expect(declarations.filter((path) => statSync(join(dist, path)).size > 20_000)).toEqual([]);
    for (const name of ["simd", "relaxedSimd"]) {
      const text = readFileSync(join(dist, `engine/backend/modules/${name}.d.ts`), "utf8");
      expect(text).toContain(`${name}Module: string`);
    }
  });
});
