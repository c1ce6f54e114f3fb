import { encode } from "../../src/preprocess/encode.ts";
import type { Encoder } from "../../src/preprocess/encoder.ts";
import { writtenOut } from "../../src/preprocess/inputs.ts";
import type { Frame } from "../../src/tables/frame.ts";

/** The inputs of the rows, rows × inputs, categories written out. */
export const encodedMatrix = (encoder: Encoder, frame: Frame, rows: Int32Array): Float32Array =>
  writtenOut(encode(encoder, frame, rows).inputs);
