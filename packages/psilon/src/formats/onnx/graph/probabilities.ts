import { type Affine, isConstant, rearranged, scaled, sizeOf, sum } from "./affine.js";
import { attribute, axisOf, required } from "./attributes.js";
import { castAway, castTo } from "./layout.js";
import type { Room } from "./room.js";
import type { Call, Probabilities, Value } from "./value.js";

/** Operators that make probabilities of logits. */
export const makers: Readonly<Record<string, (call: Call) => Probabilities>> = {
  Sigmoid(call) {
    const logits = required(call, 0);
    if (logits.bias.length !== 1) {
      throw call.refuse(`is taken of ${logits.bias.length} numbers, but only that of the last one is read`);
    }
    return { kind: "probabilities", form: "sigmoid", logits, classes: null };
  },
  Softmax: softmax,
  LogSoftmax: softmax,
};

function softmax(call: Call): Probabilities {
  const logits = required(call, 0);
  const { dims } = logits;
  const axis = axisOf(attribute(call, "axis", "int") ?? (call.opset < 13 ? 1 : -1), dims.length, call);
  const together = call.opset < 13 ? sizeOf(dims.slice(axis)) : dims[axis];
  if (together !== logits.bias.length || together < 2) {
    throw call.refuse(
      `is taken of ${together} of ${logits.bias.length} numbers, but only that of all, two or more, is read`,
    );
  }
  return { kind: "probabilities", form: "softmax", logits, classes: null };
}

/** Operators that leave probabilities what they are. */
const kept = ["Identity", "Cast", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Dropout"];

/** What a node makes of probabilities among its inputs; null where that is none. */
export function ofProbabilities(call: Call, inputs: readonly (Value | null)[]): Probabilities | null {
  const { node } = call;
  const [first, second] = inputs;
  if (first?.kind === "probabilities") {
    if (node.domain === "" && kept.includes(node.op)) {
      if (node.op === "Cast" && castTo(call) !== "number") throw castAway(call);
      return first;
    }
    if (node.domain === "ai.onnx.ml" && node.op === "ZipMap") return named(node.attributes, first);
  }
  if (node.domain !== "" || inputs.length !== 2 || second?.kind !== "probabilities") return null;
  // How converters write both probabilities of two classes: 1 − p beside p.
  if (node.op === "Sub" && first?.kind === "affine" && isOne(first) && second.form === "sigmoid") {
    return { ...second, form: "complement" };
  }
  const isPair =
    node.op === "Concat" &&
    first?.kind === "probabilities" &&
    first.form === "complement" &&
    second.form === "sigmoid" &&
    first.logits === second.logits;
  return isPair ? { ...second, form: "pair" } : null;
}

const isOne = (value: Affine) => isConstant(value) && value.bias.length === 1 && value.bias[0] === 1;

function named(attributes: Call["node"]["attributes"], value: Probabilities): Probabilities {
  const found = attributes.find(({ name }) => name.startsWith("classlabels"));
  if (found?.kind !== "ints" && found?.kind !== "strings") return value;
  return { ...value, classes: found.value.map(String) };
}

/** Logits as networks for tables have them: those of two classes are one, the second one's less the first one's. */
export function logit(logits: Affine, room: Room): Affine {
  if (logits.bias.length !== 2) return logits;
  const [first, second] = [0, 1].map((place) => rearranged(logits, Int32Array.of(place), [1], room));
  return sum(second, scaled(first, Float64Array.of(-1), room), room);
}
