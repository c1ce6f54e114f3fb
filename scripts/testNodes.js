// Runs the command's end-to-end tests with each Node that it should run on, which npm brings, into node_modules/.cache:
//   npm run test:node                                   the latest 20, 22 and 24, and the current release
//   npm run test:node -- 22 24 --files train --files predict
//                                                      these, and only the tests whose file names hold one of these words
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { installNode } from "./nodes.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { files: { type: "string", multiple: true, default: ["packages/cli/test/commands"] } },
});
const asked = positionals.length > 0 ? positionals : ["20", "22", "24", "latest"];

const vitest = join(root, "node_modules/vitest/vitest.mjs");
const outcomes = asked.map((version) => {
  const node = installNode(version);
  const exact = spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim();
  console.log(`\nNode ${exact}`);
  const { status } = spawnSync(process.execPath, [vitest, "run", ...values.files], {
    cwd: root,
    env: { ...process.env, PSILON_NODE: node },
    stdio: "inherit",
  });
  return { exact, passed: status === 0 };
});
console.log(outcomes.map(({ exact, passed }) => `${exact} ${passed ? "passes" : "fails"}`).join("\n"));
process.exitCode = outcomes.every(({ passed }) => passed) ? 0 : 1;
