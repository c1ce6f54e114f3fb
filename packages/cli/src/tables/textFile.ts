import { isUtf8 } from "node:buffer";
import { createReadStream } from "node:fs";
import { Transform } from "node:stream";
import { InputError, knownEncoding, wideEncoding } from "psilon";
import type { Scratch } from "./scratch.js";

/** A file of UTF-8 text whose lines end alike. */
export interface TextFile {
  readonly path: string;
  readonly lineEnd: "\n" | "\r\n" | "\r";
}

/**
 * The file as it is where it is UTF-8 and its lines end alike, which DuckDB needs; a copy that is, otherwise. Text without a mark that is
 * not UTF-8 is taken for Windows-1252, of which Latin-1 is a part, and `onNote` told so. `lineEnd` asks for one, or for none.
 */
export async function asTextFile(
  path: string,
  source: string,
  scratch: Scratch,
  {
    encoding,
    lineEnd,
    onNote,
  }: {
    encoding?: string | undefined;
    lineEnd?: "\n" | "any";
    onNote?: ((note: string) => void) | undefined;
  },
): Promise<TextFile> {
  const found = await lookAt(path, source);
  const said = encoding === undefined ? found.encoding : knownEncoding(encoding);
  if (encoding === undefined && said === "windows-1252") {
    onNote?.(
      `The text in ${source} is not UTF-8 and was read as Windows-1252 (Latin-1); say --encoding <name> if it is in another encoding.`,
    );
  }
  if (said === "utf-8") {
    if (!found.isUtf8) {
      throw new InputError({
        code: "wrong-format",
        found: `The text in ${source} is not UTF-8`,
        where: { source },
        remedy: "say --encoding <name> with the encoding that it is in, such as windows-1252",
      });
    }
    // What wants no line ends takes no mark either.
    if (lineEnd === "any" && !found.hasMark) return { path, lineEnd: "\n" };
    if (found.lineEnd !== undefined && lineEnd !== "any" && (lineEnd ?? found.lineEnd) === found.lineEnd) {
      return { path, lineEnd: found.lineEnd };
    }
  }
  const copy = await scratch.keep(
    "table",
    createReadStream(path, { highWaterMark: PIECE }),
    [decoded(said), linesEndAlike()],
    (error) =>
      new InputError({
        code: "unreadable",
        found: `The text in ${source} cannot be read (${error.code})`,
        where: { source },
        remedy: "check its disk",
      }),
  );
  return { path: copy, lineEnd: "\n" };
}

const PIECE = 1 << 20;

const [LINE_FEED, CARRIAGE_RETURN] = Buffer.from("\n\r");

async function lookAt(path: string, source: string) {
  let head: Buffer | undefined;
  let valid = true;
  // Bytes of a character that the next piece ends.
  let rest = new Uint8Array(0);
  const ends = { lineFeed: 0, both: 0, carriageReturn: 0 };
  let endedInReturn = false;
  for await (const piece of createReadStream(path, { highWaterMark: PIECE }) as AsyncIterable<Buffer>) {
    head ??= piece.subarray(0, 1000);
    if (valid) {
      const bytes = new Uint8Array(rest.length + piece.length);
      bytes.set(rest);
      bytes.set(piece, rest.length);
      const whole = wholeCharacters(bytes);
      valid = isUtf8(bytes.subarray(0, whole));
      rest = bytes.slice(whole);
    }
    if (endedInReturn) {
      if (piece[0] === LINE_FEED) ends.both++;
      else ends.carriageReturn++;
    }
    for (let at = piece.indexOf(CARRIAGE_RETURN); at >= 0; at = piece.indexOf(CARRIAGE_RETURN, at + 1)) {
      if (at === piece.length - 1) continue;
      if (piece[at + 1] === LINE_FEED) ends.both++;
      else ends.carriageReturn++;
    }
    endedInReturn = piece[piece.length - 1] === CARRIAGE_RETURN;
    // Counted only where it matters: most files have no carriage return.
    if (ends.both + ends.carriageReturn > 0 || endedInReturn) {
      for (let at = piece.indexOf(LINE_FEED); at >= 0; at = piece.indexOf(LINE_FEED, at + 1)) ends.lineFeed++;
    } else if (ends.lineFeed === 0 && piece.includes(LINE_FEED)) ends.lineFeed = 1;
  }
  if (endedInReturn) ends.carriageReturn++;
  const hasMark = head?.[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf;
  const isWhole = valid && rest.length === 0;
  const encoding = wideEncoding(head ?? new Uint8Array(), source) ?? (isWhole ? "utf-8" : "windows-1252");
  return { encoding, hasMark, isUtf8: isWhole, lineEnd: lineEndOf(ends) };
}

/** How many bytes are characters that end before the last three, of which one may be cut. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    // The first byte of a character of more bytes than there are.
    if (byte >= 0xc0)
      return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? bytes.length - back : bytes.length;
    if (byte < 0x80) break;
  }
  return bytes.length;
}

function lineEndOf(ends: {
  lineFeed: number;
  both: number;
  carriageReturn: number;
}): TextFile["lineEnd"] | undefined {
  if (ends.both === 0 && ends.carriageReturn === 0) return "\n";
  if (ends.both === ends.lineFeed && ends.carriageReturn === 0) return "\r\n";
  return ends.lineFeed === 0 ? "\r" : undefined;
}

function decoded(encoding: string): Transform {
  const decoder = new TextDecoder(encoding);
  return new Transform({
    readableObjectMode: true,
    transform: (piece, _, done) => done(null, decoder.decode(piece, { stream: true })),
    flush: (done) => done(null, decoder.decode()),
  });
}

/** Turns whatever ends a line into a line feed, outside of quotes, whose text stays as it is. */
function linesEndAlike(): Transform {
  // A quote opens where a field begins; anywhere else it is a letter.
  let quoted = false;
  let before = "\n";
  // Whether the quote before closed a text; another one then is the second of a pair inside of it.
  let closed = false;
  return new Transform({
    writableObjectMode: true,
    transform(piece: string, _, done) {
      let text = "";
      let from = 0;
      for (let i = 0; i < piece.length; i++) {
        const character = piece[i];
        if (character === '"') {
          const opens = !quoted && (closed || /[\n\r,;\t|]/.test(before));
          closed = quoted;
          quoted = opens;
          before = character;
          continue;
        }
        closed = false;
        if (!quoted && character === "\r") {
          text += `${piece.slice(from, i)}\n`;
          from = i + 1;
        } else if (!quoted && character === "\n" && before === "\r") {
          from = i + 1;
        }
        before = character;
      }
      done(null, text + piece.slice(from));
    },
  });
}
