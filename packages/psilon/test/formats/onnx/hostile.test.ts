import { describe, expect, test } from "vitest";
import { createRandom } from "../../../src/engine/random/random.ts";
import { InputError } from "../../../src/errors.ts";
import type { OnnxTensor } from "../../../src/formats/onnx/model.ts";
import { onnxNetwork } from "../../../src/formats/onnx/onnxNetwork.ts";
import { readOnnx } from "../../../src/formats/onnx/readOnnx.ts";
import { float, joined, nested, type Pieces, text, varint, varints } from "../../../src/formats/onnx/wire.ts";
import { writeOnnx } from "../../../src/formats/onnx/writeOnnx.ts";
import { everyMessage, modelOf, node, tensor } from "../../support/onnxModels.ts";

const net = modelOf(
  { x: ["rows", 3] },
  [
    node("Sub", ["x", "mean"], "s"),
    node("Gemm", ["s", "w", "b"], "h", { transB: 1 }),
    node("Relu", ["h"], "r"),
    node("Clip", ["r", "", "most"], "c"),
    node("Gemm", ["c", "v"], "g"),
    node("Softmax", ["g"], "y", { axis: -1 }),
  ],
  [
    tensor("mean", [3], (i) => i),
    tensor("w", [4, 3], (i) => i / 7),
    tensor("b", [4], (i) => i - 2),
    tensor("most", [], () => 6),
    tensor("v", [4, 2], (i) => 1 / (1 + i)),
  ],
);

/** Whether the file is read or refused in one sentence; anything else is thrown on. */
function isRefused(bytes: Uint8Array): boolean {
  try {
    const model = readOnnx(bytes, "bad.onnx");
    const network = onnxNetwork(model, bytes.length, "bad.onnx");
    const count = network.scaling.length;
    network.fold({ centers: Array(count).fill(0), scales: Array(count).fill(1) }, null);
    return false;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    // The assertion itself takes longer than the file.
    if (!/^[^\n]{1,1200}[.?]$/.test(error.message)) expect(error.message).toBe("one sentence");
    return true;
  }
}

/** A file with one tensor, of which these are the fields. */
const withTensor = (...fields: readonly Pieces[]): Uint8Array => joined(nested(7, nested(5, fields.flat())));

/** A tag and a length with nothing behind it. */
const announcing = (field: number, length: number): Uint8Array =>
  Uint8Array.from([(field << 3) | 2, ...varint(1, length)[0].subarray(1)]);

