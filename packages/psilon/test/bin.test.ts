import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** The library alone, where no command is installed. */
let alone: string;
beforeAll(() => {
  alone = mkdtempSync(join(tmpdir(), "psilon-test-"));
  for (const name of ["bin", "package.json"])
    cpSync(join(root, name), join(alone, name), { recursive: true });
});
afterAll(() => rmSync(alone, { recursive: true, force: true }));

/** Runs what the library's package calls psilon, as npm or something else would. */
function run(bin: string, argv: readonly string[], { npm = "" }: { npm?: string } = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...argv], {
    cwd: alone,
    encoding: "utf8",
    env: { ...process.env, npm_execpath: npm },
  });
  return { status, stdout, stderr };
}

describe("The library's psilon", () => {
  test("is the command where that is installed beside it", () => {
    expect(run(join(root, "bin/psilon.js"), ["--version"])).toEqual({
      status: 0,
      stdout: `${version}\n`,
      stderr: "",
    });
    expect(run(join(root, "bin/psilon.js"), ["describe", "none.csv"])).toMatchObject({ status: 2 });
  });

  test("asks npm for the command of its own version where it is not, and hands on what that comes to", () => {
    const npm = join(alone, "npm-cli.js");
    writeFileSync(
      npm,
      "process.stdout.write(JSON.stringify(process.argv.slice(2)));\nprocess.exitCode = 3;\n",
    );
    const { status, stdout } = run(join(alone, "bin/psilon.js"), ["describe", "a b.csv"], { npm });
    const asked = ["exec", `--package=@psilon/cli@${version}`, "--", "psilon", "describe", "a b.csv"];
    expect({ status, asked: JSON.parse(stdout) }).toEqual({ status: 3, asked });
  });

  test.each(["", "/usr/lib/yarn.js"])("says what to install where npm does not run it but %j", (npm) => {
    expect(run(join(alone, "bin/psilon.js"), ["doctor"], { npm })).toEqual({
      status: 2,
      stdout: "",
      stderr:
        'error: The command psilon is not installed, only the library is; add it with "npm install @psilon/cli".\n',
    });
  });
});
