import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import type { Reporter } from "vitest/node";

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Whether no tests were left out by name. */
let isWhole = true;
/** Names the checks that were skipped because this machine lacks what they need. */
const skippedChecks: Reporter = {
  onInit(vitest) {
    isWhole = vitest.config.testNamePattern === undefined;
  },
  onTestRunEnd(modules) {
    if (!isWhole) return;
    const names = modules.flatMap((module) =>
      [...module.children.allTests("skipped")].map(
        (test) => `  ${module.relativeModuleId} > ${test.fullName}`,
      ),
    );
    if (names.length > 0) console.log(`Skipped:\n${names.join("\n")}\n`);
  },
};

/** Milliseconds after which a test or a hook hangs for good, however busy the machine is; nothing else depends on time. */
const HANGING = 900_000;

export default defineConfig({
  resolve: {
    // Tests read the sources, not the build, so that a failing line is the line one edits; but a thread can only run what is built.
    alias: [
      { find: "#platform", replacement: source("packages/psilon/src/engine/backend/platform/node.ts") },
      { find: "./threads.js", replacement: source("packages/cli/dist/threads.js") },
    ],
  },
  test: {
    include: ["packages/*/test/**/*.test.ts", "examples/test/**/*.test.js"],
    reporters: ["default", skippedChecks],
    testTimeout: HANGING,
    hookTimeout: HANGING,
    // Left to itself, vitest would leave one of two cores idle; beyond four, the commands that tests run would crowd each other out.
    maxWorkers: Math.min(4, availableParallelism()),
  },
});
