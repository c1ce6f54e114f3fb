import { availableParallelism } from "node:os";
import { PsilonRegressor } from "psilon";
import { createPool } from "./pool.js";

const rows = Array.from({ length: 300 }, (_, i) => ({ x: i / 30, y: Math.sin(i / 30) }));

const pool = createPool(availableParallelism());
const onProgress = ({ stage, done, total }) =>
  console.error(`${stage}: ${Math.round((100 * done) / total)} %`);
const regressor = new PsilonRegressor({ preset: "fast", seed: 1, run: pool.run, onProgress });
await regressor.fit(rows, "y");
await pool.close();
console.log("R²", await regressor.score(rows));
