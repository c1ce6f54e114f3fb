import type { EncodedTable } from "../../src/preprocess/encode.ts";
import type { Encoder } from "../../src/preprocess/encoder.ts";
import { fitEncoder } from "../../src/preprocess/fitEncoder.ts";
import { writtenOut } from "../../src/preprocess/inputs.ts";
import { inferSchema, type SchemaOptions } from "../../src/preprocess/schema.ts";
import type { Frame } from "../../src/tables/frame.ts";
import { allRows, csv } from "../support/csv.ts";

/** Numbers, two words, truths and text, some of them missing. */
export const people = csv(`age,sex,smoker,city,cost
20,male,yes,Oslo,1
40,female,no,,2
,female,no,Rome,3
60,male,yes,Oslo,4
40,female,,Rome,5`);

/** The encoder of the schema that the frame suggests. */
export const fit = (frame: Frame, rows = allRows(frame), options: SchemaOptions = {}): Encoder =>
  fitEncoder(frame, rows, inferSchema(frame, options));

/** The encoded table as rows of numbers. */
export const rowsOf = ({ inputs, width }: EncodedTable): number[][] => {
  const matrix = writtenOut(inputs);
  return Array.from({ length: matrix.length / width }, (_, i) => [
    ...matrix.slice(i * width, (i + 1) * width),
  ]);
};
