import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "./support/folder.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");
const json = (path: string) => JSON.parse(read(path));
const published = ["packages/psilon", "packages/cli"].map((path) => json(`${path}/package.json`));

describe("What is published", () => {
  test.each(published)("$name says what it is, and has a page, a licence and a history", (manifest) => {
    const folder = manifest.name === "psilon" ? "packages/psilon" : "packages/cli";
    expect(manifest).toMatchObject({
      description: expect.stringMatching(/\.$/),
      keywords: expect.arrayContaining(["machine-learning", "tabular-data"]),
      license: "MIT",
      publishConfig: { access: "public" },
    });
    expect(manifest.funding).toBeUndefined();
    expect(read(`${folder}/README.md`)).toMatch(new RegExp(`^# ${manifest.name}\n`));
    expect(read(`${folder}/CHANGELOG.md`)).toContain(`\n## ${manifest.version}\n`);
    expect(read(`${folder}/LICENSE`)).toBe(read("LICENSE"));
  });

  test("is released together, the command with the library of its own version", () => {
    const [library, command] = published;
    expect(json(".changeset/config.json").fixed).toEqual([[library.name, command.name]]);
    expect(command.version).toBe(library.version);
    expect(command.dependencies.psilon).toBe(library.version);
  });

  test("gets its repository, homepage and bugs from where it is built", () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder.path, "packages/psilon"), { recursive: true });
    folder.write("packages/psilon/package.json", read("packages/psilon/package.json"));
    const script = join(root, "scripts/nameRepository.js");
    const env = { GITHUB_SERVER_URL: "https://example.org", GITHUB_REPOSITORY: "someone/nets" };
    execFileSync(process.execPath, [script, "packages/psilon"], { cwd: folder.path, env });
    const named = JSON.parse(readFileSync(join(folder.path, "packages/psilon/package.json"), "utf8"));
    expect(named).toEqual({
      ...published[0],
      homepage: "https://example.org/someone/nets#readme",
      bugs: { url: "https://example.org/someone/nets/issues" },
      repository: {
        type: "git",
        url: "git+https://example.org/someone/nets.git",
        directory: "packages/psilon",
      },
    });
  });
});

test("Every script that a guide or a workflow runs is there", () => {
  const workflows = readdirSync(join(root, ".github/workflows")).map((name) => `.github/workflows/${name}`);
  const run = ["README.md", "CONTRIBUTING.md", ...workflows].flatMap((path) =>
    [...read(path).matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name]) => name),
  );
  expect(run.length).toBeGreaterThan(5);
  const { scripts } = json("package.json");
  expect(run.filter((name) => !(name in scripts))).toEqual([]);
});
