import type { OnnxAttribute } from "../../formats/onnx/model.js";
import type { GraphBuilder, Value } from "./graphBuilder.js";

/** Of a matrix, rows × columns, the columns. */
export const alongColumns: OnnxAttribute = { name: "axis", kind: "int", value: 1 };

const types = { float: 1, int64: 7, double: 11 } as const;

/** The numbers in another type. */
export const cast = ({ apply }: GraphBuilder, value: Value, type: keyof typeof types): Value =>
  apply("Cast", [value], [{ name: "to", kind: "int", value: types[type] }]);

/** Matrices side by side. */
export const beside = ({ apply }: GraphBuilder, matrices: readonly Value[]): Value =>
  matrices.length === 1 ? matrices[0] : apply("Concat", matrices, [alongColumns]);

/** The columns at these places of a matrix that has `count`. */
export function picked(
  { apply, integers }: GraphBuilder,
  matrix: Value,
  count: number,
  places: readonly number[],
): Value {
  const isAll = places.length === count && places.every((place, i) => place === i);
  return isAll ? matrix : apply("Gather", [matrix, integers(places)], [alongColumns]);
}

/** 0 in every row of finite numbers, else NaN: their sum, each times `zero`. */
export const nanUnlessFinite = ({ apply, integers }: GraphBuilder, matrix: Value, zero: Value): Value =>
  apply("ReduceSum", [apply("Mul", [matrix, zero]), integers([1])]);
