import { InputError } from "../errors.js";
import type { NamedTensor } from "./safetensors.js";

/** Throws InputError where a number is not finite; `source` names what holds the tensors. */
export function checkFinite(tensors: readonly NamedTensor[], source: string): void {
  for (const { name, data } of tensors) {
    const at = data.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) {
      throw new InputError({
        code: "not-finite",
        found: `${source} holds ${data[at]} as number ${at} of its tensor "${name}", but every weight must be finite`,
        where: { source },
        value: String(data[at]),
      });
    }
  }
}
