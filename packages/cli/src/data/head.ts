import { open } from "node:fs/promises";

/** A file's first bytes less the byte order mark of UTF-8, one character per byte: delimiters, quotes and brackets are ASCII. */
export async function readHead(path: string, length: number): Promise<string> {
  const file = await open(path);
  try {
    const bytes = new Uint8Array(length);
    const { bytesRead } = await file.read(bytes, 0, length, 0);
    return Buffer.from(bytes.buffer, 0, bytesRead)
      .toString("latin1")
      .replace(/^\u00ef\u00bb\u00bf/, "");
  } finally {
    await file.close();
  }
}
