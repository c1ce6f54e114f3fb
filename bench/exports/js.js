// A model as a JavaScript module, in this process: a row at a time, as a server would ask.
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { toJavaScript } from "psilon";

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
    ns: nanoseconds(() => rows.forEach(predict)) / rows.length,
  };
}

/** The median of several runs, each long enough to be timed. */
function nanoseconds(run) {
  const times = [];
  for (let block = 0; block < 5; block++) {
    const start = performance.now();
    let runs = 0;
    do {
      run();
      runs++;
    } while (performance.now() - start < 50);
    times.push((1e6 * (performance.now() - start)) / runs);
  }
  return times.sort((a, b) => a - b)[2];
}
