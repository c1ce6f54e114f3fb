import { InputError, type ProblemCode } from "psilon";
import { firstLine } from "../tables/database.js";

/** Whether another process has the file open, as DuckDB says it on Unix and on Windows. */
export const isHeld = ({ message }: Error): boolean =>
  /Could not set lock on file|used by another process/.test(message);

/** What DuckDB says of files, as the end of a sentence. */
const PROBLEMS: readonly (readonly [said: RegExp, code: ProblemCode, found: string])[] = [
  [/not a valid DuckDB database/, "wrong-format", "it is no DuckDB database"],
  [/Is a directory/, "unreadable", "it is a folder"],
  [/No such file or directory|cannot find the path/, "unwritable", "there is no such folder"],
  [/Not a directory/, "unwritable", "a part of its path is a file, not a folder"],
  [/Permission denied|Access is denied|not permitted|read-only/i, "unwritable", "it is write-protected"],
  [/Read-only file system/, "unwritable", "its disk is read-only"],
  [/No space left|not enough space|File too large/, "unwritable", "the disk is full"],
  [/newer version|version number/, "unsupported-version", "a newer DuckDB wrote it"],
  [
    /orrupt|checksum|enough bytes|INTERNAL Error|FATAL Error|Serialization Error/,
    "damaged-file",
    "it is damaged",
  ],
];

/** The error for a run database that DuckDB gave up on; what is none of the file's comes back as it is. */
export function databaseProblem(path: string, error: Error): Error {
  const { message } = error;
  const where = { source: path };
  if (isHeld(error)) {
    const [, program, pid] = /lock is held in (.*) \(PID (\d+)\)/.exec(message) ?? [];
    const holder = pid === undefined ? "another process" : `process ${pid} (${program})`;
    return new InputError({
      code: "unreadable",
      found: `The run database "${path}" is held open by ${holder}`,
      where,
      remedy: "try again once that has closed it, or name another file with --runs",
    });
  }
  const known = PROBLEMS.find(([said]) => said.test(message));
  if (!known && !message.startsWith("IO Error")) return error;
  const [, code, found] = known ?? [null, "unreadable" as const, firstLine(message)];
  return new InputError({
    code,
    found: `The run database "${path}" cannot be used: ${found}`,
    where,
    remedy: "name another file with --runs",
  });
}
