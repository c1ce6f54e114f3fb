import { describe, expect, test } from "vitest";
import { InputError } from "../../src/errors.ts";
import { decodeSafetensors, encodeSafetensors, type Safetensors } from "../../src/formats/safetensors.ts";

const awkward = Float32Array.of(-0, 1e-45, 3.4028234663852886e38, -1 / 3, 0.1, 7);
const example: Safetensors = {
  tensors: [
    { name: "weight", shape: [2, 3], data: awkward },
    { name: "scalar", shape: [], data: Float32Array.of(5) },
    { name: "empty", shape: [0, 4], data: new Float32Array(0) },
    { name: "größe", shape: [3], data: Float32Array.of(1, 2, 3) },
  ],
  bytes: [
    { name: "mask", shape: [5], data: Uint8Array.of(0, 1, 255, 7, 9) },
    { name: "none", shape: [0], data: new Uint8Array(0) },
  ],
  metadata: new Map([["note", 'line\nbreak, "quotes" and ✓']]),
};

/** A file with any header, which need not be right. */
function fileOf(header: unknown, dataBytes: number): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

/** Lists in lists, so many. */
const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

const tensor = (shape: unknown, offsets: unknown, dtype: unknown = "F32") => ({
  dtype,
  shape,
  data_offsets: offsets,
});

describe("safetensors", () => {
  test("come back to the last bit, with names, shapes and metadata", () => {
    const read = decodeSafetensors(encodeSafetensors(example), "a.safetensors");
    expect(read).toEqual(example);
    expect(new Uint32Array(read.tensors[0].data.buffer)).toEqual(new Uint32Array(awkward.buffer));
  });

  test("are laid out as the format says: length, header padded to 8 bytes, tensors in order", () => {
    const bytes = encodeSafetensors({
      tensors: [{ name: "a", shape: [1, 2], data: Float32Array.of(1, -2) }],
      metadata: new Map([["k", "v"]]),
    });
    const header = '{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}';
    expect(bytes.slice(0, 8)).toEqual(Uint8Array.of(88, 0, 0, 0, 0, 0, 0, 0));
    expect(new TextDecoder().decode(bytes.slice(8, 96))).toBe(header.padEnd(88, " "));
    expect(bytes.slice(96)).toEqual(Uint8Array.of(0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0));
  });

  test("are read from a view at any offset of a larger buffer", () => {
    const bytes = encodeSafetensors(example);
    const shifted = new Uint8Array(bytes.length + 10);
    shifted.set(bytes, 3);
    expect(decodeSafetensors(shifted.subarray(3, 3 + bytes.length), "a.safetensors")).toEqual(example);
  });

  test("are read in any order of header and data, as other writers leave them", () => {
    const bytes = fileOf({ b: tensor([1], [4, 8]), a: tensor([1], [0, 4]) }, 8);
    const view = new DataView(bytes.buffer);
    view.setFloat32(bytes.length - 8, 1, true);
    view.setFloat32(bytes.length - 4, 2, true);
    const { tensors, metadata } = decodeSafetensors(bytes, "a.safetensors");
    expect(tensors.map(({ name, data }) => [name, data[0]])).toEqual([
      ["b", 2],
      ["a", 1],
    ]);
    expect(metadata.size).toBe(0);
  });

  test.each([
    [
      new Uint8Array(0),
      "is truncated: a model file begins with 8 bytes that give its header's length, but it has 0",
    ],
    [
      new TextEncoder().encode("species,island,mass\n"),
      "is not a safetensors file: its first 8 bytes announce",
    ],
    [fileOf({}, 0).subarray(0, 9), "is truncated: its header should end at byte 10, but it has 9 bytes"],
    [fileOf("{'a'}", 0), "its header is not JSON"],
    [fileOf("[]", 0), "its header should be a JSON object"],
    [fileOf({ __metadata__: 1 }, 0), "its __metadata__ should be a JSON object from names to strings"],
    [fileOf({ __metadata__: { a: 1 } }, 0), "its __metadata__ should be a JSON object from names to strings"],
    [
      fileOf(`{"a":{"shape":${nested(1_000_000)}}}`, 0),
      "its header nests lists and objects more than 64 deep",
    ],
    [fileOf(`{"a":{"dtype":${nested(65)}}}`, 0), "its header nests lists and objects more than 64 deep"],
    [fileOf(`{"]]]]\\"[[[[":${nested(10)}}`, 0), 'its tensor "]]]]"[[[[" should have a shape'],
    [fileOf(`{"${"a".repeat(1_000)}":1}`, 0), `its tensor "${"a".repeat(80)}…" should have a shape`],
    [
      fileOf({ a: tensor(Array(1_000).fill(1), [0, 8]) }, 8),
      `of shape [${"1, ".repeat(26)}1,…] takes 4 bytes`,
    ],
    [fileOf({ a: null }, 0), 'its tensor "a" should have a shape and two data_offsets'],
    [fileOf({ a: tensor([-1], [0, 4]) }, 4), 'its tensor "a" should have a shape'],
    [fileOf({ a: tensor([1.5], [0, 4]) }, 4), 'its tensor "a" should have a shape'],
    [fileOf({ a: tensor([1], [4, 0]) }, 4), 'its tensor "a" should have a shape'],
    [fileOf({ a: tensor([1], [0]) }, 4), 'its tensor "a" should have a shape'],
    [fileOf({ a: tensor([2], [0, 4], "F16") }, 4), 'holds the tensor "a" as "F16", but only F32'],
    [
      fileOf({ a: tensor([3], [0, 2], "U8") }, 2),
      'its tensor "a" of shape [3] takes 3 bytes, but its header gives it 2',
    ],
    [
      fileOf({ a: tensor([2], [0, 4]) }, 4),
      'its tensor "a" of shape [2] takes 8 bytes, but its header gives it 4',
    ],
    [fileOf({ a: tensor([1e10, 1e10, 1e300], [0, 4]) }, 4), 'its tensor "a" should have a shape'],
    [
      fileOf({ a: tensor([2], [0, 8]) }, 4),
      'its tensor "a" ends at byte 8 of the data, but only 4 bytes are there',
    ],
    [
      fileOf({ a: tensor([2], [0, 8]), b: tensor([1], [4, 8]) }, 8),
      'its tensor "b" begins at byte 4 of the data, but the one before it ends at byte 8',
    ],
    [
      fileOf({ a: tensor([1], [0, 4]), b: tensor([1], [8, 12]) }, 12),
      'its tensor "b" begins at byte 8 of the data, but the one before it ends at byte 4',
    ],
    [fileOf({ a: tensor([1], [0, 4]) }, 7), "its tensors take 4 bytes, but 7 bytes follow the header"],
  ])("say what is wrong with a damaged file (%#)", (bytes, message) => {
    const decode = () => decodeSafetensors(bytes, "a.safetensors");
    expect(decode).toThrow(InputError);
    expect(decode).toThrow(/^a\.safetensors .*\.$/);
    expect(decode).toThrow(message);
  });
});