describe("Hostile ONNX files", () => {
  test("that are cut anywhere are refused in a sentence, or are whole before the cut", () => {
    const bytes = writeOnnx(net);
    let refused = 0;
    for (let length = 0; length < bytes.length; length++) {
      if (isRefused(bytes.subarray(0, length))) refused++;
    }
    // What is cut behind the operators' version may still be whole.
    expect(refused).toBeGreaterThan(0.95 * bytes.length);
  });

  test("of which 1,000 have one to eight bits flipped are read or refused in a sentence", () => {
    const random = createRandom(5);
    let refused = 0;
    for (let i = 0; i < 1000; i++) {
      const bytes = writeOnnx(i % 2 === 0 ? net : everyMessage);
      const flips = 1 + Math.floor(8 * random.next());
      for (let f = 0; f < flips; f++) {
        const bit = Math.floor(8 * bytes.length * random.next());
        bytes[bit >> 3] ^= 1 << (bit & 7);
      }
      if (isRefused(bytes)) refused++;
    }
    expect(refused).toBeGreaterThan(500);
  });

  test("of random bytes are refused in a sentence", () => {
    const random = createRandom(6);
    for (let i = 0; i < 1000; i++) {
      const bytes = Uint8Array.from({ length: Math.floor(200 * random.next()) }, () => 256 * random.next());
      expect(isRefused(bytes)).toBe(true);
    }
  });

  const refused: Readonly<Record<string, readonly [bytes: () => Uint8Array, sentence: RegExp]>> = {
    "that announce a gigabyte": [
      () => announcing(7, 2 ** 30),
      /^bad\.onnx is damaged: its field 7, 0 bytes into a message, announces 1073741824 bytes where 0 are left\.$/,
    ],
    "that announce more than can be counted": [
      () => Uint8Array.from([0x3a, ...Array(9).fill(0xff), 0x01]),
      /^bad\.onnx is damaged: its field 7, .* announces 1844674407370955\d+ bytes where 0 are left\.$/,
    ],
    "whose tensor is announced to be a gigabyte": [
      () => withTensor(varints(1, [2 ** 28]), varint(2, 1), text(8, "w")),
      /^bad\.onnx is damaged: its tensor "w" of shape \[268435456\] takes 268435456 of float, but it has 0\.$/,
    ],
    "whose shape overflows": [
      () => withTensor(varints(1, [2 ** 40, 2 ** 40]), varint(2, 1), text(8, "w")),
      /^bad\.onnx is damaged: its tensor "w" has the impossible shape \[1099511627776, 1099511627776\]\.$/,
    ],
    "whose shape overflows to what would fit": [
      () => withTensor(varints(1, [2 ** 32, 2 ** 32]), varint(2, 1), text(8, "w")),
      /has the impossible shape/,
    ],
    "whose shape is negative": [
      () => withTensor(varints(1, [-1, -4]), varint(2, 1), text(8, "w"), nested(9, [new Uint8Array(16)])),
      /^bad\.onnx is damaged: its tensor "w" has the impossible shape \[-1, -4\]\.$/,
    ],
    "with a part of a number": [
      () => withTensor(varints(1, [1]), varint(2, 1), nested(9, [new Uint8Array(5)])),
      /takes 1 of float, but it has 1\.25\.$/,
    ],
    "with too few numbers": [
      () => withTensor(varints(1, [2]), varint(2, 1), float(4, 1)),
      /^bad\.onnx is damaged: its tensor "" of shape \[2\] takes 2 of float, but it has 1\.$/,
    ],
    "whose numbers are in another file": [
      () =>
        withTensor(
          varints(1, [2]),
          varint(2, 1),
          text(8, "w"),
          nested(13, [...text(1, "location"), ...text(2, "/etc/passwd")]),
          varint(14, 1),
        ),
      /^bad\.onnx keeps the numbers of its tensor "w" in another file, and other files are never opened; save the network with its weights in one file, as PyTorch does with external_data=False\.$/,
    ],
    "whose numbers are float16": [
      () => withTensor(varints(1, [2]), varint(2, 10), text(8, "w"), nested(9, [new Uint8Array(4)])),
      /^bad\.onnx holds the tensor "w" as float16, but only float, double, int32, int64, bool and string are read; convert it first\.$/,
    ],
    "whose numbers are bfloat16": [() => withTensor(varint(2, 16)), /holds the tensor "" as bfloat16/],
    "whose numbers are of no type": [() => withTensor(varint(2, 99)), /holds the tensor "" as number 99/],
    "with tensors in segments": [
      () => withTensor(varint(2, 1), nested(3, [])),
      /^bad\.onnx holds its tensor "" in segments, which are not read; save the network with whole tensors\.$/,
    ],
    "with groups, as older writers of the wire format made them": [
      () => Uint8Array.of(0x3b, 0x3c),
      /^bad\.onnx is damaged: a field of the unknown kind 3 stands in it, so it is cut or no ONNX file\.$/,
    ],
    "with a field of no number": [() => Uint8Array.of(0x02, 0), /one of its fields has the number 0/],
    "with a number without end": [
      () => new Uint8Array(20).fill(0xff),
      /^bad\.onnx is damaged: a number in it has no end within 10 bytes\.$/,
    ],
    "with a number where a message should be": [
      () => joined(varint(7, 5)),
      /^bad\.onnx is damaged: its field 7 should hold a message or a text, but holds a number\.$/,
    ],
    "with a text where a number should be": [
      () => joined(text(1, "8")),
      /^bad\.onnx is damaged: its field 1 should hold a whole number, but holds something else\.$/,
    ],
    "with texts that are none": [
      () => joined(nested(2, [Uint8Array.of(0xff, 0x80)])),
      /^bad\.onnx is damaged: the text in its field 2 is not UTF-8\.$/,
    ],
    "with a node without an operator": [
      () => joined(nested(7, nested(1, text(3, "first")))),
      /^bad\.onnx is damaged: its node "first" names no operator\.$/,
    ],
    "with more nodes than networks have": [
      () => joined(nested(7, [new Uint8Array(5 * 150_000).map((_, i) => [0x0a, 3, 0x22, 1, 0x41][i % 5])])),
      /^bad\.onnx is damaged: it has more than 200000 nodes, names and tensors, and no network has\.$/,
    ],
    "with a sparse tensor without values": [
      () => joined(nested(7, nested(15, varints(3, [2])))),
      /^bad\.onnx is damaged: a sparse tensor in it lacks its values or their places\.$/,
    ],
    "with an attribute without its tensor": [
      () =>
        joined(
          nested(
            7,
            nested(1, [...text(4, "Constant"), ...nested(5, [...text(1, "value"), ...varint(20, 4)])]),
          ),
        ),
      /^bad\.onnx is damaged: its attribute "value" lacks its tensor\.$/,
    ],
    "that are tables": [() => new TextEncoder().encode("a,b\n1,2\n"), /^bad\.onnx is damaged: /],
    "that are empty": [() => new Uint8Array(), /^bad\.onnx is no ONNX file, or is cut: it holds no graph\.$/],
  };

  test.for(Object.entries(refused))("%s are refused in a sentence", ([, [bytes, sentence]]) => {
    expect(() => readOnnx(bytes(), "bad.onnx")).toThrow(sentence);
  });

  test("nest graphs in graphs at no cost: what stands within a node's attribute is skipped", () => {
    let graph: Pieces = [];
    for (let depth = 0; depth < 5000; depth++) {
      graph = [
        joined(
          nested(1, [
            ...text(4, "If"),
            ...nested(5, [...text(1, "then_branch"), ...nested(6, graph), ...varint(20, 5)]),
          ]),
        ),
      ];
    }
    const { nodes } = readOnnx(joined(nested(7, graph)), "deep.onnx").graph;
    expect(nodes).toEqual([{ op: "If", domain: "", name: "", inputs: [], outputs: [], attributes: [] }]);
  });

  test("with sparse tensors whose places are outside of their shape, or not as many, are refused", () => {
    const sparse = (dims: readonly number[], ...places: readonly number[]) => {
      const values: OnnxTensor = tensor("s", [2], () => 1);
      const indices: OnnxTensor = {
        name: "",
        dims: [places.length],
        type: "int64",
        data: BigInt64Array.from(places, BigInt),
      };
      const model = modelOf({ x: ["rows", 3] }, [node("Add", ["x", "s"], "y")], []);
      const bytes = writeOnnx({
        ...model,
        graph: { ...model.graph, sparseInitializers: [{ values, indices, dims }] },
      });
      return onnxNetwork(readOnnx(bytes, "s.onnx"), bytes.length, "s.onnx");
    };
    expect(sparse([1, 3], 0, 2).outputs).toBe(3);
    expect(sparse([1, 3], 0, 0, 0, 2).outputs).toBe(3);
    expect(() => sparse([1, 3], 0, 3)).toThrow(
      'The tensor "s" of s.onnx is sparse, but has a value outside of [1,3].',
    );
    expect(() => sparse([1, 3], 0, 1, 2)).toThrow("is sparse, but has 3 places for 2 values");
    expect(() => sparse([1, 2 ** 40], 0, 1)).toThrow("asks for more memory");
  });
});
