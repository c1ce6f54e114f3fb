import {
  type BaselineRunner,
  type BaselineScores,
  baselineScores,
  prepareWith,
  type Table,
  type TabularModel,
} from "psilon";

/** Rows of a table. */
export interface Part {
  readonly table: Table;
  readonly rows: Int32Array;
}

/** What the model must beat on `test`: a constant and a linear model, both fitted on `train`. */
export function scoreBaselines(
  { encoder, target, record }: TabularModel,
  train: Part,
  test: Part,
  running: { readonly run: BaselineRunner; readonly signal: AbortSignal },
): Promise<BaselineScores> {
  const shared = test.table === train.table;
  const table = shared ? train.table : joined(train.table, test.table);
  const testRows = shared ? test.rows : test.rows.map((row) => train.table.rowCount + row);
  const rows = Int32Array.from([...train.rows, ...testRows]);
  const places = rows.map((_, place) => place);
  const split = { train: places.subarray(0, train.rows.length), test: places.subarray(train.rows.length) };
  return baselineScores(prepareWith(encoder, target, table, rows), [split], record.seed, running);
}

/** The rows of one table, then those of another, in the first one's columns. */
function joined(first: Table, second: Table): Table {
  return {
    ...first,
    columns: first.columns.map((cells, i) => {
      const others = second.columns[second.names.indexOf(first.names[i])];
      return [...cells, ...(others ?? new Array<null>(second.rowCount).fill(null))];
    }),
    rowCount: first.rowCount + second.rowCount,
  };
}
