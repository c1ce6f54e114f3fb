import type { FoldedDense, FoldedNetwork } from "../../src/folded/folded.ts";
import type { TabularModel, TrainingRecord } from "../../src/models/tabularModel.ts";
import type { EncodedColumn } from "../../src/preprocess/encoder.ts";
import type { Target } from "../../src/preprocess/target.ts";

/** Layers by hand, each as the rows of its matrix and its bias. */
export function layers(
  ...given: readonly (readonly [weight: readonly (readonly number[])[], bias: readonly number[]])[]
): FoldedNetwork {
  return {
    architecture: "mlp",
    layers: given.map(
      ([weight, bias]): FoldedDense => ({
        kind: "dense",
        rows: weight.length,
        columns: weight[0].length,
        weight: Float32Array.from(weight.flat()),
        bias: Float32Array.from(bias),
      }),
    ),
  };
}

type NumericColumn = Extract<EncodedColumn, { kind: "numeric" }>;

export const numeric = (name: string, more: Partial<NumericColumn> = {}): NumericColumn => ({
  name,
  kind: "numeric",
  varies: true,
  missing: false,
  mean: 0,
  std: 1,
  integer: false,
  ...more,
});

export const number = (center = 0, scale = 1, name = "y"): Target => ({
  task: "regression",
  names: [name],
  centers: [center],
  scales: [scale],
});

export const classes = (...names: string[]): Target => ({
  task: "classification",
  name: "class",
  classes: names,
});

/** A model of the network, as if it had been trained. */
export function handMade(
  network: FoldedNetwork,
  columns: readonly EncodedColumn[],
  target: Target,
): TabularModel {
  const inputs = Int32Array.from({ length: network.layers[0].columns }, (_, j) => j);
  const schema = {
    columns: columns.map(({ name, kind }) => ({ name, kind, role: "feature" })),
  } as unknown as TabularModel["schema"];
  return {
    schema,
    encoder: { unseen: "zeros", columns },
    target,
    members: [{ network, inputs, lengths: [] }],
    record: {} as TrainingRecord,
  };
}
