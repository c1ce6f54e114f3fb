import { InputError } from "psilon";
import { TABLES } from "./modelFile.js";

/** The refusal of a file that is something else than ONNX, as its first bytes or its name tell; null where they tell nothing. */
export function notOnnx(bytes: Uint8Array, path: string): InputError | null {
  const [what, remedy] = kindOf(bytes, path) ?? [];
  return what === undefined
    ? null
    : new InputError({
        code: "wrong-format",
        found: `"${path}" is ${what}, where an ONNX file is expected`,
        where: { source: path },
        ...(remedy && { remedy }),
      });
}

function kindOf(bytes: Uint8Array, path: string): [what: string, remedy?: string] | null {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return ["compressed by gzip", "unpack it first, by gunzip"];
  // The length of a header of JSON, and its brace.
  const isSafetensors = bytes[8] === 0x7b && bytes.subarray(4, 8).every((byte) => byte === 0);
  if (isSafetensors) return ["a safetensors file", "a model of psilon needs no import"];
  return TABLES.test(path) ? ["a table"] : null;
}
