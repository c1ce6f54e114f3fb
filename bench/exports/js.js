// A model as a JavaScript module, in this process: a row at a time, as a server would ask.
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { toJavaScript } from "psilon";
import { milliseconds } from "../timing.js";

export function write(model, folder) {
  const file = join(folder, "model.mjs");
  writeFileSync(file, toJavaScript(model).module);
  return [file];
}

export async function predict([file], rows) {
  const { predict } = await import(pathToFileURL(file).href);
  const predictions = rows.map((row) => {
    const { label, probabilities, ...values } = predict(row);
    return Object.values(probabilities ?? values);
  });
  return {
    predictions,
    bytes: statSync(file).size,
    ns: (1e6 * (await milliseconds(() => rows.forEach(predict)))) / rows.length,
  };
}
