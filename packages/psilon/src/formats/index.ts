// Table of contents of "psilon/formats": networks as the bytes of files.

export {
  decodeNetworks,
  encodeNetworks,
  type NetworkFile,
  type NewMeaning,
  type StoredMember,
} from "./networkFile.js";
export { loadSequential, saveSequential } from "./sequentialFile.js";
