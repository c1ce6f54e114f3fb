import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const { exports } = JSON.parse(readFileSync(`${root}/package.json`, "utf8"));
const sources = readdirSync(`${root}/src`, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => readFileSync(`${root}/src/${path}`, "utf8"))
  .join("\n");
const entries: [name: string, path: string][] = Object.entries<{ types: string }>(exports)
  .filter(([, { types }]) => types)
  .map(([name, { types }]) => [name.replace(".", "psilon"), types.replace("./", `${root}/`)]);

/** What an entry's table of contents names. */
const namesIn = (path: string) =>
  [...readFileSync(path, "utf8").matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap(([, list]) =>
    (list.match(/\w+/g) ?? []).filter((name) => name !== "type"),
  );

/** The entries, by their paths, that a table of contents hands on whole. */
const handedOn = (path: string) =>
  [...readFileSync(path, "utf8").matchAll(/export \* from "(.*?)"/g)].map(([, from]) =>
    join(dirname(path), from),
  );

/** Types in the signatures of what the built entry exports that the entry itself does not. */
function lackingIn(path: string): string[] {
  const lacking: string[] = [];
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: path,
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            module: "nodenext",
            target: "es2022",
            lib: ["es2023", "dom"],
            skipLibCheck: true,
          },
          files: [path],
        },
      },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: `${root}/package.json`,
  });
  Extractor.invoke(config, {
    localBuild: true,
    messageCallback(message) {
      const [, name] = /^The symbol "(\w+)" needs to be exported/.exec(message.text) ?? [];
      // A name that the platform has as well is told with a number behind it.
      if (name) lacking.push(name.replace(/_\d+$/, ""));
      message.handled = true;
    },
  });
  return lacking;
}

describe("The entries of the package", () => {
  const known = new Set(entries.flatMap(([, path]) => namesIn(path)));

  test.each(entries)("%s: every type in a signature is exported by one of them", (_, path) => {
    expect(lackingIn(path).filter((name) => !known.has(name))).toEqual([]);
  });

  test("hand on whole entries alone, and psilon those of tables and all that is made of them", () => {
    const built = new Map(entries.map(([name, path]) => [join(path).replace(/\.d\.ts$/, ".js"), name]));
    const wholes = entries.map(([name, path]) => [
      name,
      handedOn(path)
        .map((from) => built.get(from))
        .sort(),
    ]);
    expect(Object.fromEntries(wholes.filter(([, from]) => from.length > 0))).toEqual({
      psilon: ["certify", "describe", "exports", "fit", "models", "moves", "preprocess", "tables"].map(
        (storey) => `psilon/${storey}`,
      ),
    });
  });

  test("have no name twice but for what each of them needs", () => {
    const names = entries.flatMap(([, path]) => [...new Set(namesIn(path))]);
    expect(names.filter((name, at) => names.indexOf(name) !== at).sort()).toEqual([
      "Backend",
      "BackendOptions",
      "createBackend",
    ]);
  });

  test.each([
    "suggestion",
    "isMissingAt",
    "numbersAt",
    "rowWith",
    "styleOf",
    "partAt",
    "standardize",
    "checkMonotone",
    "toleranceOf",
    "checkMoves",
    "dateMove",
    "placeColumns",
    "regionsOf",
    "above",
    "gamma",
  ])("keep %s, which is there, to themselves", (name) => {
    expect(sources).toMatch(new RegExp(`^(?:export )?(?:const|function|interface) ${name}\\b`, "m"));
    expect(known.has(name)).toBe(false);
  });
});
