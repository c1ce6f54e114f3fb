import { access, constants, readdir, stat } from "node:fs/promises";
import { extname, join, resolve } from "node:path";
import type { Readable } from "node:stream";
import { InputError } from "psilon";
import { readHead } from "../data/head.js";
import { readProblem } from "../data/readProblem.js";
import { samplePath } from "../data/samples.js";
import { decompressed } from "./compressed.js";
import { databaseRelation } from "./databaseFile.js";
import { delimitedRelation, type NamedFile, type TextOptions } from "./delimited.js";
import { excelRelation } from "./excelFile.js";
import { filesNamed } from "./glob.js";
import { nothingIn } from "./header.js";
import { jsonRelation } from "./jsonFile.js";
import { parquetRelation } from "./parquetFile.js";
import { isQuery, queryRelation } from "./query.js";
import type { Relation } from "./relation.js";
import type { Scratch } from "./scratch.js";
import { sqliteRelation } from "./sqliteFile.js";

const SAMPLE = "sample:";

/** How a file is read, by the end of its name less that of its compression. */
const KINDS: Readonly<Record<string, "text" | "json" | "parquet" | "database">> = {
  ".csv": "text",
  ".tsv": "text",
  ".txt": "text",
  ".json": "json",
  ".jsonl": "json",
  ".ndjson": "json",
  ".parquet": "parquet",
  ".duckdb": "database",
  ".ddb": "database",
  ".db": "database",
  ".sqlite": "database",
  ".sqlite3": "database",
  ".xlsx": "database",
  ".xls": "database",
};

const EXPECTED =
  "a table is read from .csv, .tsv, .txt, .json, .jsonl and .parquet files (.gz and .zst as well), from file.duckdb::table, file.sqlite::table and file.xlsx::sheet, from a query that begins with SELECT, WITH or FROM, from standard input (-) or from sample:<name>";

/** The table that an argument of the command line means. Throws InputError where there is none. */
export async function resolveSource(
  source: string,
  { stdin, scratch }: { stdin: Readable; scratch: Scratch },
  options: TextOptions,
): Promise<Relation> {
  if (source === "-") return fromStream(stdin, scratch, options);
  if (source.startsWith(SAMPLE)) {
    const path = await samplePath(source.slice(SAMPLE.length));
    return relationOf([{ path, source }], source, extname(path), scratch, options);
  }
  if (isQuery(source)) {
    checkTextOptions("the query's result", options);
    return queryRelation(source, scratch);
  }
  const found = await stat(source).catch((error: NodeJS.ErrnoException) => error);
  if (!(found instanceof Error)) {
    if (found.isDirectory()) return fromFolder(source, scratch, options);
    return fromFiles([source], source, scratch, options);
  }
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(source)) {
    throw new InputError({
      code: "unreadable",
      found: `"${source}" is on the network, from which nothing is read`,
      where: { source },
      remedy: "download it first",
    });
  }
  const [, file, table] = /^(.+?)::(.+)$/s.exec(source) ?? [];
  if (file !== undefined) {
    checkTextOptions(source, options);
    return fromDatabase(file, table, scratch);
  }
  if (/[*?[]/.test(source)) {
    const paths = await filesNamed(source);
    if (paths.length > 0) return fromFiles(paths, source, scratch, options);
    throw new InputError({
      code: "no-such-file",
      found: `No file matches "${source}"`,
      where: { source },
      remedy: "check its name and its folder",
    });
  }
  throw readProblem("file", source, found);
}

