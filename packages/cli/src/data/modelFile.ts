import { readFile } from "node:fs/promises";
import { InputError, loadModel, type TabularModel } from "psilon";

/** Reads a model file. Throws InputError when there is none, or when it is damaged or of another kind. */
export async function readModel(path: string): Promise<TabularModel> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") throw new InputError(`There is no model file "${path}".`);
    if (error.code === "EISDIR") throw new InputError(`"${path}" is a folder; name a model file in it.`);
    throw new InputError(`The model file "${path}" cannot be opened (${error.code}).`);
  });
  return loadModel(Uint8Array.from(bytes), path);
}
