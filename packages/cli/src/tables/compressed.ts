import { createReadStream } from "node:fs";
import { Transform } from "node:stream";
import { createGunzip } from "node:zlib";
import { Decompress } from "fzstd";
import { InputError } from "psilon";
import type { NamedFile } from "./delimited.js";
import type { Scratch } from "./scratch.js";

/**
 * The file that a `.gz` or `.zst` file holds, kept apart: DuckDB would take one that is cut off between two rows for whole, and rows are
 * named by the lines of the text.
 */
export async function decompressed(
  file: NamedFile,
  kind: ".gz" | ".zst",
  scratch: Scratch,
): Promise<NamedFile> {
  const path = await scratch.keep(
    "table",
    createReadStream(file.path, { highWaterMark: 1 << 18 }),
    [kind === ".gz" ? createGunzip() : zstd()],
    (error) =>
      new InputError({
        code: "damaged-file",
        found: /unexpected (?:end of file|EOF)/.test(error.message)
          ? `The file ${file.source} is cut off`
          : `The file ${file.source} cannot be decompressed, since it is damaged or was not written by ${kind === ".gz" ? "gzip" : "zstd"}`,
        where: { source: file.source },
        remedy: "copy or download it again",
      }),
  );
  return { path, source: file.source };
}

function zstd(): Transform {
  const decoder = new Decompress((piece) => transform.push(piece));
  const push = (piece: Uint8Array, isLast: boolean, done: (error?: Error) => void) => {
    try {
      decoder.push(piece, isLast);
      done();
    } catch (error) {
      done(error as Error);
    }
  };
  const transform = new Transform({
    transform: (piece: Uint8Array, _, done) => push(piece, false, done),
    flush: (done) => push(new Uint8Array(0), true, done),
  });
  return transform;
}
