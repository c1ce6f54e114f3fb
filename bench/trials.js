import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { inLanes } from "./lanes.js";

/**
 * Makes every trial `{ key, example, options }` that `runs` (`openRuns`) does not have, `lanes` at a time, and files what it came to. One that
 * cannot be made is filed without losses, with the reason.
 */
export async function fileTrials(runs, trials, lanes) {
  const missing = trials.filter(({ key }) => !runs.measured(key));
  let done = 0;
  await inLanes(missing, lanes, async ({ key, example, options }) => {
    runs.add(key, await trial(example, options));
    process.stderr.write(`${++done} of ${missing.length}: ${Object.values(key).join(", ")}\n`);
  });
}

function trial(example, options) {
  const script = fileURLToPath(new URL("trial.js", import.meta.url));
  const argv = [script, example, JSON.stringify(options)];
  const child = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "pipe"] });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) {
    child[name].on("data", (chunk) => {
      texts[name] += chunk;
    });
  }
  return new Promise((resolve) => {
    child.on("close", (status) => {
      const problem = texts.stderr.trim().split("\n").at(-1);
      resolve(status === 0 ? JSON.parse(texts.stdout) : { outcome: "failed", problem, losses: [] });
    });
  });
}
