// onnxruntime-node on the CPU, predicting with the same folded network, written as ONNX here.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ort from "onnxruntime-node";
import { PbfWriter } from "pbf";
import { fold, PREDICTION_SHAPE, problem } from "../problem.js";
import { milliseconds } from "../timing.js";

const job = problem(PREDICTION_SHAPE);
const model = onnx(fold(job.layers), job.inputs);
const tensor = (data) => new ort.Tensor("float32", data, [data.length / job.inputs, job.inputs]);
const row = tensor(job.x.slice(0, job.inputs));
const rows = tensor(job.x);
const parts = [];
for (let i = 0; i < job.batch; i += 1000)
  parts.push(tensor(job.x.slice(i * job.inputs, (i + 1000) * job.inputs)));

const figures = [];
for (const threads of [1, 2]) {
  const variant = threads === 1 ? "1 thread" : "2 threads";
  const session = await ort.InferenceSession.create(model, { intraOpNumThreads: threads });
  const { y } = await session.run({ x: rows });
  const check = y.data.reduce((sum, value) => sum + value, 0);
  const add = async (column, variant, call) =>
    figures.push({ column, variant, check, milliseconds: await milliseconds(call) });
  await add("row", variant, () => session.run({ x: row }));
  await add("rows", variant, () => session.run({ x: rows }));
  await add("rows", `${variant}, 1,000 at a time`, async () => {
    for (const part of parts) await session.run({ x: part });
  });
}
const manifest = new URL("../package.json", import.meta.resolve("onnxruntime-node"));
const { version } = JSON.parse(readFileSync(fileURLToPath(manifest), "utf8"));
console.log(JSON.stringify({ version: `onnxruntime-node ${version}`, figures }));

/** ModelProto of Gemm and Relu nodes, y = Gemm(Relu(… Gemm(x))); field numbers are those of onnx.proto. */
function onnx(layers, inputs) {
  const pbf = new PbfWriter();
  const message = (tag, write) => pbf.writeMessage(tag, write);
  const value = (tag, name, columns) =>
    message(tag, () => {
      pbf.writeStringField(1, name);
      message(2, () =>
        message(1, () => {
          pbf.writeVarintField(1, 1); // float32
          message(2, () => {
            message(1, () => pbf.writeStringField(2, "rows"));
            message(1, () => pbf.writeVarintField(1, columns));
          });
        }),
      );
    });
  const node = (type, inputs, output, attributes = () => {}) =>
    message(1, () => {
      for (const input of inputs) pbf.writeStringField(1, input);
      pbf.writeStringField(2, output);
      pbf.writeStringField(4, type);
      attributes();
    });
  const constant = (name, dimensions, data) =>
    message(5, () => {
      for (const dimension of dimensions) pbf.writeVarintField(1, dimension);
      pbf.writeVarintField(2, 1);
      pbf.writeStringField(8, name);
      pbf.writeBytesField(9, new Uint8Array(data.buffer));
    });
  const transposeB = () =>
    message(5, () => {
      pbf.writeStringField(1, "transB");
      pbf.writeVarintField(3, 1);
      pbf.writeVarintField(20, 2);
    });

  pbf.writeVarintField(1, 8);
  message(7, () => {
    let previous = "x";
    layers.forEach(({ rows, columns, weight, bias }, l) => {
      const last = l === layers.length - 1;
      const output = last ? "y" : `z${l}`;
      node("Gemm", [previous, `w${l}`, `b${l}`], output, transposeB);
      if (!last) node("Relu", [output], `h${l}`);
      previous = `h${l}`;
      constant(`w${l}`, [rows, columns], weight);
      constant(`b${l}`, [rows], bias);
    });
    pbf.writeStringField(2, "net");
    value(11, "x", inputs);
    value(12, "y", 1);
  });
  message(8, () => pbf.writeVarintField(2, 13));
  return pbf.finish();
}
