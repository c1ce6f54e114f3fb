// Table of contents.
export { Arena, Tensor } from "./backend/arena.js";
export { type Backend, type BackendOptions, createBackend } from "./backend/backend.js";
