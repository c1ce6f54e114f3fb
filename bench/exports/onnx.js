// A model as ONNX in onnxruntime, one thread, all rows at once.
import { existsSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { exportPlan, toOnnx } from "psilon";
import { milliseconds } from "../timing.js";

const runtime = fileURLToPath(new URL("../../.tools/node_modules/onnxruntime-node", import.meta.url));

/** Truths are numbers to the graph, however the table has them. */
const numberOf = (cell) =>
  cell === null ? Number.NaN : typeof cell === "number" ? cell : Number(/^(?:true|t|yes|y|1)$/i.test(cell));

export const isThere = existsSync(runtime);

export function write(model, folder) {
  const bytes = toOnnx(model);
  writeFileSync(join(folder, "model.onnx"), bytes);
  return { bytes, target: model.target, columns: exportPlan(model).columns };
}

export async function predict({ bytes, target, columns }, rows) {
  const { InferenceSession, Tensor } = createRequire(import.meta.url)(runtime);
  const session = await InferenceSession.create(bytes, {
    logSeverityLevel: 3,
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  const feeds = Object.fromEntries(
    columns.map(({ name, holds }) => {
      const cells = rows.map((row) => row[name]);
      return holds === "texts"
        ? [
            name,
            new Tensor(
              "string",
              cells.map((cell) => (cell === null ? "" : String(cell))),
              [rows.length, 1],
            ),
          ]
        : [name, new Tensor("float64", Float64Array.from(cells, numberOf), [rows.length, 1])];
    }),
  );
  const outputs = await session.run(feeds);
  const ms = await milliseconds(() => session.run(feeds));
  const of = target.task === "classification" ? ["probabilities"] : target.names;
  const predictions = rows.map((_, i) =>
    of.flatMap((name) => {
      const { data } = outputs[name];
      const width = data.length / rows.length;
      return Array.from(data.slice(i * width, (i + 1) * width));
    }),
  );
  return { predictions, bytes: bytes.length, ns: (1e6 * ms) / rows.length };
}
