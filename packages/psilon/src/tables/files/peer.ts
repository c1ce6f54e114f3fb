import { InputError } from "../../errors.js";

/** An optional peer of the package. Throws InputError, with `found` and what to do, where it is not installed. */
export async function loadPeer<T>(load: () => Promise<T>, name: string, found: string): Promise<T> {
  try {
    return await load();
  } catch {
    throw new InputError({ code: "not-installed", found, remedy: `add it with \`npm install ${name}\`` });
  }
}
