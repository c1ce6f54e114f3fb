// Changes the library's sources one small thing at a time and tells which changes no test notices; docs/decisions/
// mutation-testing.md says how and why. Results are filed as they come, so that a run that was ended goes on.
//
//   npm run mutate -- [folder or file …] [--sample n] [--seed s] [--workers n]
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { hash, trace } from "./coverage.js";
import { mutantsOf, mutated } from "./mutants.js";
import { planFor } from "./plan.js";
import { report } from "./report.js";
import { createRunner } from "./runners.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const src = join(root, "packages/psilon/src");
const test = join(root, "packages/psilon/test");
const cache = join(root, "node_modules/.cache/mutate");
const SCOPE = [
  "bounds",
  "exports",
  "certify",
  "engine/optimizers",
  "engine/penalties",
  "engine/pruning",
  "folded/removeDeadUnits.ts",
  "preprocess",
  "tables",
  "fit/tolerance.ts",
];

const { positionals, values: options } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: "string" },
    seed: { type: "string", default: "1" },
    workers: { type: "string", default: "1" },
  },
});

const filesUnder = (folder, path) => {
  const full = join(folder, path);
  if (!statSync(full).isDirectory()) return [path];
  return readdirSync(full, { recursive: true })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(path, name))
    .sort();
};

const scope = SCOPE.flatMap((path) => filesUnder(src, path));
const sources = scope.map((file) => ({
  file,
  path: join(src, file),
  text: readFileSync(join(src, file), "utf8"),
}));
const testFiles = filesUnder(test, ".")
  .filter((name) => name.endsWith(".test.ts"))
  .map((name) => join(test, name));

const equivalents = JSON.parse(readFileSync(new URL("equivalents.json", import.meta.url), "utf8"));
const sameAs = (mutant) => (entry) =>
  ["file", "within", "before", "after"].every((key) => entry[key] === mutant[key]);

const mutants = chosen().map((mutant) => ({
  ...mutant,
  key: hash(mutant.source.text, mutant.start, mutant.end, mutant.text),
  status: equivalents.some(sameAs(mutant)) ? "equivalent" : null,
}));

function chosen() {
  const asked = positionals.length > 0 ? positionals.flatMap((path) => filesUnder(src, path)) : scope;
  const all = sources
    .filter(({ file }) => asked.includes(file))
    .flatMap((source) =>
      mutantsOf(source.text, () => "").mutants.map((mutant) => ({ ...mutant, source, file: source.file })),
    );
  if (!options.sample) return all;
  const place = ({ file, before, after }) => hash(options.seed, file, before, after);
  const last = all.map(place).sort()[Math.min(all.length, Number(options.sample)) - 1];
  return all.filter((mutant) => place(mutant) <= last);
}

/** Of all test files there are. */
const traces = await trace(sources, testFiles, join(cache, "traces.json"));
const allTests = hash(...testFiles.map((path) => traces[path].hash));

// A mutant killed once stays killed while its file is the same; a survivor, while the tests and what they import are.
const filed = join(cache, "results.jsonl");
const results = new Map();
if (existsSync(filed)) {
  for (const line of readFileSync(filed, "utf8").trim().split("\n")) {
    const result = JSON.parse(line);
    if (result.status === "killed" || result.status === "hung" || result.tests === allTests)
      results.set(result.key, result);
  }
}

const queue = mutants.filter(({ key, status }) => !status && !results.has(key));
const total = queue.length;
let done = 0;
mkdirSync(cache, { recursive: true });
async function work() {
  const runner = createRunner(1);
  for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
    const start = performance.now();
    const { tests: covering, patience } = planFor(mutant, traces, test);
    const job = { sources: { [mutant.source.path]: mutated(mutant.source.text, mutant) }, tests: covering };
    const answer = covering.length > 0 ? await runner.run(job, patience) : { failed: null };
    const status =
      covering.length === 0 ? "untested" : !answer ? "hung" : answer.failed ? "killed" : "survived";
    const { key, file, line, before, after } = mutant;
    const result = {
      key,
      status,
      file,
      line,
      before,
      after,
      by: answer?.failed,
      seconds: (performance.now() - start) / 1000,
      tests: allTests,
    };
    results.set(key, result);
    appendFileSync(filed, `${JSON.stringify(result)}\n`);
    process.stderr.write(`${++done} of ${total} mutants\r`);
  }
  runner.close();
}
await Promise.all(Array.from({ length: Number(options.workers) }, work));

for (const mutant of mutants) mutant.status ??= results.get(mutant.key).status;
const isEnough = report(mutants);
for (const entry of equivalents) {
  const source = sources.find(({ file }) => file === entry.file);
  if (
    source &&
    mutantsOf(source.text, () => "").mutants.some((mutant) => sameAs({ ...mutant, file: entry.file })(entry))
  )
    continue;
  console.log(
    `\nNo mutant is what equivalents.json says of ${entry.file}:\n  - ${entry.before}\n  + ${entry.after}`,
  );
}
process.exitCode = isEnough ? 0 : 1;
