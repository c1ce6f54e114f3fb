import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InputError } from "psilon";

/**
 * Has a trained model written where it was to go. Where that fails, since the disk is full or the folder gone, it is kept in `folder`; the InputError
 * that is thrown then names the file.
 */
export async function keepModel(
  model: Uint8Array,
  write: (model: Uint8Array) => Promise<void>,
  folder = tmpdir(),
): Promise<void> {
  try {
    await write(model);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const path = join(folder, `psilon-model-${process.pid}-${Date.now()}.safetensors`);
    const isKept = await writeFile(path, model, { flag: "wx" }).then(
      () => true,
      () => false,
    );
    if (!isKept) throw error;
    throw new InputError({
      ...error.problem,
      remedy: `the trained model was kept in "${path}": move it to where there is room`,
    });
  }
}
