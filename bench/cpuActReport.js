import { markdown } from "./markdown.js";

const NAMES = { net: "PSiLON Net", standard: "Standard Net", mlp: "plain MLP" };

/** What bench/cpuAct.js measured as Markdown: the λ chosen by each network, then its grid. `results`: one list per network. */
export function cpuActReport(results) {
  const best = results.map((grid) => grid.reduce((a, b) => (b.validation < a.validation ? b : a)));
  const header = ["λ", "validation RMSE", "test RMSE", "near-sparsity", "1-path-norm", "seconds"];
  const cells = ({ lambda, validation, test, nearSparsity, bound, seconds, outcome }) => [
    `${lambda.toExponential()}${outcome === "not-finite" ? " (diverged)" : ""}`,
    validation.toFixed(4),
    test.toFixed(4),
    nearSparsity.toFixed(3),
    bound.toPrecision(3),
    seconds.toFixed(0),
  ];
  const chosen = markdown([
    ["network", ...header],
    ...best.map((run) => [NAMES[run.network], ...cells(run)]),
  ]);
  const grids = results.map((grid, n) => {
    const rows = grid.map((run) => cells(run).map((cell) => (run === best[n] ? `**${cell}**` : cell)));
    return `## ${NAMES[grid[0].network]}\n\n${markdown([header, ...rows])}`;
  });
  return `${[chosen, ...grids].join("\n\n")}\n`;
}
