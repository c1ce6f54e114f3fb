/** A small CSV file: y = 2a − b + 3·(c is "right"), plus a fixed pattern; `kind` says whether y is above its middle. */
export function smallCsv(rows = 60): string {
  const lines = ["a,b,c,y,kind"];
  for (let i = 0; i < rows; i++) {
    const a = ((i * 37) % 60) / 30 - 1;
    const b = ((i * 23) % 60) / 30 - 1;
    const c = i % 3 === 0 ? "right" : "left";
    const y = 2 * a - b + (c === "right" ? 3 : 0) + 0.1 * Math.sin(i);
    lines.push(`${a.toFixed(3)},${b.toFixed(3)},${c},${y.toFixed(3)},${y > 1 ? "high" : "low"}`);
  }
  return `${lines.join("\n")}\n`;
}
