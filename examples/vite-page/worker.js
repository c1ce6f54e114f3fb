// In a worker, so that the page stays responsive.
import { PsilonRegressor } from "psilon";

const rows = Array.from({ length: 300 }, (_, i) => ({ x: i / 30, y: Math.sin(i / 30) }));

const regressor = new PsilonRegressor({
  preset: "fast",
  seed: 1,
  onProgress: ({ stage, done, total }) =>
    postMessage({ progress: `${stage}: ${Math.round((100 * done) / total)} %` }),
});
await regressor.fit(rows, "y");
postMessage({ r2: await regressor.score(rows), bytes: regressor.save().length });
