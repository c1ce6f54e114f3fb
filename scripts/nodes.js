// Nodes of other versions, from npm's packages of the binaries, outside of the lock file.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const cache = fileURLToPath(new URL("../node_modules/.cache/nodes", import.meta.url));
const name = `node-${process.platform}-${process.arch}`;

/** Where the binary of a version ("22", "20.11.1", "latest") is or would be. */
export const nodeAt = (version) => join(cache, version, "node_modules", name, "bin/node");

/** Its path, fetched where it is not there. */
export function installNode(version) {
  const path = nodeAt(version);
  if (!existsSync(path)) {
    const quiet = ["--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"];
    spawnSync("npm", ["install", ...quiet, "--prefix", join(cache, version), `${name}@${version}`], {
      stdio: "inherit",
    });
    if (!existsSync(path)) throw new Error(`npm has no Node "${version}" for this machine.`);
  }
  return path;
}
