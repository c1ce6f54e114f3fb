import type { GraphBuilder, Value } from "./graphBuilder.js";

/** Bytes of a number, of one beside its place, and of the nodes that put numbers in their places. */
const [DENSE, SPARSE, NODES] = [4, 8, 300];

/**
 * A constant matrix of so many rows, row-major: where that is shorter, only what is not 0, which whoever loads the graph puts into its places.
 * ONNX's own sparse tensors would take 12 bytes a number, and its checker takes none of them for a matrix.
 */
export function constantMatrix(graph: GraphBuilder, data: Float32Array, rows: number): Value {
  const { apply, floats, integers, places, matrix } = graph;
  const kept = [...data.keys()].filter((place) => data[place] !== 0);
  if (SPARSE * kept.length + NODES >= DENSE * data.length) return matrix(data, rows);
  const zeros = apply("ConstantOfShape", [integers([data.length])]);
  const numbers = floats(kept.map((place) => data[place]));
  const row = apply("ScatterElements", [zeros, places(kept), numbers]);
  return apply("Reshape", [row, integers([rows, data.length / rows])]);
}
