import { InputError } from "psilon";

/** Why a file could not be read, as a whole sentence; `what` it is: "file", "model file". */
export function readProblem(what: string, path: string, { code }: NodeJS.ErrnoException): InputError {
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return new InputError(`There is no ${what} "${path}"; check its name and its folder.`);
    case "EACCES":
    case "EPERM":
      return new InputError(
        `The ${what} "${path}" is read-protected; allow yourself to read it (chmod u+r), or name another one.`,
      );
    case "EISDIR":
      return new InputError(`"${path}" is a folder; name a ${what} in it.`);
    default:
      return new InputError(
        `The ${what} "${path}" cannot be read (${code}); check its disk, or name another one.`,
      );
  }
}
