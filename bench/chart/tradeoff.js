import { parse, View } from "vega";
import { compile } from "vega-lite";

const NETWORKS = { net: "PSiLON Net", standard: "Standard Net", mlp: "plain MLP" };

/**
 * An SVG of the test RMSE against the 1-path-norm, one panel per table, one line per network through its λs, which are written at
 * the points. Each point is the mean RMSE, and the geometric mean of the norms, over the splits.
 */
export async function drawTradeoff(points) {
  const { spec } = compile({
    background: "white",
    padding: 10,
    bounds: "flush",
    spacing: 70,
    data: { values: averages(points) },
    facet: { field: "table", type: "nominal", columns: 2, header: { title: null, labelFontSize: 14 } },
    spec: {
      width: 380,
      height: 280,
      encoding: {
        x: {
          field: "pathNorm",
          type: "quantitative",
          scale: { type: "log", nice: false, padding: 16 },
          axis: { title: "1-path-norm (scaled units)", tickCount: 6, format: "~g", grid: false },
        },
        y: {
          field: "rmse",
          type: "quantitative",
          scale: { zero: false, padding: 12 },
          axis: { title: "test RMSE" },
        },
        color: {
          field: "network",
          type: "nominal",
          legend: { title: null, orient: "top" },
          scale: { range: ["#1b6ca8", "#d1702a", "#6b7a3a"] },
        },
      },
      layer: [
        {
          mark: { type: "line", point: true },
          encoding: { order: { field: "lambda", type: "quantitative" } },
        },
        {
          mark: { type: "text", align: "left", dx: 4, dy: -7, fontSize: 10 },
          encoding: { text: { field: "label", type: "nominal" } },
        },
      ],
    },
    resolve: { scale: { x: "independent", y: "independent" } },
  });
  return `${await new View(parse(spec), { renderer: "none" }).toSVG()}\n`;
}

function averages(points) {
  const groups = new Map();
  for (const point of points) {
    const key = [point.table, point.network, point.lambda].join();
    groups.set(key, [...(groups.get(key) ?? []), point]);
  }
  return [...groups.values()].map((group) => {
    const mean = (of) => group.reduce((sum, point) => sum + of(point), 0) / group.length;
    const { table, network, lambda } = group[0];
    return {
      table,
      network: NETWORKS[network],
      lambda,
      label: lambda.toExponential(),
      rmse: mean(({ rmse }) => rmse),
      pathNorm: Math.exp(mean(({ pathNorm }) => Math.log(pathNorm))),
    };
  });
}
