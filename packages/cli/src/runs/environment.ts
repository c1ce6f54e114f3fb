import { cpus } from "node:os";
import { version } from "../version.js";

/** What a run is computed by, but for what it was asked to use. */
export function environment() {
  const processors = cpus();
  return {
    psilon: version,
    node: process.version,
    platform: process.platform,
    arch: process.arch,
    processor: processors[0]?.model.trim() ?? null,
    cores: processors.length,
  };
}
