// A shared table cut into train and test parts as the engine reads them.
import {
  classLabels,
  encodedInputs,
  fitPreprocessing,
  fitTarget,
  inferSchema,
  kFolds,
  prepare,
  rowsWithTarget,
  writtenOut,
} from "psilon";
import { createRandom, derive } from "psilon/engine";
import { readTable, sharedFile } from "./tables.js";

/**
 * The first `count` of `folds` folds of a shared table, columns and scaling learned from each train part; null when the table is
 * not there. `score(outputs)` of test rows: RMSE in the target's units, or accuracy.
 */
export function foldsOf(tableName, count, folds = 5) {
  const data = sharedFile(`${tableName}.csv`);
  if (!data) {
    process.stderr.write(`skipped ${tableName}: ../shared/data/${tableName}.csv is not there\n`);
    return null;
  }
  const table = readTable(data);
  const target = table.columns.at(-1).name;
  const schema = inferSchema(table, { target });
  const rows = rowsWithTarget(table, [target]);
  const whole = fitTarget(table, rows, schema);
  const isClasses = whole.task === "classification";
  const labels = isClasses ? classLabels(whole, table, rows) : undefined;
  const random = createRandom(derive(0, "folds"));
  return kFolds(rows.length, folds, random, labels)
    .slice(0, count)
    .map(({ train, test }) => {
      const trainRows = train.map((place) => rows[place]);
      const fitted = fitPreprocessing(table, trainRows, schema);
      const part = (places) => {
        const { inputs, targets, weights } = prepare(
          fitted,
          table,
          places.map((place) => rows[place]),
        );
        return { rows: places.length, inputs: writtenOut(inputs), targets, weights };
      };
      const parts = { train: part(train), test: part(test) };
      const classes = isClasses ? fitted.target.classes.length : 0;
      const outputs = isClasses && classes > 2 ? classes : 1;
      return {
        ...parts,
        inputs: parts.train.inputs.length / parts.train.rows,
        outputs,
        // Which inputs are standardized numbers.
        numeric: Float64Array.from(encodedInputs(fitted.encoder), ({ kind }) => Number(kind === "numeric")),
        loss: isClasses ? (outputs > 1 ? "softmax" : "logistic") : "squared-error",
        score: (values) =>
          isClasses
            ? accuracy(values, parts.test.targets, outputs)
            : fitted.scales[0] * rootMeanSquare(values, parts.test.targets),
      };
    });
}

function accuracy(values, labels, outputs) {
  const likeliest = (i) => {
    if (outputs === 1) return values[i] > 0 ? 1 : 0;
    const row = values.subarray(i * outputs, (i + 1) * outputs);
    return row.indexOf(Math.max(...row));
  };
  return labels.reduce((right, label, i) => right + (likeliest(i) === label), 0) / labels.length;
}

function rootMeanSquare(values, targets) {
  return Math.sqrt(targets.reduce((sum, y, i) => sum + (values[i] - y) ** 2, 0) / targets.length);
}
