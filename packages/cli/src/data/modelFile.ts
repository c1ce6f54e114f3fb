import { readFile } from "node:fs/promises";
import { loadModel, type TabularModel } from "psilon";
import { readProblem } from "./readProblem.js";

/** Reads a model file. Throws InputError when there is none, or when it is damaged or of another kind. */
export async function readModel(path: string): Promise<TabularModel> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw readProblem("model file", path, error);
  });
  return loadModel(Uint8Array.from(bytes), path);
}
