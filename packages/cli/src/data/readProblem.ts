import { InputError } from "psilon";

/** Why a file could not be read, as a whole sentence; `what` it is: "file", "model file". */
export function readProblem(what: string, path: string, error: NodeJS.ErrnoException): InputError {
  const refuse = (code: "no-such-file" | "unreadable", found: string, remedy: string) =>
    new InputError({ code, found, where: { source: path }, remedy });
  switch (error.code) {
    case "ENOENT":
    case "ENOTDIR":
      return refuse("no-such-file", `There is no ${what} "${path}"`, "check its name and its folder");
    case "EACCES":
    case "EPERM":
      return refuse(
        "unreadable",
        `The ${what} "${path}" is read-protected`,
        "allow yourself to read it (chmod u+r), or name another one",
      );
    case "EISDIR":
      return refuse("unreadable", `"${path}" is a folder`, `name a ${what} in it`);
    default:
      return refuse(
        "unreadable",
        `The ${what} "${path}" cannot be read (${error.code})`,
        "check its disk, or name another one",
      );
  }
}
