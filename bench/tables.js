// The shared tables, what is asked of psilon on them, and what others published for them.
import { existsSync, readFileSync } from "node:fs";
import { frameFrom } from "psilon";

const folder = new URL("../../shared/data/", import.meta.url);

/**
 * `target`: with preset best, RMSE at most or accuracy at least this. `published`: mean test RMSE on the standard splits, in the
 * order of PUBLISHED, from the tables' README: Deep Ensembles (Lakshminarayanan et al. 2017, table 1), the MC-dropout
 * repository, the xgboost-distribution documentation (10 folds, other splits), and scikit-learn 1.9 with its defaults.
 */
export const TABLES = [
  regression("concrete", 3.85, [5.67, 4.82, 6.03, 4.38, 4.86, 5.07, 5.2]),
  regression("energy", 0.3, [1.8, 0.54, 2.09, 0.4, 0.493, 0.492, 1.87]),
  regression("wine-red", 0.6, [0.64, 0.62, 0.64, 0.62, 0.567, 0.612, 0.642]),
  regression("kin8nm", 0.062, [0.1, 0.079, 0.09, null, 0.139, 0.175, 0.076]),
  regression("power-plant", 3.4, [4.12, 4.01, 4.11, 3.31, 3.37, 3.91, 4.16]),
  classification("ionosphere", 0.93),
  classification("pima", 0.775),
  classification("breast-w", 0.967),
  classification("segment", 0.98),
  classification("credit-g", 0.765),
];

export const PUBLISHED = [
  "PBP",
  "MC dropout",
  "Deep Ensembles",
  "XGBoost",
  "forest of 300",
  "boosting",
  "MLP of 100",
];

/** Of tables without standard splits. */
export const FOLDS = 5;

/** A file of the shared data, or null when it is not there. */
export function sharedFile(path) {
  const url = new URL(path, folder);
  return existsSync(url) ? url : null;
}

/** The target is the last column. */
export function targetOf(url) {
  return readFileSync(url, "utf8").split(/\r?\n/, 1)[0].split(",").at(-1);
}

/** The table of a file, none of which has a quoted cell. */
export function readTable(url) {
  const lines = readFileSync(url, "utf8").trim().split(/\r?\n/);
  const [names, ...rows] = lines.map((line) => line.split(","));
  return frameFrom(Object.fromEntries(names.map((name, j) => [name, rows.map((row) => row[j])])));
}

/** The test rows of the first `count` standard splits. */
export function standardSplits(name, count) {
  return JSON.parse(readFileSync(sharedFile(`splits/${name}.json`), "utf8")).test.slice(0, count);
}

function regression(name, target, published) {
  return { name, task: "regression", metric: "rmse", target, published };
}

function classification(name, target) {
  return { name, task: "classification", metric: "accuracy", target };
}
