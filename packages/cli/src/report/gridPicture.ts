import { named } from "./chart.js";
import type { WeightGrid } from "./facts/weightGrids.js";
import type { Html } from "./html.js";

/** Points on a side at most, and of one part at most. */
const [LARGEST, PART] = [240, 12];

/** Shares of weights that are not 0, from the lightest to the darkest; none at all is white. */
const SHADES = ["#d0d0d0", "#a0a0a0", "#606060", "#000000"];

/** Where weights are that are not 0, as squares; those of one shade that are neighbours in a row are one. */
export function gridPicture(id: string, title: string, description: string, { shares }: WeightGrid): Html {
  const [rows, columns] = [shares.length, shares[0].length];
  const part = Math.min(PART, LARGEST / Math.max(rows, columns));
  const paths = SHADES.map((shade, s) => {
    const runs = shares.flatMap((row, r) =>
      runsOf(
        row.map((share) => share > 0 && shadeOf(share) === s),
        r,
      ),
    );
    return runs.length === 0 ? "" : `<path fill="${shade}" d="${runs.join("")}"/>`;
  });
  const [width, height] = [columns * part, rows * part];
  const frame = `<path fill="white" stroke="#999999" stroke-width="0.1" d="M0,0h${columns}v${rows}h-${columns}z"/>`;
  const svg = `<svg width="${round(width)}" height="${round(height)}" viewBox="-0.1 -0.1 ${columns + 0.2} ${rows + 0.2}">${frame}${paths.join("")}</svg>`;
  return named(svg, id, title, description);
}

const round = (length: number) => Number(length.toFixed(1));

const shadeOf = (share: number) => Math.ceil(share * SHADES.length) - 1;

/** Stretches of squares that are marked. */
function runsOf(marked: readonly boolean[], row: number): string[] {
  return marked.flatMap((one, from) => {
    if (!one || marked[from - 1]) return [];
    const end = marked.indexOf(false, from);
    const length = (end < 0 ? marked.length : end) - from;
    return [`M${from},${row}h${length}v1h-${length}z`];
  });
}
