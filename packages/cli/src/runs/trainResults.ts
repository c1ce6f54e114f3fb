import { resolve } from "node:path";
import type { TabularModel, TestedBaselines, TrainingHistory, TrainingRecord } from "psilon";
import { sha256 } from "../contentHash.js";
import type { Results } from "./results.js";
import type { RunResults } from "./run.js";

type MetricRows = NonNullable<Results["metrics"]>;

/** What a training came to; `bytes` are the model's, in the file at `path`. */
export function trainResults(
  { record }: TabularModel,
  test: ({ readonly model: TestedBaselines["constant"] } & TestedBaselines) | null,
  path: string,
  bytes: Uint8Array,
): RunResults {
  const { validation, history, sparsity, parameters } = record;
  const weights = { predictor: "network", part: "weights" };
  return {
    used: settingsOf(record),
    backend: record.backend,
    model: { path: resolve(path), hash: sha256(bytes) },
    metrics: [
      ...(validation ? scoreRows("validation", validation) : []),
      ...(test ? scoreRows("test", test) : []),
      { ...weights, metric: "sparsity", value: sparsity },
      { ...weights, metric: "parameters", value: parameters },
    ],
    bounds: boundRows(record),
    epochs: history ? curveRows(history) : [],
  };
}

/** What a network was trained with, by the names of options. */
export function settingsOf(record: TrainingRecord): Readonly<Record<string, unknown>> {
  const { network, parametrization, preset, width, depth, epochs, batchSize, seed, lambda } = record;
  const own = { network, preset, width, depth, epochs, seed, lambda };
  return { ...own, "batch-size": batchSize, parametrization: parametrization.hidden };
}

/** The model's bounds, in scaled units. */
export function boundRows({ bounds }: TrainingRecord): NonNullable<Results["bounds"]> {
  return bounds.map(({ name, inputNorm, outputNorm, value }) => ({
    name,
    norm: `${inputNorm} to ${outputNorm}`,
    value,
    units: "scaled",
  }));
}

/** Scores on one part of the rows, beside those of what needs no network. */
function scoreRows(
  part: string,
  {
    model,
    linear,
    constant,
  }: { readonly model: object; readonly linear: object | null; readonly constant: object },
): MetricRows {
  return Object.entries({ network: model, linear: linear ?? {}, constant }).flatMap(([predictor, scores]) =>
    Object.entries(scores).map(([metric, value]) => ({ predictor, part, metric, value })),
  );
}

/** Losses and rates by epoch. */
function curveRows({ networks, trial }: TrainingHistory): NonNullable<Results["epochs"]> {
  const named = [
    ...networks.map((curve, k) => [networks.length > 1 ? `network ${k + 1}` : "network", curve] as const),
    ...(trial ? [["trial", trial] as const] : []),
  ];
  return named.flatMap(([name, { epochs, ...metrics }]) =>
    Object.entries(metrics).flatMap(([metric, values]) =>
      values.map((value, i) => ({ curve: name, metric, epoch: epochs[i], value })),
    ),
  );
}
