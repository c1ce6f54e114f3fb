import type { CategoryColumn, Column, Origin } from "./column.js";
import type { Frame } from "./frame.js";

/** The origin of the rows that come after the first so many. */
export function originAfter(origin: Origin, rows: number): Origin {
  const files = [];
  let left = rows;
  for (const file of origin.files ?? []) {
    const gone = Math.min(left, file.rows);
    left -= gone;
    if (gone < file.rows) files.push({ ...file, firstRow: file.firstRow + gone, rows: file.rows - gone });
  }
  return { ...origin, firstRow: origin.firstRow + rows, ...(origin.files && { files }) };
}

/** `rowCount` rows from the place `first` on, as a frame that shares no memory with the whole: small enough to be sent to a thread. */
export function sliceFrame(frame: Frame, first: number, rowCount: number): Frame {
  const origin = originAfter(frame.origin, first);
  const columns = frame.columns.map((column) => sliceColumn({ ...column, origin }, first, first + rowCount));
  return { origin, columns, rowCount };
}

function sliceColumn(column: Column, first: number, end: number): Column {
  switch (column.kind) {
    case "numbers":
    case "dates":
      return { ...column, values: column.values.slice(first, end) };
    case "booleans":
      return { ...column, values: column.values.slice(first, end) };
    case "categories":
      return { ...column, ...textsOf(column, first, end) };
    case "unread":
      return column;
  }
}

/** The codes of some rows, with the texts that they need. */
function textsOf(
  { codes, dictionary }: CategoryColumn,
  first: number,
  end: number,
): Pick<CategoryColumn, "codes" | "dictionary"> {
  const places = new Map<number, number>();
  const own = codes.slice(first, end).map((code) => {
    if (code < 0) return -1;
    const place = places.get(code) ?? places.size;
    places.set(code, place);
    return place;
  });
  return { codes: own, dictionary: [...places.keys()].map((code) => dictionary[code]) };
}
