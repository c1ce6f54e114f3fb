import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { readOnnx } from "../../../src/formats/onnx/readOnnx.ts";
import { writeOnnx } from "../../../src/formats/onnx/writeOnnx.ts";
import { everyMessage } from "../../support/onnxModels.ts";

const hasOnnx = spawnSync("python3", ["-c", "import onnx"]).status === 0;

describe("ONNX files", () => {
  test("come back as they were written, every kind of tensor, attribute and value among them", () => {
    expect(readOnnx(writeOnnx(everyMessage), "a.onnx")).toEqual(everyMessage);
  });

  test("have the same bytes for the same model", () => {
    expect(writeOnnx(everyMessage)).toEqual(writeOnnx(structuredClone(everyMessage)));
  });

  test("are read from a view at any offset of a larger buffer", () => {
    const bytes = writeOnnx(everyMessage);
    const shifted = new Uint8Array(bytes.length + 10);
    shifted.set(bytes, 3);
    expect(readOnnx(shifted.subarray(3, 3 + bytes.length), "a.onnx")).toEqual(everyMessage);
  });

  test.runIf(hasOnnx)("are what onnx's own package for Python reads, and its files are read alike", () => {
    // It writes numbers in the typed fields that its helper makes, and again as raw bytes; both are what was written here.
    const script = `
import sys, onnx
from onnx import numpy_helper, helper
model = onnx.load_model_from_string(sys.stdin.buffer.read())
for tensor in model.graph.initializer:
    values = numpy_helper.to_array(tensor)
    if tensor.data_type != onnx.TensorProto.STRING:
        tensor.CopyFrom(helper.make_tensor(tensor.name, tensor.data_type, tensor.dims, values.flatten().tolist()))
sys.stdout.buffer.write(model.SerializeToString())`;
    const { stdout, stderr } = spawnSync("python3", ["-c", script], { input: writeOnnx(everyMessage) });
    expect(stderr.toString()).toBe("");
    expect(stdout.length).toBeGreaterThan(100);
    expect(readOnnx(new Uint8Array(stdout), "a.onnx")).toEqual(everyMessage);
  });
});
