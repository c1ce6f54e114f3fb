import type { Encoding } from "./bins.js";
import { type EncodedColumn, type Encoder, encodedInputs } from "./encoder.js";
import { takeColumns } from "./inputs.js";
import type { Prepared } from "./prepare.js";

/** What an encoder would be by less of each column, and which of its inputs that leaves, ascending. */
export interface NarrowedEncoder {
  readonly encoder: Encoder;
  readonly inputs: Int32Array;
}

/** Of columns that are encoded both ways only what `encodingOf` says. */
export function narrowEncoder(encoder: Encoder, encodingOf: (column: string) => Encoding): NarrowedEncoder {
  const columns = encoder.columns.map((column) => narrowColumn(column, encodingOf));
  const kept = new Set(
    columns.flatMap((column) => encodedInputs({ ...encoder, columns: [column] }).map(({ name }) => name)),
  );
  const inputs = encodedInputs(encoder).flatMap(({ name }, j) => (kept.has(name) ? j : []));
  return { encoder: { ...encoder, columns }, inputs: Int32Array.from(inputs) };
}

function narrowColumn(column: EncodedColumn, encodingOf: (column: string) => Encoding): EncodedColumn {
  if (column.kind !== "numeric" || !column.bins?.withValue) return column;
  const encoding = encodingOf(column.name);
  if (encoding === "both") return column;
  const { bins, ...byValue } = column;
  return encoding === "value" ? byValue : { ...column, bins: { ...bins, withValue: false } };
}

/** The same rows likewise. */
export function narrow(prepared: Prepared, encodingOf: (column: string) => Encoding): Prepared {
  const { encoder, inputs } = narrowEncoder(prepared.encoder, encodingOf);
  return {
    ...prepared,
    encoder,
    inputs: takeColumns(prepared.inputs, prepared.inputCount, inputs),
    inputCount: inputs.length,
  };
}
