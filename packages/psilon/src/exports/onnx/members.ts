import type { OnnxAttribute } from "../../formats/onnx/model.js";
import { outputsOf, type PlanLayer, type PlanMember } from "../plan.js";
import { constantMatrix } from "./constantMatrix.js";
import type { EncodedInputs } from "./encodedInputs.js";
import type { GraphBuilder, Value } from "./graphBuilder.js";
import { beside, cast, picked } from "./operators.js";

/** The model's outputs, rows × outputs, float64: the mean of its members' in float64, rounded to float32 once. */
export function meanOfMembers(
  graph: GraphBuilder,
  members: readonly PlanMember[],
  inputs: EncodedInputs,
): Value {
  const { apply, integers } = graph;
  const outputs = beside(
    graph,
    members.map((member) => memberOutputs(graph, member, inputs)),
  );
  const all = cast(graph, outputs, "double");
  if (members.length === 1) return all;
  // 0: as many rows as there are.
  const each = apply("Reshape", [all, integers([0, members.length, outputsOf(members)])]);
  const axes: OnnxAttribute = { name: "axes", kind: "ints", value: [1] };
  const mean = apply("ReduceMean", [each], [axes, { name: "keepdims", kind: "int", value: 0 }]);
  return cast(graph, cast(graph, mean, "float"), "double");
}

function memberOutputs(graph: GraphBuilder, member: PlanMember, inputs: EncodedInputs): Value {
  const { apply } = graph;
  const { slopes } = member;
  // A network that reads nothing is given an input, so that there are rows, with weights of 0.
  const places = member.inputs.length > 0 ? member.inputs : [0];
  const order = [...places.keys()].sort((i, j) => inputs.columns[places[i]] - inputs.columns[places[j]]);
  const x = picked(
    graph,
    inputs.values,
    inputs.columns.length,
    order.map((j) => inputs.columns[places[j]]),
  );
  const [first, ...others] = member.layers;
  const reordered = { ...first, weight: inOrder(first.weight, first.rows, order) };
  const y = [reordered, ...others].reduce((value, layer) => layerOutputs(graph, layer, value), x);
  if (!slopes) return y;
  return apply("Add", [
    y,
    apply("Gemm", [x, constantMatrix(graph, inOrder(slopes, 1, order), 1)], [transposed]),
  ]);
}

/** Matrices are rows of weights, as many as there are outputs. */
const transposed: OnnxAttribute = { name: "transB", kind: "int", value: 1 };

/** A matrix of so many rows with its columns in this order, and zeros in those that it lacks. */
function inOrder(weight: Float32Array, rows: number, order: readonly number[]): Float32Array {
  const columns = weight.length / rows;
  const ordered = new Float32Array(rows * order.length);
  for (let i = 0; i < rows; i++) {
    for (const [place, j] of order.entries()) {
      if (j < columns) ordered[i * order.length + place] = weight[i * columns + j];
    }
  }
  return ordered;
}

function layerOutputs(graph: GraphBuilder, layer: PlanLayer, x: Value): Value {
  const { apply, floats } = graph;
  const { activation, residual, rows, weight, bias } = layer;
  const positive = activation === "none" ? x : apply("Relu", [x]);
  const read = activation === "crelu" ? beside(graph, [positive, apply("Min", [x, floats([0])])]) : positive;
  const y = apply("Gemm", [read, constantMatrix(graph, weight, rows), floats([...bias])], [transposed]);
  return residual ? apply("Add", [y, x]) : y;
}
