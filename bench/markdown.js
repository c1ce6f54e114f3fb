/** A table in Markdown; the first row is the header, the first `left` columns are aligned to the left. */
export function markdown(rows, left = 1) {
  const widths = rows[0].map((_, j) => Math.max(...rows.map((row) => row[j].length)));
  const line = (row) =>
    `| ${row.map((cell, j) => (j < left ? cell.padEnd(widths[j]) : cell.padStart(widths[j]))).join(" | ")} |`;
  const rule = `|${widths.map((width, j) => `${"-".repeat(width + 1)}${j < left ? "-" : ":"}`).join("|")}|`;
  return [line(rows[0]), rule, ...rows.slice(1).map(line)].join("\n");
}
