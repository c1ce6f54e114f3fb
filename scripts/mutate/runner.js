// A process of its own that runs tests on changed sources, so that a test that hangs can be ended with it. The sources on
// disk stay as they are: a changed one takes its place where vitest loads it.
import { fileURLToPath } from "node:url";
import { createVitest } from "vitest/node";

/** @type {Record<string, string>} */
let changed = {};
const substitute = {
  name: "substitute",
  enforce: "pre",
  load: (id) => changed[id] ?? null,
};
/** Tells that it is going on. */
const pulse = { onTestCaseResult: () => process.send({ kind: "pulse" }) };
/** Runs the files in the order that is asked for. */
class AsGiven {
  sort = (files) => files;
  shard = (files) => files;
}

const vitest = await createVitest(
  "test",
  {
    watch: false,
    reporters: [pulse],
    pool: "threads",
    maxWorkers: 1,
    bail: Number(process.argv[2]),
    setupFiles: [fileURLToPath(new URL("trace.js", import.meta.url))],
    sequence: { sequencer: AsGiven },
  },
  { plugins: [substitute], server: { watch: null } },
);
await vitest.standalone();

process.on("disconnect", () => process.exit());
process.on("message", async ({ sources, tests }) => {
  const stale = [...Object.keys(changed), ...Object.keys(sources)];
  changed = sources;
  for (const path of stale) vitest.invalidateFile(path);
  const project = vitest.getRootProject();
  const specifications = tests.map(({ file, ids }) =>
    project.createSpecification(file, ids ? { testIds: ids } : undefined),
  );
  vitest.state.idMap.clear();
  vitest.state.filesMap.clear();
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications);
  process.send({
    kind: "done",
    failed: firstFailure(testModules, unhandledErrors),
    traces: testModules.map(traceOf),
  });
});
process.send({ kind: "ready" });

/** What noticed: a test, a file that could not be run, or an error outside of tests. */
function firstFailure(modules, errors) {
  for (const module of modules) {
    if (module.state() !== "failed") continue;
    for (const test of module.children.allTests("failed"))
      return `${module.relativeModuleId} > ${test.fullName}`;
    return module.relativeModuleId;
  }
  return errors.length > 0 ? String(errors[0].message) : null;
}

/** What the tests of a file entered and how long they took, and how long collecting and hooks did. */
function traceOf(module) {
  const tests = [...module.children.allTests()].map((test) => ({
    id: test.id,
    units: test.meta().units ?? [],
    milliseconds: test.diagnostic()?.duration ?? 0,
  }));
  const { collectDuration, duration } = module.diagnostic();
  const inTests = tests.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  return {
    units: module.meta().units ?? [],
    tests,
    overhead: collectDuration + Math.max(0, duration - inTests),
  };
}
