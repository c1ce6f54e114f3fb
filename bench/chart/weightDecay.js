import { parse, View } from "vega";
import { compile } from "vega-lite";

/** An SVG of the score (above) and the share of zeros (below) over λ, one column per table, one line per decay. */
export async function drawDecay(rows) {
  // At λ = 1 nearly nothing is left of most networks, which would flatten all other differences.
  const values = rows.filter(({ lambda }) => lambda > 0 && lambda < 1);
  const tables = [...new Set(values.map(({ table }) => table))];
  const { spec } = compile({
    background: "white",
    padding: 10,
    config: { aria: false },
    data: { values },
    hconcat: tables.map((table) => ({
      transform: [{ filter: { field: "table", equal: table } }],
      vconcat: [
        panel("score", table, { zero: false }, "~g"),
        panel("sparsity", "", { domain: [0, 1] }, "~%"),
      ],
    })),
  });
  return `${await new View(parse(spec), { renderer: "none" }).toSVG()}\n`;
}

function panel(field, title, scale, format) {
  return {
    title,
    width: 250,
    height: 170,
    mark: { type: "line", point: true },
    encoding: {
      x: {
        field: "lambda",
        type: "quantitative",
        scale: { type: "log" },
        axis: { title: "λ", format: "~e", values: [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1], grid: false },
      },
      y: {
        field,
        type: "quantitative",
        scale,
        axis: { title: field === "score" ? "test score" : "zeros", format },
      },
      color: { field: "decay", type: "nominal", legend: { title: null }, scale: { scheme: "viridis" } },
    },
  };
}
