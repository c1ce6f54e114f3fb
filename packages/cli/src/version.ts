import { createRequire } from "node:module";

/** The version of the command, which is psilon's. */
export const { version } = createRequire(import.meta.url)("../package.json") as { readonly version: string };
