import { InputError } from "../errors.js";
import { checkNesting, damaged, excerpt } from "./untrusted.js";

/** A float32 array of any shape, row-major. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Bytes of any shape, row-major. */
export interface NamedBytes {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

export interface Safetensors {
  readonly tensors: readonly NamedTensor[];
  /** Absent where there are none. */
  readonly bytes?: readonly NamedBytes[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** The format's own limit; a longer header is another kind of file. */
const longestHeader = 100_000_000;

const metadataRule = "its __metadata__ should be a JSON object from names to strings";

/**
 * The safetensors format (https://github.com/huggingface/safetensors): 8 bytes with the header's length, little-endian; the
 * header, JSON from each tensor's name to its type, shape and byte range; the tensors' bytes without a gap. The header is
 * padded with spaces, so that the tensors begin at a multiple of 8.
 */
export function encodeSafetensors({ tensors, bytes: raw = [], metadata }: Safetensors): Uint8Array {
  let end = 0;
  // Bytes last, so that numbers stand at multiples of their size.
  const all = [...tensors, ...raw];
  const entries = all.map(({ name, shape, data }): [string, unknown] => {
    const begin = end;
    end += data.byteLength;
    return [name, { dtype: data instanceof Uint8Array ? "U8" : "F32", shape, data_offsets: [begin, end] }];
  });
  const header = { __metadata__: Object.fromEntries(metadata), ...Object.fromEntries(entries) };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = 8 * Math.ceil((8 + text.length) / 8);
  const bytes = new Uint8Array(start + end).fill(0x20, 0, start);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(start - 8), true);
  bytes.set(text, 8);
  let at = start;
  for (const { data } of tensors) {
    for (const value of data) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  }
  for (const { data } of raw) {
    bytes.set(data, at);
    at += data.length;
  }
  return bytes;
}

/**
 * Reads what `encodeSafetensors` or any other writer of float32 and uint8 tensors wrote. `source` names the file in messages. Throws
 * InputError when the file is cut short, is of another kind, or contradicts itself.
 */
export function decodeSafetensors(bytes: Uint8Array, source: string): Safetensors {
  const { header, start } = readHeader(bytes, source);
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
  const metadata = new Map<string, string>();
  const tensors: Placed[] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") {
      if (!isObject(entry)) throw damaged(source, metadataRule);
      for (const [key, value] of Object.entries(entry)) {
        if (typeof value !== "string") throw damaged(source, metadataRule);
        metadata.set(key, value);
      }
    } else {
      tensors.push(readTensor(view, name, entry, source));
    }
  }
  let end = 0;
  for (const tensor of tensors.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (tensor.begin !== end) {
      throw damaged(
        source,
        `its tensor "${excerpt(tensor.name)}" begins at byte ${tensor.begin} of the data, but the one before it ends at byte ${end}`,
      );
    }
    end = tensor.end;
  }
  if (end !== view.byteLength) {
    throw damaged(source, `its tensors take ${end} bytes, but ${view.byteLength} bytes follow the header`);
  }
  const numbers: NamedTensor[] = [];
  const raw: NamedBytes[] = [];
  for (const { name, shape, data } of tensors) {
    if (data instanceof Uint8Array) raw.push({ name, shape, data });
    else numbers.push({ name, shape, data });
  }
  return { tensors: numbers, ...(raw.length > 0 && { bytes: raw }), metadata };
}

function readHeader(bytes: Uint8Array, source: string): { header: Record<string, unknown>; start: number } {
  if (bytes.length < 8) {
    throw truncated(
      source,
      `a model file begins with 8 bytes that give its header's length, but it has ${bytes.length}`,
    );
  }
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > longestHeader) {
    throw wrongFormat(
      source,
      `is not a safetensors file: its first 8 bytes announce a header of ${length} bytes, and at most ${longestHeader} are allowed`,
    );
  }
  const start = 8 + length;
  if (bytes.length < start) {
    throw truncated(source, `its header should end at byte ${start}, but it has ${bytes.length} bytes`);
  }
  let header: unknown;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, start));
    checkNesting(text, source, "header");
    header = JSON.parse(text);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw wrongFormat(
      source,
      `is not a safetensors file, or is damaged: its header is not JSON (${(error as Error).message})`,
    );
  }
  if (!isObject(header)) {
    throw wrongFormat(
      source,
      "is not a safetensors file: its header should be a JSON object from names to tensors",
    );
  }
  return { header, start };
}

/** A tensor of either type, and where its bytes begin and end. */
interface Placed {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | Uint8Array;
  readonly begin: number;
  readonly end: number;
}

function readTensor(view: DataView, name: string, entry: unknown, source: string): Placed {
  const named = `tensor "${excerpt(name)}"`;
  const { dtype, shape, data_offsets: offsets } = isObject(entry) ? entry : {};
  if (!isSizes(shape) || !isSizes(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) {
    throw damaged(
      source,
      `its ${named} should have a shape and two data_offsets, whole numbers from 0 in ascending order, but its header says ${excerpt(JSON.stringify(entry))}`,
    );
  }
  if (dtype !== "F32" && dtype !== "U8") {
    throw new InputError({
      code: "wrong-format",
      found: `${source} holds the ${named} as ${excerpt(JSON.stringify(dtype) ?? "nothing")}, but only F32 (float32) and U8 (bytes) are read`,
      where: { source },
      remedy: "convert it first",
    });
  }
  const [begin, end] = offsets;
  const count = shape.reduce((product, size) => product * size, 1);
  const size = dtype === "F32" ? 4 * count : count;
  if (size !== end - begin) {
    throw damaged(
      source,
      `its ${named} of shape [${excerpt(shape.join(", "))}] takes ${size} bytes, but its header gives it ${end - begin}`,
    );
  }
  if (end > view.byteLength) {
    throw truncated(
      source,
      `its ${named} ends at byte ${end} of the data, but only ${view.byteLength} bytes are there`,
    );
  }
  if (dtype === "U8") {
    const at = view.byteOffset + begin;
    return { name, shape, data: new Uint8Array(view.buffer, at, count).slice(), begin, end };
  }
  const data = new Float32Array(count);
  for (let i = 0; i < count; i++) data[i] = view.getFloat32(begin + 4 * i, true);
  return { name, shape, data, begin, end };
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);

const truncated = (source: string, what: string) =>
  new InputError({ code: "damaged-file", found: `${source} is truncated: ${what}`, where: { source } });

const wrongFormat = (source: string, what: string) =>
  new InputError({ code: "wrong-format", found: `${source} ${what}`, where: { source } });
