import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, openSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { bin, node, psilon } from "../support/psilon.js";

const folder = temporaryFolder();
const cwd = folder.path;
const train = ["train", "-", "--target", "y"];

it("a standard input that cannot be read is refused in a sentence", () => {
  const { status, stdout, stderr } = spawnSync(node, [bin, ...train], {
    cwd,
    stdio: [openSync(join(cwd, "unreadable"), "w"), "pipe", "pipe"],
    encoding: "utf8",
  });
  expect({ status, stdout, stderr }).toEqual({
    status: 2,
    stdout: "",
    stderr: 'error: The standard input cannot be read (EBADF); hand a table over, as in "< new.csv".\n',
  });
});

it("a temporary folder that cannot be used is named in a sentence", async () => {
  const env = { TMPDIR: join(cwd, "none") };
  expect(await psilon(train, { cwd, env, stdin: "a,y\n1,2\n" })).toEqual({
    code: 2,
    stdout: "",
    stderr: `error: The standard input cannot be kept in "${env.TMPDIR}": there is no such folder; name another folder by the environment variable TMPDIR.\n`,
  });
});

it.each([
  ["a path that DuckDB would take for a partition", "key=value"],
  ["a path that it would take for a home", "~"],
])("standard input is read by way of %s, and nothing stays there", async (_, name) => {
  const TMPDIR = join(cwd, name);
  mkdirSync(TMPDIR);
  const finished = await psilon(train, { cwd, env: { TMPDIR }, stdin: "a,b\n1,2\n3\n" });
  expect(finished).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^error: Row 3 of standard input /),
  });
  expect(readdirSync(TMPDIR)).toEqual([]);
});

it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s while standard input is awaited leaves nothing behind",
  async (signal) => {
    const TMPDIR = join(cwd, signal);
    mkdirSync(TMPDIR);
    const child = spawn(node, [bin, ...train], { cwd, env: { ...process.env, TMPDIR } });
    let stderr = "";
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    child.stdin.write("a,y\n1,2\n");
    const closed = new Promise((resolve) => child.on("close", resolve));
    while (readdirSync(TMPDIR).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill(signal);
    expect({ code: await closed, stderr }).toEqual({
      code: 130,
      stderr: "Stopped before there was anything to keep.\n",
    });
    expect(readdirSync(TMPDIR)).toEqual([]);
  },
);

it("what fails where nothing waits for it ends in a sentence, with code 1", () => {
  const script = `
    import { processStreams } from ${JSON.stringify(join(bin, "../../dist/io.js"))};
    import { reportUncaught } from ${JSON.stringify(join(bin, "../../dist/main.js"))};
    import { InputError } from "psilon";
    reportUncaught(processStreams(new AbortController().signal));
    setTimeout(() => { throw process.argv[1] === "input" ? new InputError({ code: "unreadable", found: "It is so" }) : new Error("why"); });
    setTimeout(() => {}, 60_000);`;
  const run = (kind: string) =>
    spawnSync(node, ["--input-type=module", "--eval", script, kind], {
      cwd: join(bin, ".."),
      encoding: "utf8",
    });
  expect(run("input")).toMatchObject({ status: 2, stderr: "error: It is so.\n" });
  const { status, stderr } = run("other");
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^error: Something failed that should not have; please report it with these lines\.\nError: why\n/,
  );
});

it("a thread that runs out of memory ends its task in a sentence, and the process goes on", () => {
  const hog = folder.write(
    "hog.mjs",
    "export default () => { const all = []; for (;;) all.push([1.5, all.length]); };",
  );
  const script = `
    import { createPool, runInThread } from ${JSON.stringify(join(bin, "../../dist/threads.js"))};
    const pool = createPool(${JSON.stringify(pathToFileURL(hog).href)}, 1);
    const error = await runInThread(pool, {}, undefined, () => {}).catch((error) => error);
    await pool.destroy();
    console.log(error.constructor.name, error.message);`;
  const { status, stdout } = spawnSync(node, ["--input-type=module", "--eval", script], {
    cwd: join(bin, ".."),
    encoding: "utf8",
    env: { ...process.env, NODE_OPTIONS: "--max-old-space-size=40" },
  });
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /^InputError A thread ran out of the memory that Node gives it, 40 MiB; allow more with NODE_OPTIONS=--max-old-space-size=80, .* \(what was saved before stays\)\.\n$/,
  );
});
