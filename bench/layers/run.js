// One training step of three networks beside the peers: time and peak memory, each in a process of its own; the protocol stands in ../README.md.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { markdown } from "../markdown.js";
import { median } from "../timing.js";
import { CHECKED_STEPS, PROBLEMS } from "./problems.js";

// OpenBLAS knows which kernels a processor wants; where the environment says otherwise, so that machines compute alike, every peer would be slowed
// that calls it, and those with kernels of their own would not.
for (const name of ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"]) delete process.env[name];

const { values } = parseArgs({ options: { rounds: { type: "string", default: "3" } } });
const cwd = fileURLToPath(new URL(".", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "psilon-layers-"));
// Debian's PyTorch belongs to Debian's Python.
const python = (...rest) => ["/usr/bin/python3", "-B", "pytorch.py", folder, ...rest, String(CHECKED_STEPS)];
const psilon =
  (...rest) =>
  (name) => [process.execPath, "psilon.js", name, ...rest];
const PEERS = [
  ["psilon, blas, 1 thread", psilon("blas", "1")],
  ["psilon, blas, 2 threads", psilon("blas", "2")],
  ["psilon, wasm", psilon("wasm", "1")],
  ["PyTorch, 1 thread", () => python("1")],
  ["PyTorch, 2 threads", () => python("2")],
  ["TensorFlow.js, wasm", () => [process.execPath, "tensorflow.js", folder, String(CHECKED_STEPS)]],
];
/** How far losses of peers may be apart, which sum in other orders. */
const TOLERANCE = 1e-3;

const load = loadavg()[0];
const skipped = new Map();
const versions = new Set();
const results = [];
for (const name of Object.keys(PROBLEMS)) {
  run([...psilon("wasm", "1")(name), folder]);
  const figures = new Map();
  for (let round = 1; round <= Number(values.rounds); round++) {
    for (const [peer, command] of round % 2 ? PEERS : PEERS.toReversed()) {
      if (skipped.has(`${peer}: ${name}`)) continue;
      process.stderr.write(`round ${round}: ${name}, ${peer}\n`);
      const { output, problem } = run(command(name));
      if (problem) skipped.set(`${peer}: ${name}`, problem);
      else figures.set(peer, [...(figures.get(peer) ?? []), output]);
    }
  }
  results.push({ name, figures });
}
rmSync(folder, { recursive: true });

const rows = PEERS.map(([peer]) => [
  peer,
  ...results.map(({ figures }) => {
    const found = figures.get(peer);
    if (!found) return "–";
    const [ms, mb] = ["milliseconds", "megabytes"].map((key) => median(found.map((one) => one[key])));
    return `${ms.toFixed(1)} (${Math.round(mb)})`;
  }),
]);
for (const { name, figures } of results) {
  const checks = [...figures].map(([peer, [{ check }]]) => ({ peer, check }));
  for (const { peer, check } of checks) {
    if (Math.abs(check - checks[0].check) > TOLERANCE * Math.abs(checks[0].check))
      throw new Error(`${name}: ${peer} reports a loss of ${check}, ${checks[0].peer} ${checks[0].check}.`);
  }
}
const table = markdown([["ms per step (peak MB)", ...results.map(({ name }) => name)], ...rows]);
const lines = [`Load before: ${load.toFixed(1)}. ${[...versions].join(", ")}.`];
for (const [what, why] of skipped) lines.push(`Skipped ${what}: ${why}`);
process.stdout.write(`${table}\n${lines.join("\n")}\n`);
writeFileSync(
  new URL("../results/layers.json", import.meta.url),
  `${JSON.stringify({ load, results: results.map(({ name, figures }) => ({ name, ...Object.fromEntries(figures) })) }, null, 1)}\n`,
);

/** A peer's figures, or why it has none. */
function run([program, ...rest]) {
  const { status, stdout, stderr, error } = spawnSync(program, rest, { cwd, encoding: "utf8" });
  if (status === 0) {
    const output = JSON.parse(stdout.trim().split("\n").at(-1));
    versions.add(output.version);
    return { output };
  }
  const lines = String(stderr ?? error)
    .trim()
    .split("\n");
  return { problem: lines.find((line) => /Error/.test(line)) ?? lines.at(-1) };
}
