import type { LayerReport } from "psilon";
import { boundNames } from "../../render/bound.js";
import { deviationText } from "../../render/importing.js";
import { figure, figureAbove, percent, thousands } from "../../render/text.js";
import { BAR, chart } from "../chart.js";
import { paragraph, table, worth } from "../elements.js";
import type { ReportFacts } from "../facts/facts.js";
import type { WeightGrid } from "../facts/weightGrids.js";
import { gridPicture } from "../gridPicture.js";
import { type Html, html } from "../html.js";
import type { Section } from "../section.js";

export const weights: Section = {
  id: "weights",
  title: "Layers, zeros and bounds",
  serves: { risk: ["conceptual soundness"], annex: ["2(b)", "2(c)"] },
  body: async (facts) => {
    const { about, inspection, record, weightGrids } = facts;
    return html`${worth("Measured", "on the weights themselves: a count, exact for this file.")}${paragraph(about.sparsity, ".")}${await zeros(facts)}${
      weightGrids.length > 0
        ? html`${paragraph("Where the weights of the first network are that are not 0: rows are a layer's outputs, columns its inputs. Dead units and unused inputs are removed from the file, so that these matrices are smaller than those trained.")}<div class="small">${weightGrids.map((grid, l) => picture(grid, inspection.members[0].layers[l], l))}</div>\n`
        : paragraph("No weight is exactly 0, so that there is no picture of where they are.")
    }${worth(
      "Proven",
      `upper bounds on all networks together: outputs in scaled units or logits (ℓ1 over outputs) move by at most the value times the largest move of any encoded input (ℓ∞: of numbers in standard deviations, of bins and categories from 0 to 1). ${deviationText(record)} Arithmetic: float64 from float32 weights, rounded outwards; predictions' own float32 rounding comes on top.`,
    )}${table(
      "Bounds of the whole model",
      ["bound", "value"],
      inspection.bounds.map(({ name, value }) => [boundNames[name], figureAbove(value)]),
    )}`;
  },
};

/** All layers of all networks, in order. */
const layersOf = ({ inspection: { members } }: ReportFacts) =>
  members.flatMap(({ layers }, m) =>
    layers.map((layer, l) => ({
      name: members.length > 1 ? `network ${m + 1}, layer ${l + 1}` : `layer ${l + 1}`,
      layer,
    })),
  );

function zeros(facts: ReportFacts): Promise<Html> {
  const layers = layersOf(facts);
  const lengths = ({ lengths: all }: LayerReport) => {
    if (all.length === 0) return "–";
    const sizes = all.map(Math.abs);
    const [least, most] = [Math.min(...sizes), Math.max(...sizes)].map(figure);
    return least === most ? least : `${least} … ${most}`;
  };
  return chart({
    id: "zeros",
    title: "Share of weights that are not 0, layer by layer",
    description: layers
      .map(({ name, layer }) => `${name}: ${percent(1 - layer.sparsity)} of ${layer.rows} × ${layer.columns}`)
      .join("; "),
    specification: {
      width: 380,
      height: { step: 16 },
      data: { values: layers.map(({ name, layer }) => ({ name, share: 1 - layer.sparsity })) },
      mark: BAR,
      encoding: {
        y: { field: "name", type: "nominal", sort: null, title: null },
        x: {
          field: "share",
          type: "quantitative",
          title: "share of weights that are not 0",
          axis: { format: "%" },
          scale: { domain: [0, 1] },
        },
      },
    },
    numbers: table(
      "Layers as the file has them",
      ["layer", "kind", "outputs × inputs", "zeros", "near-sparsity", "length", "σ max/min"],
      layers.map(({ name, layer }) => [
        name,
        layer.kind,
        `${thousands(layer.rows)} × ${thousands(layer.columns)}`,
        percent(layer.sparsity),
        percent(layer.nearSparsity),
        lengths(layer),
        Number.isFinite(layer.condition) ? figure(layer.condition) : "∞",
      ]),
    ),
  });
}

function picture(grid: WeightGrid, { rows, columns, sparsity }: LayerReport, place: number): Html {
  const parts =
    grid.side > 1 ? `, each square ${grid.side} × ${grid.side} weights, darker where fewer are 0` : "";
  return html`<figure>
<figcaption>Layer ${place + 1}: ${rows} × ${columns}</figcaption>
${gridPicture(
  `weights-${place + 1}`,
  `Weights of layer ${place + 1} that are not 0`,
  `${percent(1 - sparsity)} of ${thousands(rows * columns)} weights are not 0${parts}.`,
  grid,
)}
</figure>
`;
}
