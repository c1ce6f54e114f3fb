import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, inChromium } from "../../psilon/test/support/chromium.ts";
import { temporaryFolder } from "./support/folder.js";
import { runtime } from "./support/runtimes.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const examples = join(root, "examples");
const tarballs = temporaryFolder();
/** An empty folder but for both packages, as npm installs them, and the examples. */
const folder = temporaryFolder();
const cwd = folder.path;

/** What a program prints in that folder. Throws with what it said where it fails. */
async function run(program: string, argv: readonly string[]): Promise<string> {
  return (await promisify(execFile)(program, [...argv], { cwd })).stdout;
}
const node = (...argv: string[]) => run(process.execPath, argv);
/** A program of a package that the workspace has, as that package says where it lies. */
const binOf = (name: string, path: string, from = root) =>
  join(createRequire(join(from, "package.json")).resolve(`${name}/package.json`), "..", path);

/** Blocks of a language in a package's README. */
const blocks = (packageFolder: string, language: string) =>
  [
    ...readFileSync(join(root, packageFolder, "README.md"), "utf8").matchAll(/^```(\w*)\n(.*?)^```/gms),
  ].flatMap(([, of, text]) => (of === language ? [text] : []));

/** The most that anyone downloads, in bytes: of the packages, and of a page with the library, compressed. What is larger is to be meant. */
const LIMITS = { psilon: 1_550_000, "psilon-cli": 650_000, page: 210_000 };

/** What the quick start of the command's README prints. */
let report: string;

beforeAll(async () => {
  folder.write("package.json", '{ "private": true, "type": "module" }');
  for (const name of ["psilon", "cli"]) {
    const packed = ["pack", "--ignore-scripts", "--pack-destination", tarballs.path];
    await promisify(execFile)("npm", packed, { cwd: join(root, "packages", name) });
  }
  const files = readdirSync(tarballs.path).map((file) => join(tarballs.path, file));
  await run("npm", ["install", "--ignore-scripts", "--prefer-offline", ...files]);
  for (const name of ["quickstart", "worker-pool", "http-server", "vite-page", "deno", "bun"])
    cpSync(join(examples, name), join(cwd, name), { recursive: true });
  const [install, train] = blocks("packages/cli", "")[0].trim().split("\n");
  expect(install).toBe("npm install @psilon/cli");
  report = await run("npx", train.split(" ").slice(1));
});

