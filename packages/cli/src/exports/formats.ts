import { type SqlDialect, saveModel, type TabularModel, toJavaScript, toOnnx, toPython, toSql } from "psilon";
import { importNote } from "./importNote.js";

/** What the command hands over. */
export interface FormatFlags {
  readonly out: string;
  readonly certify?: true;
  readonly dialect?: SqlDialect;
  readonly table?: string;
}

/** One file of an export: what is asked for has no `ending`, what belongs beside it its own, such as ".d.ts" in place of ".js". */
export interface ExportedFile {
  readonly ending?: string;
  /** Whether it is the model's own file, which is left as it is where it is the very one that was read. */
  readonly isModel?: true;
  readonly contents: string | Uint8Array;
  /** What is to be said of it. */
  readonly note?: string | undefined;
}

/** How a model is written in one format. */
interface Format {
  /** For the help. */
  readonly what: string;
  /** Its own options; those of others it refuses. */
  readonly options: readonly Exclude<keyof FormatFlags, "out">[];
  readonly write: (model: TabularModel, flags: FormatFlags) => readonly ExportedFile[];
}

/** What --to takes. */
export type FormatName = "js" | "onnx" | "python" | "safetensors" | "sql";

export const formats: Readonly<Record<FormatName, Format>> = {
  js: {
    what: "a JavaScript module, with its types beside it",
    options: ["certify"],
    write(model, { out, certify }) {
      const { module, types } = toJavaScript(model, { certify });
      // TypeScript looks for these beside a file that ends in .mjs.
      return [{ contents: module }, { ending: out.endsWith(".mjs") ? ".d.mts" : ".d.ts", contents: types }];
    },
  },
  onnx: {
    what: "a graph for onnxruntime and whatever else runs ONNX",
    options: [],
    write: (model) => [{ contents: toOnnx(model) }],
  },
  python: {
    what: "a script for numpy, with the model's own file beside it",
    options: [],
    write(model, { out }) {
      const { script, tensors } = toPython(model);
      return [
        { contents: script, note: importNote(out) },
        { ending: ".safetensors", isModel: true, contents: tensors },
      ];
    },
  },
  safetensors: {
    what: "psilon's own file, which predicts, certifies and prunes",
    options: [],
    write: (model) => [{ contents: saveModel(model) }],
  },
  sql: {
    what: "one SELECT that puts predictions beside the rows of a table",
    options: ["dialect", "table"],
    write: (model, { dialect = "duckdb", table = "rows" }) => [
      { contents: toSql(model, { dialect, table }) },
    ],
  },
};
