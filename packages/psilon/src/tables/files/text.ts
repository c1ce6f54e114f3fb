import { InputError } from "../../errors.js";
import type { ByteSource } from "./bytes.js";

/** Bytes, or letters, that are read at once: the cells of so many stay in the cache until they have been parsed. */
const PIECE = 1 << 16;

/** A text, piece by piece. */
export async function* piecesOf(input: string | ByteSource, encoding: string): AsyncGenerator<string> {
  if (typeof input === "string") {
    for (let at = input.startsWith("\ufeff") ? 1 : 0; at < input.length; at += PIECE) {
      yield input.slice(at, at + PIECE);
    }
    return;
  }
  // It leaves out the mark that a text begins with.
  const decoder = new TextDecoder(encoding, { fatal: encoding === "utf-8" });
  for (let at = 0; at < input.byteLength; at += PIECE) {
    const bytes = await input.slice(at, Math.min(at + PIECE, input.byteLength));
    yield decoder.decode(bytes, { stream: true });
  }
  yield decoder.decode();
}

/**
 * As TextDecoder names it: the encoding that was said, the one that a mark or zeros tell, UTF-8 where the bytes are, and else Windows-1252,
 * of which Latin-1 is a part, which `onNote` is told.
 */
export async function encodingOf(
  input: string | ByteSource,
  source: string,
  { encoding, onNote }: { encoding?: string | undefined; onNote?: ((note: string) => void) | undefined },
): Promise<string> {
  if (typeof input === "string") return "utf-8";
  const said = encoding === undefined ? wideEncoding(await headOf(input), source) : knownEncoding(encoding);
  if (said !== undefined && said !== "utf-8") return said;
  if (await isUtf8(input)) return "utf-8";
  if (said === "utf-8") {
    throw new InputError({
      code: "wrong-format",
      found: `The text in ${source} is not UTF-8`,
      where: { source },
      remedy: "name the encoding that it is in, such as windows-1252",
    });
  }
  onNote?.(
    `The text in ${source} is not UTF-8 and was read as Windows-1252 (Latin-1); name its encoding if it is another one.`,
  );
  return "windows-1252";
}

async function headOf(input: ByteSource): Promise<Uint8Array> {
  return new Uint8Array(await input.slice(0, Math.min(1000, input.byteLength)));
}

const LINE_FEED = 10;

/** UTF-16 of either order; undefined for text of single bytes. */
export function wideEncoding(head: ArrayLike<number>, source: string): string | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  const zeros = [0, 0];
  for (let i = 0; i < head.length; i++) if (head[i] === 0) zeros[i % 2]++;
  if (zeros[0] + zeros[1] === 0) return undefined;
  // Text of mostly Latin letters has a zero in every second byte.
  if (zeros[0] === 0 && zeros[1] > head.length / 8) return "utf-16le";
  if (zeros[1] === 0 && zeros[0] > head.length / 8) return "utf-16be";
  const before = Array.from(head).slice(0, Array.from(head).indexOf(0));
  const line = before.filter((byte) => byte === LINE_FEED).length + 1;
  throw new InputError({
    code: "wrong-format",
    found: `There is a byte in line ${line} of ${source} that no text has (0, NUL)`,
    where: { source },
    remedy: "it should hold a table as text",
  });
}

/** As TextDecoder calls it. */
export function knownEncoding(encoding: string): string {
  try {
    return new TextDecoder(encoding).encoding;
  } catch {
    throw new InputError({
      code: "unknown-choice",
      found: `There is no encoding "${encoding}"`,
      value: encoding,
      remedy: "name one such as utf-8, utf-16le, windows-1252, iso-8859-2 or shift_jis",
    });
  }
}

async function isUtf8(input: ByteSource): Promise<boolean> {
  try {
    for await (const _ of piecesOf(input, "utf-8"));
    return true;
  } catch (error) {
    // What the decoder throws; a file that cannot be read says so otherwise.
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/**
 * The text with a line feed for whatever ends a line, outside of quotes, whose text stays as it is. It begins where a row does; a quote opens
 * where a field does, and anywhere else is a letter.
 */
export function withLineFeeds(text: string, delimiter: string): string {
  if (!text.includes("\r")) return text;
  if (!text.includes('"')) return text.replace(/\r\n?/g, "\n");
  const fieldBefore = `(?<![^\\n\\r\\u${delimiter.charCodeAt(0).toString(16).padStart(4, "0")}])`;
  const quotedOrEnd = new RegExp(`${fieldBefore}"[^"]*(?:""[^"]*)*(?:"|$)|\\r\\n?`, "g");
  return text.replace(quotedOrEnd, (found) => (found.startsWith("\r") ? "\n" : found));
}
