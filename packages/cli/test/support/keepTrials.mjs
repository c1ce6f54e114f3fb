// Keeps trials of a sweep, from one number on, in a database of runs, and prints the number of each once it is kept.
import { openSweep } from "../../dist/runs/sweepStore.js";

const [runs, first, count] = process.argv.slice(2);
const recording = {
  command: "sweep",
  flags: { runs, record: true, seed: 0, backend: "wasm", threads: 1 },
  ...{ target: ["y"], line: "psilon sweep d.csv", isHere: true, trials: 4, trainBy: () => "psilon train" },
  objectives: [],
  io: { stderr: process.stderr, signal: new AbortController().signal },
};
const data = { source: "d.csv", hash: "00", rows: 1, columns: [{ name: "y", kind: "numeric" }] };
const store = await openSweep(recording, { data, options: { "--target": '"y"' } }, false);
const summary = (mean) => ({ mean, stderr: 1, perSplit: [mean, mean, mean] });
for (let number = Number(first); number < Number(first) + Number(count); number++) {
  const metrics = { rmse: summary(number), r2: summary(1) };
  await store.keep(
    { number, settings: { lambda: number } },
    { status: "done", metrics, linear: metrics, lambdas: [1], seconds: 1 },
  );
  process.stdout.write(`${store.id}.${number}\n`);
}
await store.end("done", null);
