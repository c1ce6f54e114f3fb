import { analyse } from "../bounds/analyse.js";
import type { BoundedModel } from "../bounds/boundedModel.js";
import { boxAround } from "../bounds/box.js";
import { sensitivityOf } from "../bounds/globalBounds.js";
import { directionsOver } from "../bounds/gradientOver.js";
import { type LayerFactors, layerFactors } from "../bounds/layerFactors.js";
import { above } from "../bounds/rounding.js";
import type { Direction } from "../engine/networks/spec.js";
import { conditionNumber } from "../engine/weights/singularValues.js";
import { exactSparsity } from "../engine/weights/sparsity.js";
import { layerNearSparsity, matrixOf } from "../folded/figures.js";
import { type EncodedColumn, encodedInputs } from "../preprocess/encoder.js";
import type { Target } from "../preprocess/target.js";
import { boundedTabular } from "./boundedTabular.js";
import type { RecordedBound } from "./recordedBounds.js";
import type { TabularModel } from "./tabularModel.js";

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

/** How much one column of the user's table can change the output, at most; upper bounds for any two rows. */
export interface ColumnReport {
  readonly column: string;
  readonly kind: "numeric" | "boolean" | "categorical" | "date";
  /** No change in this column can change any output. */
  readonly irrelevant: boolean;
  /**
   * The largest change of any output, in the target's units (regression) or logits, when this column alone changes by
   * one standard deviation (numeric, and the days of a date, with which its month, weekday and hour change as they will), to its other value
   * (boolean), or to any other category, known or new. From a
   * value to another value: what a missing cell can do is `missing`.
   */
  readonly change: number;
  /** Numeric columns, and dates of which the days alone are inputs: the largest change of any output for one unit of the column, or a day. */
  readonly perUnit: number | null;
  /**
   * What being missing adds, 0 for a column that never was in training. A cell that becomes missing, or ceases to be,
   * changes an output by at most `missing` plus `change`, in a numeric column `change` times its distance from the mean
   * in standard deviations.
   */
  readonly missing: number;
  /**
   * What is proven of predictions (of two classes: of the second one's probability) when the column alone grows, wherever the other
   * columns stand, as a function of real numbers; null where bounds of the derivative prove nothing, and where it does not move at all.
   */
  readonly monotone: "non-decreasing" | "non-increasing" | null;
}

export interface ModelReport {
  readonly members: readonly { readonly layers: readonly LayerReport[] }[];
  readonly bounds: readonly RecordedBound[];
  /** Most influential first. */
  readonly columns: readonly ColumnReport[];
}

/** What a model is made of and what its columns can do, by the sensitivity matrix of section 4 of the mathematics. */
export function inspectModel(model: TabularModel): ModelReport {
  return {
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
    columns: columnReports(model),
  };
}

function columnReports(model: TabularModel): ColumnReport[] {
  const inputs = encodedInputs(model.encoder);
  const bounded = boundedTabular(model);
  const outputs = modelSensitivity(bounded, model.target);
  const directions = directionsOf(bounded);
  const placesOf = ({ name }: EncodedColumn) =>
    inputs.flatMap((input, j) => (input.column === name ? [j] : []));
  const isPart = ({ date }: EncodedColumn) => date !== undefined && date.part !== "elapsed";
  const reports = model.encoder.columns
    .filter((column) => !isPart(column))
    .map((column): ColumnReport => {
      const places = placesOf(column);
      // With a date go its month, weekday and hour.
      const parts = model.encoder.columns.filter(
        (other) => isPart(other) && column.date !== undefined && other.date?.column === column.date.column,
      );
      const changes = outputs.map((row) => {
        const of = (kind: string, among: readonly number[] = places) =>
          among.filter((j) => inputs[j].kind === kind).map((j) => row[j]);
        const missing = of("missing")[0] ?? 0;
        // From one category to another: one input falls, another rises.
        const another = (among: readonly number[]) => {
          const [first = 0, second = 0] = of("category", among).sort((a, b) => b - a);
          return outwards(first + second);
        };
        if (column.kind === "boolean") return { change: 2 * (of("boolean")[0] ?? 0), missing };
        if (column.kind === "categorical") return { change: another(places), missing };
        const change = parts.reduce(
          (sum, part) => outwards(sum + another(placesOf(part))),
          of("numeric")[0] ?? 0,
        );
        return { change, missing };
      });
      const change = Math.max(...changes.map((entry) => entry.change));
      const missing = Math.max(...changes.map((entry) => entry.missing));
      const value = places.find((j) => inputs[j].kind === "numeric" || inputs[j].kind === "boolean");
      const direction = value === undefined || parts.length > 0 ? 0 : directions[value];
      const std = column.kind === "numeric" && parts.length === 0 ? column.std : null;
      return {
        column: column.name,
        kind: column.date ? "date" : column.kind,
        irrelevant: change === 0 && missing === 0,
        change,
        perUnit: std === null ? null : outwards(change / std),
        missing,
        monotone: direction > 0 ? "non-decreasing" : direction < 0 ? "non-increasing" : null,
      };
    });
  return reports.sort((a, b) => b.change - a.change || b.missing - a.missing);
}

/** For each encoded input the direction in which the one output moves everywhere, where it is proven; else 0. */
function directionsOf(bounded: BoundedModel): Direction[] {
  const { inputs, outputs } = bounded;
  if (outputs > 1) return Array<Direction>(inputs).fill(0);
  const everywhere = boxAround(
    new Float64Array(inputs),
    new Float64Array(inputs).fill(Number.POSITIVE_INFINITY),
  );
  return directionsOver(analyse(bounded, everywhere, false));
}

/** One s_j per encoded input for each output, in the target's units or logits. */
function modelSensitivity(bounded: BoundedModel, target: Target): Float64Array[] {
  return Array.from({ length: bounded.outputs }, (_, k) => {
    const unit = target.task === "regression" ? target.scales[k] : 1;
    return sensitivityOf(bounded, { plus: k, minus: null }).map((s) => outwards(unit * s));
  });
}

/** Above the rounded x; only what is 0 is 0. */
const outwards = (x: number) => (x === 0 ? 0 : above(x));
