import { parse, View } from "vega";
import { compile } from "vega-lite";

/** An SVG of the test error over the share of weights kept (above) and over the bytes stored (below), one column per table, one line per rule. */
export async function drawPruning(rows) {
  const tables = [...new Set(rows.map(({ table }) => table))];
  const { spec } = compile({
    background: "white",
    padding: 10,
    config: { aria: false },
    data: { values: rows },
    hconcat: tables.map((table) => ({
      transform: [{ filter: { field: "table", equal: table } }],
      vconcat: [
        panel("kept", table, { title: "weights that are not 0", format: "~%" }),
        panel("kilobytes", "", { title: "kB without dead units", format: "~g" }),
      ],
    })),
  });
  return `${await new View(parse(spec), { renderer: "none" }).toSVG()}\n`;
}

function panel(field, text, { title, format }) {
  return {
    title: text,
    width: 250,
    height: 200,
    mark: { type: "line", point: true },
    encoding: {
      x: {
        field,
        type: "quantitative",
        scale: { type: "log", nice: false, reverse: true },
        axis: { title, format, grid: false, tickCount: 5 },
      },
      y: {
        field: "error",
        type: "quantitative",
        scale: { type: "log", nice: false },
        axis: { title: "test error", format: "~g", tickCount: 6 },
      },
      order: { field },
      color: {
        field: "rule",
        type: "nominal",
        legend: { title: null, labelLimit: 0 },
        scale: { scheme: "tableau10" },
      },
    },
  };
}
