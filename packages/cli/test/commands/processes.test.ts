import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { psilonApart } from "../support/psilon.js";
import { psilonHere } from "../support/psilonHere.js";
import { smallCsv } from "../support/tables.js";

const { path: cwd, write } = temporaryFolder();
write("data.csv", smallCsv());
copyFileSync(
  fileURLToPath(new URL("../../../psilon/test/fixtures/onnx/pytorch-residual.onnx", import.meta.url)),
  join(cwd, "net.onnx"),
);

const few = ["--preset", "fast", "--epochs", "3", "--lambda", "0.001", "--threads", "1"];
const asked = ["data.csv", "--target", "y", ...few];

/** A command line of each command, and the code that it ends with. */
const cases: readonly (readonly [code: number, argv: readonly string[]])[] = [
  [0, ["describe", "data.csv", "--target", "y"]],
  [0, ["train", ...asked, "--out", "m.st"]],
  [0, ["evaluate", ...asked, "--folds", "2"]],
  [0, ["compare", ...asked, "--folds", "2", "--over", "optimizer=adam,sgd"]],
  [0, ["sweep", ...asked, "--folds", "2", "--space", "width=4,5", "--search", "grid"]],
  [0, ["test", "m.st", "data.csv"]],
  [0, ["predict", "m.st", "data.csv"]],
  [0, ["inspect", "m.st", "--data", "data.csv"]],
  [3, ["certify", "m.st", "data.csv", "--tolerance", "1e-9", "--radius", "1", "--threads", "2"]],
  [0, ["prune", "m.st", "data.csv", "--sparsity", "0.5", "--out", "p.st"]],
  [0, ["export", "m.st", "--to", "js", "--out", "m.js"]],
  [0, ["report", "m.st", "--data", "data.csv", "--tolerance", "1", "--out", "m.html"]],
  [0, ["import", "net.onnx", "--out", "i.st"]],
  [0, ["train", ...asked, "--out", "m.st", "--runs", "runs.duckdb"]],
  [0, ["runs", "list", "--runs", "runs.duckdb"]],
  [0, ["doctor"]],
  [2, ["worker", "--redis", "redis://127.0.0.1:1"]],
  [0, ["--help"]],
  [2, ["predict", "none.st", "data.csv"]],
];

/** What is printed but for names of runs and numbers, among them how long it took, and how wide they make a table. */
const form = (text: string) =>
  text
    .replace(/^run +\w+$/m, "run")
    .replace(/-?\d+(\.\d+)?(e[+-]\d+)?/g, "0")
    .replace(/[\s█▏▎▍▌▋▊▉]+/g, " ");

describe("the command in a process of its own", () => {
  it.each(cases)(
    "ends by itself, with the code %i, and prints what it prints here: %j",
    async (code, argv) => {
      const apart = await psilonApart(argv, { cwd });
      const here = await psilonHere(argv, { cwd });
      expect(apart.code).toBe(code);
      expect({ ...apart, stdout: form(apart.stdout) }).toEqual({ ...here, stdout: form(here.stdout) });
    },
  );

  it.each(["SIGINT", "SIGTERM", "SIGHUP"])(
    "ends on %s while it is still being loaded as it does later, in a sentence",
    async (signal) => {
      // The file is loaded before it is run: the signal comes in between, however long that takes, and once, however often the hook is called.
      write(
        "signalled.mjs",
        `import { register } from "node:module";
const hooks = \`export const load = (url, context, next) => {
  if (url.endsWith("/dist/main.js") && !globalThis.isSent) {
    globalThis.isSent = true;
    process.kill(process.pid, "${signal}");
  }
  return next(url, context);
}\`;
register("data:text/javascript," + encodeURIComponent(hooks));
`,
      );
      const env = { NODE_OPTIONS: "--import=./signalled.mjs" };
      expect(await psilonApart(["inspect", "m.st"], { cwd, env })).toEqual({
        code: 130,
        stdout: "",
        stderr: "Stopped before there was anything to keep.\n",
      });
    },
  );

  it("is tried with each command that there is", async () => {
    const { stdout } = await psilonHere(["--help"]);
    const commands = stdout.split("\nCommands:\n")[1].match(/^ {2}[a-z]+/gm)!;
    const tried = cases.map(([, [command]]) => command);
    for (const command of commands) expect([...tried, "help"]).toContain(command.trim());
  });
});
