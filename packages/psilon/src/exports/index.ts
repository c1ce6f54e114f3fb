// Table of contents of "psilon/exports": models written in other languages, preprocessing included.

export {
  type JavaScriptModule,
  type JavaScriptOptions,
  toJavaScript,
} from "./javascript/toJavaScript.js";
export {
  type CategoryFeature,
  type ExportPlan,
  exportPlan,
  type NumberFeature,
  type PlanColumn,
  type PlanFeature,
  type PlanLayer,
  type PlanMember,
  type TruthFeature,
} from "./plan.js";
export { type PythonFiles, toPython } from "./python/toPython.js";
