// Table of contents of "psilon": tables, models of them, and certificates, which have entries of their own as well ("psilon/tables",
// "psilon/preprocess", "psilon/describe", "psilon/moves", "psilon/fit", "psilon/models", "psilon/exports", "psilon/certify"). Bounds of networks are in "psilon/bounds", networks as plain
// matrices in "psilon/folded", their files in "psilon/formats", networks and their training in "psilon/engine".

export * from "./certify/index.js";
export * from "./describe/index.js";
export { type Backend, type BackendOptions, createBackend } from "./engine/backend/backend.js";
// What computes predictions, and errors
export { InputError, type Problem, type ProblemCode, problemCodes, readable } from "./errors.js";
export * from "./exports/index.js";
export * from "./fit/index.js";
export * from "./models/index.js";
export * from "./moves/index.js";
export * from "./preprocess/index.js";
export * from "./tables/index.js";
