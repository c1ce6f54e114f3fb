import { type Column, columnFinder, columnsOf, type Frame, type TabularModel, type Truth } from "psilon";

/** How one column of these rows compares with the rows that the model learned from. Shares are of the rows; null where that is not known. */
export interface ColumnLikeness {
  readonly column: string;
  readonly missingLearned: number | null;
  readonly missingHere: number;
  /** Cells with a value that no row learned from had: a number outside its range, a category or level that is none of its own. */
  readonly newValues: number | null;
}

/** What is predicted, among the rows learned from and here: the mean of numbers, the share of a class. */
export interface TargetLikeness {
  readonly name: string;
  readonly learned: number | null;
  readonly here: number;
}

/** Whether these rows are like those that the model learned from. */
export interface Likeness {
  readonly columns: readonly ColumnLikeness[];
  readonly targets: readonly TargetLikeness[];
}

export function likenessOf({ schema, target, record }: TabularModel, frame: Frame, truth: Truth): Likeness {
  const find = columnFinder(frame);
  const { used } = schema.rows;
  const shareOf = (count: number) => count / frame.rowCount;
  const columns = columnsOf(schema, "feature").map((column): ColumnLikeness => {
    const cells = cellsOf(find(column.name));
    const isNew = isNewIn(column);
    return {
      column: column.name,
      missingLearned: used > 0 ? column.missing / used : null,
      missingHere: shareOf(cells.filter((cell) => cell === null).length),
      newValues: used > 0 ? shareOf(cells.filter((cell) => cell !== null && isNew(cell)).length) : null,
    };
  });
  const constant = (k: number) => record.constant?.[k] ?? null;
  const values = Array.from(truth);
  const share = (kept: readonly number[]) => kept.length / values.length;
  const targets =
    target.task === "classification"
      ? target.classes.map((name, k) => ({
          name,
          learned: constant(k),
          here: share(values.filter((label) => label === k)),
        }))
      : target.names.map((name, k) => ({
          name,
          // Of quantiles there is no mean.
          learned: target.levels ? null : constant(k),
          here: mean(values.filter((_, i) => i % target.names.length === k)),
        }));
  return { columns, targets };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

type FeatureSchema = ReturnType<typeof columnsOf>[number];

/** Whether a cell was in no row learned from. */
function isNewIn(column: FeatureSchema): (cell: number | string) => boolean {
  switch (column.kind) {
    case "numeric":
    case "date":
      return (cell) => Number(cell) < column.min || Number(cell) > column.max;
    case "categorical": {
      const known = new Set(column.categories);
      // The names of rare ones were not kept.
      return column.rest ? () => false : (cell) => !known.has(String(cell));
    }
    case "ordered": {
      const known = new Set(column.levels);
      return (cell) => !known.has(String(cell));
    }
    default:
      return () => false;
  }
}

const DAY = 86_400_000;

/** Numbers, dates as days since 1970, texts and truths; null where one is missing. */
function cellsOf(column: Column): (number | string | null)[] {
  switch (column.kind) {
    case "numbers":
      return Array.from(column.values, (x) => (Number.isNaN(x) ? null : x));
    case "dates":
      return Array.from(column.values, (x) => (Number.isNaN(x) ? null : x / DAY));
    case "booleans":
      return Array.from(column.values, (x) => (x < 0 ? null : x));
    case "categories":
      return Array.from(column.codes, (code) => (code < 0 ? null : column.dictionary[code]));
    case "unread":
      return [];
  }
}
