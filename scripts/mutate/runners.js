import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("runner.js", import.meta.url));

/**
 * A process that runs tests, started anew where it was ended.
 * @param {number} bail After so many failures a run ends; 0 for never.
 */
export function createRunner(bail) {
  let child = null;
  const start = () =>
    new Promise((resolve) => {
      // An endless list must end before the machine's memory does.
      child = fork(script, [String(bail)], {
        execArgv: ["--max-old-space-size=2048"],
        stdio: ["ignore", "ignore", "inherit", "ipc"],
      });
      child.once("message", resolve);
    });
  return {
    /**
     * Runs tests on changed sources; null where nothing was heard for `patience` milliseconds, or the process died.
     * @param {{ sources: Record<string, string>, tests: { file: string, ids?: string[] }[] }} job
     */
    async run(job, patience) {
      if (!child) await start();
      return new Promise((resolve) => {
        const running = child;
        const end = (answer) => {
          clearTimeout(guard);
          running.removeAllListeners();
          if (!answer) {
            running.kill("SIGKILL");
            child = null;
          }
          resolve(answer);
        };
        const wait = () => setTimeout(() => end(null), patience);
        let guard = wait();
        running.on("exit", () => end(null));
        running.on("message", (message) => {
          if (message.kind === "done") return end(message);
          clearTimeout(guard);
          guard = wait();
        });
        running.send(job);
      });
    },
    close: () => child?.kill(),
  };
}
