import { createRequire } from "node:module";
import { cpus } from "node:os";

/** What a run is computed by, but for what it was asked to use. */
export function environment() {
  const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };
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
