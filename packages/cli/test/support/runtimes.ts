import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where `scripts/install-test-tools.sh` puts what npm brings. */
const tools = fileURLToPath(new URL("../../../../.tools/node_modules", import.meta.url));
const arm = process.arch === "arm64";

/** The folders in which another runtime's program may lie. */
const folders: Readonly<Record<"deno" | "bun", string>> = {
  deno: join(tools, "@deno", arm ? "linux-arm64-glibc" : "linux-x64-glibc"),
  bun: join(tools, "@oven", arm ? "bun-linux-aarch64" : "bun-linux-x64", "bin"),
};

/** The program of another runtime: the one on the path, or of the tools for tests; null where there is none. */
export function runtime(name: "deno" | "bun"): string | null {
  const paths = [...(process.env.PATH ?? "").split(delimiter), folders[name]].map((folder) =>
    join(folder, name),
  );
  return paths.find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
