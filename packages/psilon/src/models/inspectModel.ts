import { type LayerFactors, layerFactors } from "../bounds/layerFactors.js";
import { conditionNumber } from "../engine/weights/singularValues.js";
import { exactSparsity } from "../engine/weights/sparsity.js";
import { layerNearSparsity, matrixOf } from "../folded/figures.js";
import { type ColumnReport, columnReports, inFactors } from "./columnReports.js";
import type { RecordedBound } from "./recordedBounds.js";
import { checkModel, type TabularModel } from "./tabularModel.js";

/** What one layer of a network is made of. */
export interface LayerReport {
  readonly kind: "dense" | "residual pair" | "pair";
  readonly rows: number;
  readonly columns: number;
  /** The signed lengths g as trained: one when shared, one per row, none for plain weights. */
  readonly lengths: readonly number[];
  /** Of the stored matrix, after the removal of dead units. */
  readonly sparsity: number;
  readonly nearSparsity: number;
  /** κ = σ_max/σ_min of the stored matrix; Infinity without full rank. A pair is one matrix (W⁺, W⁻). */
  readonly condition: number;
  /** What the layer multiplies each bound by. */
  readonly factors: LayerFactors;
}

/** What a model is made of, how it is bounded, and how much its columns can matter. */
export interface ModelReport {
  /** What the figures of columns are: factors, of numbers that were learned on a log scale. */
  readonly changes: "differences" | "factors";
  readonly members: readonly { readonly layers: readonly LayerReport[] }[];
  readonly bounds: readonly RecordedBound[];
  /** What each can do at most, the largest bound first; what a score rests on is `permutationImportance`'s to say. */
  readonly columns: readonly ColumnReport[];
}

/** What a model is made of and what its columns can do. */
export function inspectModel(model: TabularModel): ModelReport {
  checkModel(model);
  const isLog = model.target.task === "regression" && model.target.link === "log";
  return {
    changes: isLog ? "factors" : "differences",
    members: model.members.map(({ network, lengths }) => {
      const factors = layerFactors(network);
      return {
        layers: network.layers.map((layer, l) => ({
          kind: layer.kind === "dense" ? "dense" : layer.residual ? "residual pair" : "pair",
          rows: layer.rows,
          columns: layer.columns,
          lengths: lengths[l],
          sparsity: exactSparsity(matrixOf(layer)),
          nearSparsity: layerNearSparsity(layer),
          condition: conditionNumber(matrixOf(layer), layer.rows),
          factors: factors[l],
        })),
      };
    }),
    bounds: model.record.bounds,
    columns: isLog ? columnReports(model).map(inFactors) : columnReports(model),
  };
}