describe("The packages, packed and installed into an empty folder,", () => {
  test("train and save a model by the quick start of the command's README", () => {
    expect(report).toMatch(/^PSiLON Net( +[\d.e-]+)+/m);
    expect(report).toMatch(/^saved +model\.safetensors$/m);
  });

  test("do what the library's README shows, which begins with an example", async () => {
    const [quickStart, ...more] = blocks("packages/psilon", "js");
    expect(quickStart).toBe(readFileSync(join(examples, "quickstart/index.js"), "utf8"));
    const script = folder.write("readme.js", [quickStart, ...more].join("\n"));
    expect(await node(script)).toMatch(/^accuracy (1|0\.9\d*)\n\[ 'tall', 'wide' \]\n$/);
  });

  test("train in a pool of workers to the same bits as without", async () => {
    const script = folder.write(
      "pool.js",
      `import { PsilonRegressor } from "psilon";
      import { createPool } from "./worker-pool/pool.js";
      const rows = Array.from({ length: 100 }, (_, i) => ({ x: i / 10, y: Math.sin(i / 10) }));
      const pool = createPool(2);
      const bits = (run) =>
        new PsilonRegressor({ preset: "fast", epochs: 3, run })
          .fit(rows, "y")
          .then((regressor) => regressor.predict(rows))
          .then((values) => values.join());
      console.log((await bits(pool.run)) === (await bits(undefined)));
      await pool.close();`,
    );
    expect(await node(script)).toBe("true\n");
    expect(await node("worker-pool/index.js")).toMatch(/^R² 0\.99/);
  });

  test("answer over HTTP, and say what is wrong with rows", async () => {
    const server = spawn(process.execPath, ["http-server/index.js", "model.safetensors"], {
      cwd,
      env: { ...process.env, PORT: "0" },
    });
    try {
      const [url] = await once(createInterface(server.stdout), "line");
      const ask = async (body: string) => {
        const response = await fetch(url, { method: "POST", body });
        return [response.status, await response.json()];
      };
      const [columns, first] = readFileSync(join(root, "packages/cli/samples/penguins.csv"), "utf8").split(
        "\n",
      );
      const cells = first.split(",");
      const penguin = Object.fromEntries(columns.split(",").map((column, i) => [column, cells[i]]));
      expect(await ask(JSON.stringify([penguin]))).toEqual([200, ["Adelie"]]);
      expect(await ask("[{}]")).toEqual([
        422,
        { error: expect.stringMatching(/^The model needs the columns /) },
      ]);
      expect((await ask("[{"))[0]).toBe(422);
    } finally {
      server.kill();
    }
  });

  test("have types that hold in strict TypeScript, those of libraries looked at as well", async () => {
    const { exports } = JSON.parse(readFileSync(join(root, "packages/psilon/package.json"), "utf8"));
    const entries = Object.keys(exports).filter((name) => !name.endsWith(".json"));
    const file = folder.write(
      "consumer.ts",
      `${entries.map((name) => `import ${JSON.stringify(name.replace(".", "psilon"))};`).join("\n")}
      import { type Frame, frameFrom, PsilonClassifier } from "psilon";
      const frame: Frame = frameFrom([{ a: 1, b: "x" }]);
      const classifier: PsilonClassifier = await new PsilonClassifier({ preset: "fast" }).fit(frame, "b");
      export const labels: string[] = await classifier.predict([{ a: 1 }]);
      // @ts-expect-error A preset of another name.
      new PsilonClassifier({ preset: "quick" });`,
    );
    const strict = ["--strict", "--exactOptionalPropertyTypes", "--skipLibCheck", "false", "--noEmit"];
    const modern = ["--module", "nodenext", "--target", "es2022", "--lib", "es2023,dom", "--types", ""];
    const checked = node(binOf("typescript", "bin/tsc"), ...strict, ...modern, file);
    expect(await checked.catch(({ stdout }: { stdout: string }) => stdout)).toBe("");
  });

  test.skipIf(!chromiumPath)(
    `train in a page that Vite built, in Chromium, of no more bytes than said${chromiumPath ? "" : " (skipped: no Chromium found)"}`,
    async () => {
      const built = join(cwd, "vite-page/dist");
      await node(binOf("vite", "bin/vite.js", examples), "build", "vite-page");
      const types: Record<string, string> = { ".html": "text/html", ".js": "text/javascript" };
      const files = readdirSync(built, { recursive: true, encoding: "utf8" })
        .filter((path) => extname(path) !== "")
        .map((path) => ({ path, text: readFileSync(join(built, path), "utf8") }));
      const pages = files.map(({ path, text }) => [
        path === "index.html" ? "/" : `/${path}`,
        { type: types[extname(path)], body: text },
      ]);
      const result = await inChromium(Object.fromEntries(pages), async (page) => {
        const element = page.locator("#result:not(:empty)");
        return JSON.parse((await element.textContent({ timeout: 0 })) ?? "");
      });
      expect(result.r2).toBeGreaterThan(0.99);
      const gzipped = files.map(({ text }) => gzipSync(text).length);
      expect(gzipped.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(LIMITS.page);
    },
  );

  const [deno, bun] = [runtime("deno"), runtime("bun")];
  const missing = (program: string | null, name: string) =>
    program === null ? ` (skipped: no ${name} found, scripts/install-test-tools.sh installs it)` : "";

  test.skipIf(deno === null)(`train, save and load in Deno${missing(deno, "Deno")}`, async () => {
    expect(await run(deno!, ["run", "--no-prompt", "--allow-read", "--allow-write", "deno/main.js"])).toMatch(
      /^R² 0\.99/,
    );
  });

  test.skipIf(bun === null)(`train, save and load in Bun${missing(bun, "Bun")}`, async () => {
    expect(await run(bun!, ["bun/main.js"])).toMatch(/^R² 0\.99/);
  });

  test("say in a sentence where DuckDB's binary is missing, and do without it where no table is read", async () => {
    const duckdb = join(cwd, "node_modules/@duckdb");
    mkdirSync(join(cwd, "elsewhere"));
    const binary = readdirSync(duckdb).find((name) => name.startsWith("node-bindings-"));
    renameSync(join(duckdb, binary!), join(cwd, "elsewhere", binary!));
    const command = "node_modules/@psilon/cli/bin/psilon.js";
    expect(await node(command, "inspect", "model.safetensors")).toMatch(/1-path-norm/);
    await expect(node(command, "describe", "sample:penguins")).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /^error: Tables are read through DuckDB, whose binary for .* cannot be loaded \(.*\); install the command again without "--omit=optional"\.\n$/,
      ),
    });
  });
});

describe("The packages, packed,", () => {
  const tarball = (name: string) => {
    const file = readdirSync(tarballs.path).find((path) => path.startsWith(`${name}-0`));
    return Uint8Array.from(readFileSync(join(tarballs.path, file!)));
  };

  test.each(["psilon", "psilon-cli"] as const)(
    "hold no more bytes than said, and what is published well: %s",
    async (name) => {
      const bytes = tarball(name);
      expect(bytes.length).toBeLessThan(LIMITS[name]);
      expect((await publint({ pack: { tarball: bytes.buffer }, strict: true })).messages).toEqual([]);
    },
  );

  test("have types that every way of today finds: imports in Node, and bundlers", async () => {
    const found = await checkPackage(createPackageFromTarballData(tarball("psilon")));
    const problems = "problems" in found ? found.problems : [found];
    expect(problems.filter((problem) => !isOld(problem))).toEqual([]);
  });
});

/** Whether it is about programs of CommonJS, which import the library instead of requiring it. */
const isOld = (problem: object) =>
  "resolutionKind" in problem &&
  (problem.resolutionKind === "node10" || problem.resolutionKind === "node16-cjs");
