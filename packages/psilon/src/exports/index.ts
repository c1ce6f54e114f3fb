// Table of contents of "psilon/exports": models written in other languages, preprocessing included.

export {
  type JavaScriptModule,
  type JavaScriptOptions,
  toJavaScript,
} from "./javascript/toJavaScript.js";
export { toOnnx } from "./onnx/toOnnx.js";
export {
  type CategoryFeature,
  type ExportPlan,
  exportPlan,
  type FeaturePlace,
  type NumberFeature,
  type PlanColumn,
  type PlanFeature,
  type PlanLayer,
  type PlanMember,
  type TruthFeature,
} from "./plan.js";
export { type PythonFiles, toPython } from "./python/toPython.js";
export { type SqlDialect, type SqlOptions, sqlDialects, toSql } from "./sql/toSql.js";
