import { cpus, release, totalmem, type } from "node:os";
import { markdown } from "./markdown.js";
import { CHECKED_STEPS, PRODUCT_SHAPES, STEP_SHAPES } from "./problem.js";

const flops = (shape) => 2 * shape.split("x").reduce((a, b) => a * b, 1);
const COLUMNS = [
  ...STEP_SHAPES.map((shape) => ({ id: `step ${shape}`, title: `step ${shape}, ms`, value: (ms) => ms })),
  ...PRODUCT_SHAPES.map((shape) => ({
    id: `product ${shape}`,
    title: `${shape.replaceAll("x", "×")}, GFLOP/s`,
    value: (ms) => flops(shape) / ms / 1e6,
  })),
  { id: "row", title: "predict 1 row, µs", value: (ms) => 1e3 * ms },
  { id: "rows", title: "predict 100,000 rows, rows/s", value: (ms) => 1e8 / ms },
];

// Who a row of the table is; of several matching variants it shows the fastest.
const one = (peer, variant) => ({
  label: `${peer}, ${variant}`,
  match: (figure) => figure.peer === peer && figure.variant === variant,
});
const best = (...peers) => ({
  label: `${peers.join(" or ")}, best`,
  match: ({ peer }) => peers.includes(peer),
});
const wasm = one("psilon", "wasm, relaxed SIMD");
const pytorch = best("PyTorch");
const openblas = one("OpenBLAS", "1 thread");
const ROWS = [
  wasm,
  one("psilon", "wasm, SIMD"),
  one("psilon", "blas, 1 thread"),
  one("psilon", "blas, 2 threads"),
  pytorch,
  best("TensorFlow.js"),
  best("jax-js"),
  best("onnxruntime-node"),
  openblas,
  one("OpenBLAS", "2 threads"),
];
/** How many times faster the first is than the second. */
const RATIOS = [
  [best("psilon"), pytorch],
  [wasm, pytorch],
  [best("psilon"), best("TensorFlow.js", "jax-js")],
  [best("psilon"), best("onnxruntime-node")],
  [wasm, openblas],
];

/** The table and what stands behind its figures. Throws when the peers did not do the same job. */
export function report({ load, versions, skipped, figures }) {
  const fastest = ({ match }, { id }) =>
    figures
      .filter((figure) => figure.column === id && match(figure))
      .reduce((a, b) => (a && a.milliseconds <= b.milliseconds ? a : b), undefined);
  const figure = (row) => (column) => {
    const found = fastest(row, column);
    return found ? round(column.value(found.milliseconds)) : "–";
  };
  const ratio = (ours, theirs) => (column) => {
    const [a, b] = [fastest(ours, column), fastest(theirs, column)];
    return a && b ? `${round(b.milliseconds / a.milliseconds)}×` : "–";
  };
  const table = [
    ...ROWS.map((row) => [row.label, ...COLUMNS.map(figure(row))]),
    ...RATIOS.map(([a, b]) => [`${a.label} against ${b.label}`, ...COLUMNS.map(ratio(a, b))]),
  ].filter(([, ...cells]) => cells.some((cell) => cell !== "–"));

  const spreads = figures
    .map(({ rounds, milliseconds }) => (Math.max(...rounds) - Math.min(...rounds)) / milliseconds)
    .sort((a, b) => a - b);
  const lines = [
    `Machine: ${cpus().length} × ${cpus()[0].model}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}.`,
    `Versions: Node ${process.versions.node}; ${Object.values(versions).join("; ")}.`,
    ...skipped.map((line) => `Skipped: ${line}.`),
    `Load before the first round: ${load.toFixed(2)}${load > 0.3 ? "; others use this machine, measure again when it is idle" : ""}.`,
    `Range of a figure over the rounds: median ${percent(spreads[spreads.length >> 1])}, largest ${percent(spreads.at(-1))}.`,
    `Largest relative difference of the peers' objectives after ${CHECKED_STEPS} steps and of their predictions: ${disagreement(figures).toExponential(1)}.`,
    "",
    "Fastest variants:",
    ...ROWS.filter(({ label }) => label.endsWith(", best")).flatMap((row) =>
      COLUMNS.map((column) => [column, fastest(row, column)])
        .filter(([, found]) => found)
        .map(([{ id }, { peer, variant }]) => `- ${peer}, ${id}: ${variant}`),
    ),
  ];
  return `${markdown([["", ...COLUMNS.map(({ title }) => title)], ...table])}\n\n${lines.join("\n")}\n`;
}

/** Equal objectives after the same steps from the same start, and equal sums of predictions, or the figures mean nothing. */
function disagreement(figures) {
  let largest = 0;
  for (const { id } of COLUMNS) {
    const checks = figures.filter(({ column, check }) => column === id && check !== undefined);
    const values = checks.map(({ check }) => check);
    for (const { peer, variant, check } of checks) {
      const difference = Math.abs(check / values[0] - 1);
      if (!(difference < 1e-3)) {
        throw new Error(
          `${peer} (${variant}) did another job: ${id} gave ${check}, ${checks[0].peer} ${values[0]}.`,
        );
      }
      largest = Math.max(largest, difference);
    }
  }
  return largest;
}

/** Three digits. */
function round(value) {
  return value >= 1000 ? Number(value.toPrecision(3)).toLocaleString("en-US") : value.toPrecision(3);
}

function percent(share) {
  return `${Math.round(100 * share)} %`;
}
