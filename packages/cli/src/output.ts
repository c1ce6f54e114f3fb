import {
  access,
  constants,
  type FileHandle,
  lstat,
  open,
  realpath,
  rename,
  stat,
  writeFile,
} from "node:fs/promises";
import { dirname } from "node:path";
import { InputError } from "psilon";
import { fileBehind, isSameFile } from "./sources.js";
import { temporaryPath, whileThere } from "./temporary.js";

/** What goes into a file; more than one string holds comes in pieces, some of which may not be there yet. */
export type Contents = Uint8Array | string | Iterable<string> | AsyncIterable<string>;

/** A file to be written at the end of a command, known from the beginning to be writable. */
export interface Output {
  readonly path: string;
  /** Puts the whole contents in place at once, over any file of that name; once or several times. */
  write(contents: Contents): Promise<void>;
  /** The same with what `write` is to replace; a device or a pipe, which would take both, is spared it. */
  writeDraft(contents: Contents): Promise<void>;
  /** The same as `write` with what `fill` writes to the file at a path; no device or pipe can be filled so. */
  fill(fill: (path: string) => Promise<void>): Promise<void>;
}

/**
 * Throws InputError when a file at `path`, which the option `flag` names, could not be written or is one of the `inputs`, which it would
 * destroy. Nothing is there before `write`, nor beside it.
 */
export async function openOutput(flag: string, path: string, inputs: readonly string[]): Promise<Output> {
  // "-" is standard output elsewhere, where only text goes.
  if (path === "" || path === "-") {
    throw new InputError({
      code: "wrong-type",
      found: `The option ${flag} takes the name of a file to write, but "${path}" was given`,
      value: path,
    });
  }
  const refuse = (why: string, remedy?: string) =>
    new InputError({
      code: "unwritable",
      found: `The file "${path}" cannot be written: ${why}`,
      where: { source: path },
      remedy,
    });
  // A link stays a link.
  const target = await realpath(path).catch(() => path);
  const existing = await stat(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENAMETOOLONG") throw refuse(writeProblem(error));
  });
  if (existing?.isDirectory()) throw refuse("it is a folder");
  if (!existing && path.endsWith("/")) throw refuse("its name is that of a folder");
  if (!existing && (await isLink(path))) throw refuse("it is a link to a file that is not there");
  const read = await Promise.all(inputs.map(fileBehind));
  if (existing?.isFile() && read.some((file) => file && isSameFile(file, existing))) {
    throw refuse("it is what the command reads", `name another file with ${flag}`);
  }
  if (existing) {
    await access(target, constants.W_OK).catch(() => {
      throw refuse("it is write-protected");
    });
  }
  if (existing && !existing.isFile()) {
    // A device or a pipe is written to; renaming would put a file in its place.
    return {
      path,
      write: (contents) =>
        writeFile(target, contents).catch((error: NodeJS.ErrnoException) => {
          throw isOfSystem(error) ? refuse(writeProblem(error)) : error;
        }),
      writeDraft: async () => {},
      async fill() {
        throw refuse("it is a device or a pipe, which takes only text", `name a file with ${flag}`);
      },
    };
  }
  const folder = dirname(target);
  await put((file) => file.writeFile(""), temporaryPath(folder)).catch(
    async (error: NodeJS.ErrnoException) => {
      const named = dirname(path);
      throw refuse(
        error.code !== "ENOENT"
          ? writeProblem(error)
          : (await isThere(folder))
            ? `the folder "${named}" takes no new files`
            : `there is no folder "${named}"`,
      );
    },
  );
  const putThere = (fill: (file: FileHandle, path: string) => Promise<void>) =>
    put(fill, temporaryPath(folder), target).catch((error: NodeJS.ErrnoException) => {
      throw isOfSystem(error) ? refuse(writeProblem(error)) : error;
    });
  const write = (contents: Contents) => putThere((file) => writeFile(file, contents));
  return { path, write, writeDraft: write, fill: (fill) => putThere((_, path) => fill(path)) };
}

/** Whether the file is at fault, and not what was to go into it. */
const isOfSystem = ({ syscall }: NodeJS.ErrnoException) => syscall !== undefined;

/** Has a new file filled, then moves it to `target`; without one it only finds out whether it could. */
async function put(
  fill: (file: FileHandle, path: string) => Promise<void>,
  temporary: string,
  target?: string,
): Promise<void> {
  // Who could not read the older file must not read the new one.
  const older = target === undefined ? undefined : await stat(target).catch(() => undefined);
  const file = await open(temporary, "wx", older && older.mode & 0o777);
  await whileThere(temporary, async () => {
    try {
      if (older) await file.chmod(older.mode & 0o777);
      await fill(file, temporary);
      await file.sync();
    } finally {
      await file.close();
    }
    if (target !== undefined) await rename(temporary, target);
  });
}

const isLink = (path: string): Promise<boolean> =>
  lstat(path).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Why something could not be written, as the end of a sentence. */
export function writeProblem({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case "EACCES":
    case "EPERM":
      return "its folder is write-protected";
    case "EROFS":
      return "its disk is read-only";
    case "ENOSPC":
      return "the disk is full";
    case "ENOTDIR":
      return "a part of its path is a file, not a folder";
    case "ENOENT":
      return "there is no such folder";
    case "ENAMETOOLONG":
      return "its name is too long";
    default:
      return message;
  }
}