async function fromStream(stdin: Readable, scratch: Scratch, options: TextOptions): Promise<Relation> {
  const source = "standard input";
  const path = await scratch.keep(
    source,
    stdin,
    [],
    (error) =>
      new InputError({
        code: "unreadable",
        found: `The standard input cannot be read (${error.code})`,
        where: { source },
        remedy: 'hand a table over, as in "< new.csv"',
      }),
  );
  let file: NamedFile = { path, source };
  let head = await readHead(path, 256);
  for (const [magic, kind] of [
    ["\x1f\x8b", ".gz"],
    ["\x28\xb5\x2f\xfd", ".zst"],
  ] as const) {
    if (!head.startsWith(magic)) continue;
    file = await decompressed(file, kind, scratch);
    head = await readHead(file.path, 256);
  }
  const kinds = { PAR1: ".parquet", "[": ".json", "{": ".jsonl" };
  const begins = /^(?:PAR1|\s*(?:\[|\{(?=\s*["}])))/.exec(head)?.[0].trim() ?? "";
  const kind = Object.hasOwn(kinds, begins) ? kinds[begins as keyof typeof kinds] : ".csv";
  return relationOf([file], source, kind, scratch, options);
}

async function fromFolder(folder: string, scratch: Scratch, options: TextOptions): Promise<Relation> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith(".") && kindOf(name) in KINDS);
  if (names.length === 0) {
    throw new InputError({
      code: "no-such-file",
      found: `"${folder}" is a folder without a table`,
      where: { source: folder },
      remedy: EXPECTED,
    });
  }
  names.sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  return fromFiles(
    names.map((name) => join(folder, name)),
    folder,
    scratch,
    options,
  );
}

async function fromFiles(
  paths: readonly string[],
  source: string,
  scratch: Scratch,
  options: TextOptions,
): Promise<Relation> {
  const kind = kindOf(paths[0]);
  const files: NamedFile[] = [];
  for (const path of paths) {
    if (kindOf(path) !== kind && KINDS[kindOf(path)] !== KINDS[kind]) {
      throw new InputError({
        code: "unlike-files",
        found: `There are files of several kinds in "${source}", such as ${paths[0]} and ${path}`,
        where: { source },
        remedy: `name those of one kind, as in '*${kind}'`,
      });
    }
    await checkReadable(path);
    const compression = extname(path).toLowerCase();
    const file = { path: resolve(path), source: path };
    files.push(
      compression === ".gz" || compression === ".zst" ? await decompressed(file, compression, scratch) : file,
    );
  }
  return relationOf(files, source, kind, scratch, options);
}

/** The end of its name, in small letters, less that of its compression. */
function kindOf(path: string): string {
  return extname(path.replace(/\.(?:gz|zst)$/i, "")).toLowerCase();
}

async function checkReadable(path: string): Promise<void> {
  if (!(kindOf(path) in KINDS)) {
    throw new InputError({
      code: "wrong-format",
      found: `The file "${path}" is of no known kind`,
      where: { source: path },
      remedy: EXPECTED,
    });
  }
  // Before DuckDB opens it, whose messages about files are not sentences.
  const file = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw readProblem("file", path, error);
  });
  await access(path, constants.R_OK).catch((error: NodeJS.ErrnoException) => {
    throw readProblem("file", path, error);
  });
  if (!file.isFile()) {
    throw new InputError({
      code: "unreadable",
      found: `"${path}" is not a regular file`,
      where: { source: path },
      remedy: "hand it over as standard input, with - in its place",
    });
  }
}

async function fromDatabase(path: string, table: string, scratch: Scratch): Promise<Relation> {
  await checkReadable(path);
  const kind = KINDS[kindOf(path)];
  if (kind === "text" || kind === "json" || kind === "parquet") {
    throw new InputError({
      code: "unknown-table",
      found: `The file "${path}" is one table, without others in it`,
      where: { source: path },
      value: table,
      remedy: `leave out "::${table}"`,
    });
  }
  return tableOf({ path, source: path }, table, scratch);
}

async function relationOf(
  files: readonly NamedFile[],
  source: string,
  kind: string,
  scratch: Scratch,
  options: TextOptions,
): Promise<Relation> {
  for (const file of files) {
    const { size } = await stat(file.path);
    if (size === 0) throw nothingIn(file.source);
  }
  const read = KINDS[kind];
  if (read !== "text") {
    // JSON is text as well, in some encoding.
    const { encoding } = read === "json" ? {} : options;
    checkTextOptions(source, { ...options, encoding });
  }
  switch (read) {
    case "text":
      return delimitedRelation(files, source, kind, scratch, options);
    case "json":
      return jsonRelation(files, source, kind, scratch, options);
    case "parquet":
      return parquetRelation(files, source);
    default:
      if (files.length === 1) return tableOf(files[0], undefined, scratch);
      throw new InputError({
        code: "unknown-table",
        found: `There are several databases in "${source}"`,
        where: { source },
        remedy: `name one, as in '${files[0].source}::<table>'`,
      });
  }
}

/** Throws InputError for what is said of a text file where there is none. */
function checkTextOptions(source: string, { encoding, skip, header }: TextOptions): void {
  const said = { "--skip": skip, "--no-header": header === false || undefined, "--encoding": encoding };
  const given = Object.entries(said).find(([, value]) => value !== undefined)?.[0];
  if (given === undefined) return;
  throw new InputError({
    code: "conflicting-arguments",
    found: `The option ${given} is about comma-separated text and the like, which ${source} is not`,
    remedy: "leave it out",
  });
}

/** A table of a file that may hold several. */
async function tableOf(file: NamedFile, table: string | undefined, scratch: Scratch): Promise<Relation> {
  const head = await readHead(file.path, 16);
  if (head.startsWith("SQLite format 3")) return sqliteRelation(file, table, scratch);
  if (head.startsWith("PK")) return excelRelation(file, table, scratch);
  if (/\.xlsx?$/i.test(file.source)) {
    throw new InputError({
      code: "wrong-format",
      found: `"${file.source}" is not an .xlsx file, or is an old one (.xls)`,
      where: { source: file.source },
      remedy: "save it again as .xlsx, or as CSV",
    });
  }
  return databaseRelation(file, table);
}
