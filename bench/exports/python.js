// A model as a Python script for numpy, in a process of its own: all rows at once, as columns.
import { spawnSync } from "node:child_process";
import { statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { toPython } from "psilon";

export const isThere = spawnSync("python3", ["-c", "import numpy"]).status === 0;

export function write(model, folder) {
  const { script, tensors } = toPython(model);
  const files = [join(folder, "model.py"), join(folder, "model.safetensors")];
  writeFileSync(files[0], script);
  writeFileSync(files[1], tensors);
  return files;
}

const PROGRAM = `
import json, sys, time
import numpy as np
from model import Model
model = Model()
rows = json.load(sys.stdin)
predict = model.predict_proba if model.target["task"] == "classification" else model.predict
def column(name):
    cells = [row[name] for row in rows]
    is_number = all(cell is None or isinstance(cell, (int, float)) for cell in cells)
    return np.array(cells, "f8") if is_number else cells
columns = {name: column(name) for name in model.columns}
times = []
for _ in range(3):
    start = time.perf_counter()
    predicted = predict(columns)
    times.append(time.perf_counter() - start)
print(json.dumps({"predictions": predicted.reshape(len(rows), -1).tolist(), "ns": 1e9 * sorted(times)[1] / len(rows)}))`;

export async function predict(files, rows) {
  const { stdout, stderr } = spawnSync("python3", ["-c", PROGRAM], {
    cwd: dirname(files[0]),
    input: JSON.stringify(rows),
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  if (stderr) throw new Error(stderr);
  return { ...JSON.parse(stdout), bytes: files.reduce((sum, file) => sum + statSync(file).size, 0) };
}
