import { parse, View } from "vega";
import { compile } from "vega-lite";

/**
 * An SVG of the training loss over the steps, a column per task, without normalization above and with it below, a line per kind of weight.
 * `points`: `{ task, normalized, weights, step, loss }`.
 */
export async function drawConditioning(points) {
  const tasks = [...new Set(points.map(({ task }) => task))];
  const { spec } = compile({
    background: "white",
    padding: 10,
    config: { aria: false },
    data: { values: points },
    hconcat: tasks.map((task) => ({
      transform: [{ filter: { field: "task", equal: task } }],
      vconcat: [panel(false, task), panel(true, `${task}, normalized`)],
    })),
  });
  return `${await new View(parse(spec), { renderer: "none" }).toSVG()}\n`;
}

function panel(normalized, title) {
  return {
    title,
    width: 220,
    height: 180,
    transform: [{ filter: { field: "normalized", equal: normalized } }],
    mark: { type: "line" },
    encoding: {
      x: { field: "step", type: "quantitative", axis: { title: "step", grid: false, tickCount: 4 } },
      y: {
        field: "loss",
        type: "quantitative",
        scale: { type: "log", nice: false },
        axis: { title: "training loss", format: "~g", tickCount: 5 },
      },
      color: {
        field: "weights",
        type: "nominal",
        legend: { title: null, labelLimit: 0 },
        scale: { scheme: "tableau10" },
      },
    },
  };
}
