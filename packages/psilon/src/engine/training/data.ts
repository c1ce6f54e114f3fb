import { InputError } from "../../errors.js";
import type { Network } from "../networks/network.js";
import { checkCodedInputs } from "./codedInputs.js";
import { kindOf, type LossKind, targetColumns } from "./loss.js";
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
  const expectInputs = (values: Inputs, what: string) => {
    if (values instanceof Float32Array) expect(values.length, data.rows * inputs, what);
    else checkCodedInputs(values, data.rows, inputs, name);
  };
  expectInputs(data.inputs, "inputs");
  expect(data.targets.length, data.rows * columns, "targets");
  if (data.weights) expect(data.weights.length, data.rows, "row weights");
  if (data.boxes) {
    expectInputs(data.boxes.lower, "lower ends");
    expectInputs(data.boxes.upper, "upper ends");
  }
  checkTargets(spec.loss, data.targets, outputs, name);
}

/** Throws InputError for targets that the loss does not take and for a number of outputs that is not its own. */
function checkTargets(loss: LossKind, targets: Float32Array, outputs: number, name: string): void {
  const kind = kindOf(loss);
  const refuse = (at: number, remedy: string) => {
    const row = Math.floor(at / targetColumns(loss, outputs));
    return new InputError({
      code: "out-of-range",
      found: `The ${name} target of row ${row} is ${targets[at]}`,
      where: { row },
      value: String(targets[at]),
      remedy,
    });
  };
  if (kind === "squared-error") return;
  if (typeof loss === "object" && loss.kind === "quantile") {
    if (loss.levels.length === outputs) return;
    throw new InputError({
      code: "unsuitable",
      found: `The quantile loss has ${loss.levels.length} levels and this network has ${outputs} outputs`,
      remedy: "give one for each",
    });
  }
  if (kind === "poisson") {
    const bad = targets.findIndex((y) => !(y >= 0 && y < Number.POSITIVE_INFINITY));
    if (bad >= 0) throw refuse(bad, "counts are finite and at least 0");
    return;
  }
  if (kind === "logistic" && outputs !== 1) {
    throw new InputError({
      code: "unsuitable",
      found: `The logistic loss reads one output and this network has ${outputs}`,
      remedy: "use softmax",
    });
  }
  const classes = kind === "logistic" ? 2 : outputs;
  const row = targets.findIndex((label) => !(Number.isInteger(label) && label >= 0 && label < classes));
  if (row >= 0) throw refuse(row, `class indices run from 0 to ${classes - 1}`);
}
