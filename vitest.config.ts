import { readdirSync, readFileSync } from "node:fs";
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

/** Files that put something else in a module's place: each in a process of its own, while the others share what they import. */
const mocking = ["packages/psilon/test", "packages/cli/test"].flatMap((folder) =>
  readdirSync(source(folder), { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/${name}`)
    .filter((file) => file.endsWith(".test.ts"))
    .filter((file) => /vi\.(mock|doMock|resetModules)\(/.test(readFileSync(source(file), "utf8"))),
);

const common = {
  testTimeout: HANGING,
  hookTimeout: HANGING,
};

const resolve = {
  // Tests read the sources, not the build, so that a failing line is the line one edits; but a thread can only run what is built.
  alias: [
    { find: "#platform", replacement: source("packages/psilon/src/engine/backend/platform/node.ts") },
    { find: /^\.\.?\/threads\.js$/, replacement: source("packages/cli/dist/threads.js") },
  ],
};

export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        test: {
          ...common,
          name: "shared",
          include: ["packages/*/test/**/*.test.ts", "examples/test/**/*.test.js"],
          exclude: mocking,
          isolate: false,
        },
      },
      { resolve, test: { ...common, name: "mocking", include: mocking } },
    ],
    reporters: ["default", skippedChecks],
    // What runs in processes of its own, as the built command does in some tests, is not seen.
    coverage: {
      provider: "v8",
      include: ["packages/*/src/**/*.ts"],
      // AssemblyScript, which runs as WebAssembly.
      exclude: ["packages/psilon/src/engine/kernels/**"],
      reporter: ["text-summary", "html"],
      // A floor that "npm run coverage" raises by itself, and that nobody lowers.
      thresholds: { autoUpdate: true, statements: 97.19, branches: 94.63, functions: 97.98, lines: 97.4 },
    },
    // Left to itself, vitest would leave one of two cores idle; beyond four, the commands that tests run would crowd each other out.
    maxWorkers: Math.min(4, availableParallelism()),
  },
});
