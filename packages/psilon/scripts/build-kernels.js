// Compiles the AssemblyScript kernels twice (SIMD, relaxed SIMD) and embeds each module as base64 in a TypeScript
// file, so that the library has nothing to fetch and no path to resolve in Node, browsers, workers or bundlers. Beside
// them it writes the exports' types, as their sources have them.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const sources = join(root, "src/engine/kernels");
const target = join(root, "src/engine/backend/modules");

const variants = [
  { name: "simd", features: ["simd"] },
  { name: "relaxedSimd", features: ["simd", "relaxed-simd"] },
];

const fingerprint = createHash("sha256").update(readFileSync(fileURLToPath(import.meta.url)));
for (const file of readdirSync(sources).sort())
  fingerprint.update(file).update(readFileSync(join(sources, file)));
const stamp = `// Generated from src/engine/kernels (${fingerprint.digest("hex").slice(0, 16)}). Do not edit.`;

const isCurrent = (path) => {
  try {
    return readFileSync(path, "utf8").startsWith(stamp);
  } catch {
    return false;
  }
};

/** The names that kernels' sources have for types: a boolean crosses the border as 0 or 1, all else as a number. */
const typeOf = (type) => (type === "bool" ? "boolean" : type === "void" ? "void" : "number");

/** `export function f(a: i32, b: bool): void` of every kernel that the table of contents hands on, as a method of an interface. */
function exportedTypes() {
  const contents = readFileSync(join(sources, "index.ts"), "utf8");
  const names = [...contents.matchAll(/export \{([^}]*)\}/g)].flatMap(([, list]) => list.match(/\w+/g));
  const code = readdirSync(sources).map((file) => readFileSync(join(sources, file), "utf8"));
  const all = [...code.join("\n").matchAll(/export function (\w+)\(([^)]*)\): (\w+)/g)];
  const methods = all
    .filter(([, name]) => name === "heapBase" || names.includes(name))
    .map(([, name, list, result]) => {
      const parameters = [...list.matchAll(/(\w+): (\w+)/g)].map(([, n, type]) => `${n}: ${typeOf(type)}`);
      return `  ${name}(${parameters.join(", ")}): ${typeOf(result)};\n`;
    });
  return `export interface KernelExports {\n${methods.join("")}}\n`;
}

mkdirSync(target, { recursive: true });
const types = join(target, "kernelExports.ts");
if (!isCurrent(types)) writeFileSync(types, `${stamp}\n${exportedTypes()}`);
for (const { name, features } of variants) {
  const path = join(target, `${name}.ts`);
  if (isCurrent(path)) continue;
  const binary = join(tmpdir(), `psilon-${process.pid}-${name}.wasm`);
  const { error, stderr } = await asc.main([
    join(sources, "index.ts"),
    "--outFile",
    binary,
    "--runtime",
    "stub",
    "--use",
    "abort=",
    "--maximumMemory",
    "65536",
    "-O3",
    "--noAssert",
    "--converge",
    ...features.flatMap((feature) => ["--enable", feature]),
  ]);
  if (error) {
    process.stderr.write(stderr.toString());
    throw new Error(`The ${name} kernels did not compile; the compiler's message is above.`);
  }
  const base64 = readFileSync(binary).toString("base64");
  rmSync(binary);
  // Without the type said, declarations would hold the module as the type of its text.
  writeFileSync(path, `${stamp}\nexport const ${name}Module: string =\n  "${base64}";\n`);
}
