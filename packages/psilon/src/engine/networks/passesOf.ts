import type { BoundLayer } from "../layers/boundLayer.js";
import type { Network } from "./network.js";

/** What a network has of the list of its bound layers: the ways there and back, what the last writes, and what all of them train and keep. */
export function passesOf(
  bound: readonly BoundLayer[],
): Pick<
  Network,
  | "outputs"
  | "output"
  | "outputDelta"
  | "bound"
  | "state"
  | "parameters"
  | "forward"
  | "evaluate"
  | "backward"
> {
  const { values, delta, places } = bound[bound.length - 1].output;
  const outputs = places * values.columns;
  const rows = values.rows / places;
  return {
    outputs,
    output: places === 1 ? values : values.reshape(rows, outputs),
    outputDelta: places === 1 ? delta : delta.reshape(rows, outputs),
    bound,
    state: bound.flatMap(({ state = [] }) => state),
    parameters: bound.flatMap(({ parameters }) => parameters),
    forward(n) {
      for (let l = 0; l < bound.length; l++) bound[l].forward(n);
    },
    evaluate(n) {
      for (let l = 0; l < bound.length; l++) {
        const layer = bound[l];
        if (layer.evaluate) layer.evaluate(n);
        else layer.forward(n);
      }
    },
    backward(n) {
      for (let l = bound.length - 1; l >= 0; l--) bound[l].backward(n);
    },
  };
}
