import { psilon } from "./psilon.js";
import { quick } from "./smallModels.js";

/** Names of columns and classes that mean something to pages, to programs or to terminals. */
export const hostileNames = {
  script: "<script>alert(1)</script>",
  quotes: `a"b & 'c'`,
  closing: "</title></svg><img src=x onerror=alert(2)>",
  proto: "__proto__",
} as const;

export const hostileClasses = ["<b>yes</b>", `"no" & 'never'`, "toString"] as const;

const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;

/** A table of numbers, categories, truths, dates and ordered categories with missing cells, under such names; `kind` and the last column are targets. */
export function hostileCsv(rows = 90): string {
  const names = [...Object.values(hostileNames), "when", "size", "flag", "kind", "amount"];
  const lines = [names.map(cell).join(",")];
  for (let i = 0; i < rows; i++) {
    const a = ((i * 37) % 60) / 30 - 1;
    const b = ((i * 23) % 60) / 30 - 1;
    const group = hostileClasses[i % 3];
    const size = "SML"[i % 3];
    const kind = hostileClasses[a > 0.3 ? 0 : b > 0 ? 1 : 2];
    const amount = 2 * a - b + (i % 3) + 0.1 * Math.sin(i);
    const day = `2024-${String(1 + (i % 12)).padStart(2, "0")}-${String(1 + (i % 28)).padStart(2, "0")}`;
    const flag = i % 5 === 0 ? "" : String(i % 2 === 0);
    const cells = [
      i % 7 === 0 ? "" : a.toFixed(3),
      cell(group),
      b.toFixed(3),
      (a * b).toFixed(3),
      day,
      size,
      flag,
    ];
    lines.push([...cells, cell(kind), amount.toFixed(3)].join(","));
  }
  return `${lines.join("\n")}\n`;
}

/** A classifier of `kind` and a model of `amount` in files of these names; `more`: further options of training. */
export async function trainHostile(
  cwd: string,
  files: { readonly kind?: string; readonly amount?: string },
  ...more: readonly string[]
): Promise<void> {
  for (const [target, out] of Object.entries(files)) {
    const other = target === "kind" ? "amount" : "kind";
    const asked = [
      "--target",
      target,
      "--ignore",
      other,
      "--ordered",
      "size=S<M<L",
      "--preset",
      "fast",
      ...quick,
    ];
    await psilon(["train", "hostile.csv", ...asked, ...more, "--out", out], { cwd });
  }
}
