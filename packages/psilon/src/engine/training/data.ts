import { InputError } from "../../errors.js";
import type { Network } from "../networks/network.js";
import { checkCodedInputs } from "./codedInputs.js";
import { targetColumns } from "./loss.js";
import type { Inputs, TrainingData, TrainingSpec } from "./spec.js";

/** Throws InputError where the arrays do not fit the network and the loss; `name` is the part they are for. */
export function checkData(
  network: Network,
  spec: TrainingSpec,
  data: TrainingData<Inputs>,
  name: string,
): void {
  const { inputs, outputs } = network;
  const columns = targetColumns(spec.loss, outputs);
  const expect = (found: number, expected: number, what: string) => {
    if (found !== expected) {
      throw new InputError({
        code: "wrong-shape",
        found: `The ${name} ${what} hold ${found} values`,
        remedy: `${data.rows} rows need ${expected}`,
      });
    }
  };
  if (data.rows < 1) throw new InputError({ code: "no-rows", found: `The ${name} part has no rows` });
  if (data.inputs instanceof Float32Array) expect(data.inputs.length, data.rows * inputs, "inputs");
  else checkCodedInputs(data.inputs, data.rows, inputs, name);
  expect(data.targets.length, data.rows * columns, "targets");
  if (data.weights) expect(data.weights.length, data.rows, "row weights");
  if (spec.loss === "squared-error") return;
  if (spec.loss === "logistic" && outputs !== 1) {
    throw new InputError({
      code: "unsuitable",
      found: `The logistic loss reads one output and this network has ${outputs}`,
      remedy: "use softmax",
    });
  }
  const classes = spec.loss === "logistic" ? 2 : outputs;
  const row = data.targets.findIndex((label) => !(Number.isInteger(label) && label >= 0 && label < classes));
  if (row >= 0) {
    throw new InputError({
      code: "out-of-range",
      found: `The ${name} target of row ${row} is ${data.targets[row]}`,
      where: { row },
      value: String(data.targets[row]),
      remedy: `class indices run from 0 to ${classes - 1}`,
    });
  }
}
