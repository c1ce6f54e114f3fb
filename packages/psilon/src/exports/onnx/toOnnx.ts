import { writeOnnx } from "../../formats/onnx/writeOnnx.js";
import type { TabularModel } from "../../models/tabularModel.js";
import { type ExportPlan, exportPlan } from "../plan.js";
import { cellsOf } from "./cells.js";
import { handOutClasses } from "./classOutputs.js";
import { encodedInputs } from "./encodedInputs.js";
import { type GraphBuilder, graphBuilder, ML, type Value } from "./graphBuilder.js";
import { meanOfMembers } from "./members.js";
import { handOutNumbers } from "./numberOutputs.js";
import { cast, nanUnlessFinite } from "./operators.js";

/**
 * The model as an ONNX file (opset 17, and ai.onnx.ml 3 where it reads texts): the table's columns go in, predictions come out, computed as
 * psilon does, the networks in float32 and all else in float64.
 *
 * Inputs have the names of the columns that some weight reads, rows × 1 each: float64 for numbers, truths (0 and 1) and dates (days since
 * 1970), where NaN is a missing cell, as are the numbers that stand for one; strings for texts, where the empty one is missing, as are the
 * texts that stand for that. A model that reads no column has no input, and predicts one row.
 *
 * Outputs of numbers: each target, or each quantile of one, rows × 1, float64, then `<target>_low` and `<target>_high` of intervals. Of classes,
 * as scikit-learn's converter has them: `label`, strings, one a row, and `probabilities`, rows × classes, float32. Where psilon refuses
 * a row, its numbers are NaN and its label is empty.
 *
 * The same model has the same bytes. Throws InputError for what is no model.
 */
export function toOnnx(model: TabularModel): Uint8Array {
  const plan = exportPlan(model);
  const builder = graphBuilder();
  const outputs = plan.columns.length === 0 ? constantOutputs(plan, builder) : rowOutputs(plan, builder);
  if (plan.target.task === "regression") handOutNumbers(builder, plan.target, outputs);
  else handOutClasses(builder, plan.target, outputs);
  const graph = builder.graph();
  const needsMl = graph.nodes.some(({ domain }) => domain === ML);
  return writeOnnx({
    irVersion: 8,
    opsets: [{ domain: "", version: 17 }, ...(needsMl ? [{ domain: ML, version: 3 }] : [])],
    producer: "psilon",
    producerVersion: "",
    documentation: "",
    metadata: new Map(),
    graph,
  });
}

/** The networks' outputs, float64; NaN in rows with a number on the way to them that is not finite. */
function rowOutputs(plan: ExportPlan, graph: GraphBuilder): Value {
  const { apply, doubles, floats } = graph;
  const cells = cellsOf(plan, graph);
  const inputs = encodedInputs(plan, cells, graph);
  const outputs = meanOfMembers(graph, plan.members, inputs);
  return apply("Sum", [
    outputs,
    nanUnlessFinite(graph, cells.values, doubles([0])),
    cast(graph, nanUnlessFinite(graph, inputs.values, floats([0])), "double"),
    nanUnlessFinite(graph, outputs, doubles([0])),
  ]);
}

/** The outputs of networks that read nothing, as one row. */
const constantOutputs = ({ members }: ExportPlan, graph: GraphBuilder): Value =>
  meanOfMembers(graph, members, { values: graph.matrix(new Float32Array(1), 1), columns: [0] });
