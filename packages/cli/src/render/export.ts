import { alignedTable, count, facts, page, thousands } from "./text.js";

/** What was written, and what it reads. */
export interface ExportSummary {
  readonly model: string;
  readonly format: string;
  readonly files: readonly { readonly file: string; readonly bytes: number }[];
  /** Columns of the table that it reads, and those of the model that no weight reads. */
  readonly columns: readonly string[];
  readonly unread: readonly string[];
}

export function exportText({ files, columns, unread }: ExportSummary): string {
  const written = alignedTable([
    ["file", "bytes"],
    ...files.map(({ file, bytes }) => [file, thousands(bytes)]),
  ]);
  const about = facts([
    [
      "reads",
      columns.length === 0 ? "no column" : `${count(columns.length, "column")}: ${columns.join(", ")}`,
    ],
    ...(unread.length === 0
      ? []
      : [
          [
            "left out",
            `${unread.join(", ")}: no weight reads ${unread.length === 1 ? "it" : "them"}`,
          ] as const,
        ]),
  ]);
  return page([written, about]);
}
