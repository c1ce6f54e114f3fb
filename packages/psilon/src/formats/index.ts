// Table of contents of "psilon/formats": networks as the bytes of files, and what ONNX files hold.

export {
  decodeNetworks,
  encodeNetworks,
  type NetworkFile,
  type NewMeaning,
  type StoredMember,
} from "./networkFile.js";
export type {
  OnnxAttribute,
  OnnxElement,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxSparseTensor,
  OnnxTensor,
  OnnxValue,
} from "./onnx/model.js";
export { readOnnx } from "./onnx/readOnnx.js";
export { writeOnnx } from "./onnx/writeOnnx.js";
export { loadSequential, saveSequential } from "./sequentialFile.js";
