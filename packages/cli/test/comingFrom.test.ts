import { execFile } from "node:child_process";
import { readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { exitCodes } from "../src/exitCodes.js";
import { ioOf } from "../src/io.js";
import { createProgram } from "../src/main.js";
import { temporaryFolder } from "./support/folder.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** What the guide's tables say, row by row: an expectation, a command and a call, either of which may be missing. */
const rows = readFileSync(join(root, "docs/coming-from.md"), "utf8")
  .split("\n")
  .filter((line) => /^\|(?!---)/.test(line) && !line.endsWith("| command | call |"))
  .map((line) => line.split(/(?<!\\)\|/).slice(1, -1))
  .map((cells) => cells.map((cell) => cell.trim().replaceAll("\\|", "|")))
  .map(([expected, ...cells]) => [expected, ...cells.map((cell) => /^`(.*)`$/.exec(cell)?.[1] ?? cell)]);
const commands = rows.map(([, command]) => command).filter((command) => command !== "");
const calls = rows.map(([, , call]) => call).filter((call) => call !== "");

/** A command line as a shell cuts it into words. */
const words = (command: string) =>
  [...command.matchAll(/"([^"]*)"|'([^']*)'|(?:[^\s"']|"[^"]*"|'[^']*')+/g)].map(
    ([whole, double, single]) => double ?? single ?? whole.replaceAll(/["']/g, ""),
  );

/** Parses a command line, which is not run. Throws what Commander says of an option or a value that there is not. */
async function parse(command: string): Promise<void> {
  const [program, ...argv] = words(command);
  expect(program).toBe("psilon");
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const { signal } = new AbortController();
  const io = ioOf({ stdin: Readable.from([]), stdout: silent, stderr: silent, signal });
  const parser = createProgram(io, { code: exitCodes.ok });
  for (const each of parser.commands.flatMap((command) => [command, ...command.commands]))
    each.action(() => {});
  await parser.parseAsync(argv, { from: "user" });
}

describe("What users of other libraries expect", () => {
  test("is there by a command or a call, row by row", () => {
    expect(rows.length).toBeGreaterThan(40);
    for (const row of rows) expect(row).toHaveLength(3);
    expect(rows.filter(([, command, call]) => command === "" && call === "")).toEqual([]);
  });

  test.each(commands)("%s", async (command) => {
    await expect(parse(command)).resolves.toBeUndefined();
  });

  test("is looked for in earnest: an option that is not there, and a value that is none, are refused", async () => {
    await expect(parse("psilon train a.csv --target y --trees 100")).rejects.toThrow(/unknown option/);
    await expect(parse("psilon train a.csv --target y --epochs many")).rejects.toThrow(/many/);
    await expect(parse("psilon boost a.csv")).rejects.toThrow(/unknown command/);
  });

  test("is there in the library, by calls that compile", async () => {
    const folder = temporaryFolder();
    symlinkSync(join(root, "node_modules"), join(folder.path, "node_modules"));
    const names = new Set(
      calls.flatMap((call) =>
        [...call.matchAll(/(?<![.\w])([A-Za-z]\w*)(?=\(|\.load\()/g)].map(([, name]) => name),
      ),
    );
    const file = folder.write(
      "calls.ts",
      `import * as engine from "psilon/engine";
      import * as psilon from "psilon";
      const { ${[...names].join(", ")} } = { ...engine, ...psilon };
      declare const rows: psilon.Row[], newRows: psilon.Row[], frame: psilon.Frame, model: psilon.TabularModel;
      declare const backend: psilon.Backend, run: psilon.JobRunner, signal: AbortSignal;
      declare const regressor: psilon.PsilonRegressor, classifier: psilon.PsilonClassifier;
      declare const file: File, bytes: Uint8Array;
      // @ts-expect-error Not everything compiles.
      classifier.trees();
      ${calls.map((call) => `void (${call});`).join("\n")}`,
    );
    const typescript = createRequire(import.meta.url).resolve("typescript/package.json");
    const strict = ["--strict", "--exactOptionalPropertyTypes", "--noEmit", "--types", ""];
    const modern = ["--module", "nodenext", "--target", "es2022", "--lib", "es2023,dom"];
    const checked = promisify(execFile)(
      process.execPath,
      [join(typescript, "../bin/tsc"), ...strict, ...modern, file],
      { cwd: folder.path },
    );
    expect(
      await checked.then(
        () => "",
        ({ stdout }: { stdout: string }) => stdout,
      ),
    ).toBe("");
  });
});
