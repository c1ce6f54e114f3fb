import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { Frame } from "psilon";
import { samplePath } from "../../data/samples.js";

/** A file that the report rests on. */
export interface FileFacts {
  readonly is: "model" | "data";
  /** What a person calls it. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The model's file and those that the table came from; of a query or of standard input none. */
export async function filesBehind(model: string, data: string, { origin }: Frame): Promise<FileFacts[]> {
  const tables =
    origin.files?.map(({ source }) => ({ name: source, path: source })) ?? (await tableFile(data));
  return Promise.all([
    fileFacts("model", model, model),
    ...tables.map(({ name, path }) => fileFacts("data", name, path)),
  ]);
}

const SAMPLE = "sample:";

async function tableFile(data: string): Promise<{ readonly name: string; readonly path: string }[]> {
  if (data.startsWith(SAMPLE)) return [{ name: data, path: await samplePath(data.slice(SAMPLE.length)) }];
  const [, database] = /^(.+?)::.+$/s.exec(data) ?? [];
  for (const path of database === undefined ? [data] : [data, database]) {
    const found = await stat(path).catch(() => null);
    if (found?.isFile()) return [{ name: path, path }];
  }
  return [];
}

async function fileFacts(is: FileFacts["is"], name: string, path: string): Promise<FileFacts> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const piece of createReadStream(path)) {
    bytes += piece.length;
    hash.update(piece);
  }
  return { is, name, bytes, sha256: hash.digest("hex") };
}
