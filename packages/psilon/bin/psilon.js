#!/usr/bin/env node
// What `npx psilon` runs. The command is a package of its own, since it brings DuckDB with it: it runs where it is installed, and else npm is
// asked for it, which asks the user in turn and keeps it for the next time.

import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";

const COMMAND = "@psilon/cli";

/** The command's file, beside this package or where the user is; null where it is not installed. */
function installedCommand() {
  for (const from of [import.meta.url, pathToFileURL(join(process.cwd(), "package.json"))]) {
    try {
      return createRequire(from).resolve(`${COMMAND}/bin/psilon.js`);
    } catch {
      // Not there; look in the next place.
    }
  }
  return null;
}

const command = installedCommand();
const npm = process.env.npm_execpath ?? "";
if (command !== null) {
  await import(pathToFileURL(command).href);
} else if (basename(npm) === "npm-cli.js") {
  const { version } = createRequire(import.meta.url)("../package.json");
  const asked = [`--package=${COMMAND}@${version}`, "--", "psilon", ...process.argv.slice(2)];
  spawn(process.execPath, [npm, "exec", ...asked], { stdio: "inherit" }).on("close", (code) => {
    process.exitCode = code ?? 1;
  });
} else {
  process.stderr.write(
    `error: The command psilon is not installed, only the library is; add it with "npm install ${COMMAND}".\n`,
  );
  process.exitCode = 2;
}
