// Table of contents of "psilon/describe": what a table is like, and what a person should know of it before anything is learned.

export { type ColumnDescription, describeFrame } from "./description.js";
export { copiesAcross } from "./duplicates.js";
export { type Warning, type WarningCode, warningCodes, warningText } from "./warning.js";
export { isRareClass, warningsOf } from "./warnings.js";
