// Runs every peer that is installed, several rounds, and prints one table; the protocol stands in README.md.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  ADAM,
  CHECKED_STEPS,
  flatten,
  LAMBDA,
  PREDICTION_SHAPE,
  PRODUCT_SHAPES,
  problem,
  STEP_SHAPES,
} from "./problem.js";
import { report } from "./report.js";
import { median } from "./timing.js";

const ROUNDS = 3;
const node = (script) => [process.execPath, script];
// Debian's PyTorch belongs to Debian's Python, whatever other Python comes first.
const python = (script) => ["/usr/bin/python3", "-B", script];
const PEERS = [
  { name: "psilon", command: node("psilon.js"), measures: ["step", "product", "prediction"] },
  { name: "PyTorch", command: python("pytorch.py"), measures: ["step", "prediction"] },
  { name: "TensorFlow.js", command: node("tensorflow.js"), measures: ["step"] },
  { name: "jax-js", command: node("jax.js"), measures: ["step"] },
  { name: "onnxruntime-node", command: node("onnxruntime.js"), measures: ["prediction"] },
  { name: "OpenBLAS", command: python("openblas.py"), measures: ["product"] },
];
const NOT_INSTALLED = /ERR_MODULE_NOT_FOUND|ModuleNotFoundError|cannot open shared object/;

const folder = mkdtempSync(join(tmpdir(), "psilon-bench-"));
for (const shape of [...STEP_SHAPES, PREDICTION_SHAPE]) {
  writeFileSync(join(folder, `${shape}.f32`), flatten(problem(shape)));
}
const settings = JSON.stringify({
  adam: ADAM,
  lambda: LAMBDA,
  checkedSteps: CHECKED_STEPS,
  stepShapes: STEP_SHAPES,
  productShapes: PRODUCT_SHAPES,
  predictionShape: PREDICTION_SHAPE,
});

const load = loadavg()[0];
const figures = new Map();
const versions = new Map();
const skipped = new Map();
for (let round = 1; round <= ROUNDS; round++) {
  // Every other round in the opposite order, so that a drift of the machine meets all alike.
  const order = round % 2 ? PEERS : PEERS.toReversed();
  for (const measure of ["step", "product", "prediction"]) {
    for (const peer of order) {
      if (!peer.measures.includes(measure) || skipped.has(peer.name)) continue;
      process.stderr.write(`round ${round} of ${ROUNDS}: ${measure}, ${peer.name}\n`);
      collect(peer, measure);
    }
  }
}
rmSync(folder, { recursive: true });

const results = { load, versions: Object.fromEntries(versions), skipped: [...skipped.values()], figures: [] };
for (const figure of figures.values()) {
  results.figures.push({ ...figure, milliseconds: median(figure.rounds) });
}
writeFileSync(new URL("results.json", import.meta.url), `${JSON.stringify(results, null, 2)}\n`);
process.stdout.write(report(results));

/** Runs one peer's script and files its figures; a peer that is not installed is skipped by name. */
function collect({ name, command: [program, ...rest] }, measure) {
  const cwd = fileURLToPath(new URL("peers", import.meta.url));
  const { status, error, stdout, stderr } = spawnSync(program, [...rest, measure, folder, settings], {
    cwd,
    encoding: "utf8",
  });
  if (status !== 0) {
    if (name !== "psilon" && (error?.code === "ENOENT" || NOT_INSTALLED.test(stderr))) {
      skipped.set(name, `${name} is not installed; \`sh bench/install-peers.sh\` installs it`);
      return;
    }
    throw error ?? new Error(`${name} failed to measure its ${measure}:\n${stderr}`);
  }
  const output = JSON.parse(stdout.trim().split("\n").at(-1));
  versions.set(name, output.version);
  for (const line of output.skipped ?? []) skipped.set(line, line);
  for (const { milliseconds, ...figure } of output.figures) {
    const key = `${name}, ${figure.column}, ${figure.variant}`;
    if (!figures.has(key)) figures.set(key, { peer: name, ...figure, rounds: [] });
    figures.get(key).rounds.push(milliseconds);
  }
}
