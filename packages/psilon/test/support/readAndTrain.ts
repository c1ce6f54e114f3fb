import type * as Psilon from "../../src/index.ts";

/** Files of one table, as text and as Base64, since they go to a worker in its source. */
export interface TableFiles {
  readonly csv: string;
  readonly parquet: string;
}

/**
 * Reads the table from a Blob of either kind, trains on each for an epoch, and returns what was read and predicted. It uses nothing but its
 * arguments and the language, so that its source text can be run in a worker as it is.
 */
export async function readAndTrain(psilon: typeof Psilon, { csv, parquet }: TableFiles) {
  const { createBackend, predictTable, readCsv, readParquet, trainModel } = psilon;
  const bytes = Uint8Array.from(atob(parquet), (letter) => letter.charCodeAt(0));
  const frames = [
    await readCsv(new Blob([csv]), { source: "table.csv" }),
    await readParquet(new Blob([bytes]), { source: "table.parquet" }),
  ];
  const backend = await createBackend({ provider: "wasm", relaxedSimd: false });
  return Promise.all(
    frames.map(async (frame) => {
      const model = await trainModel(frame, "y", {
        preset: "fast",
        width: 8,
        epochs: 1,
        lambda: 1e-4,
        backend: "wasm",
        relaxedSimd: false,
      });
      const predictions = await predictTable(backend, model, frame);
      const columns = frame.columns.map(({ name, kind }) => [name, kind]);
      return { rowCount: frame.rowCount, columns, predictions: JSON.stringify(predictions) };
    }),
  );
}
