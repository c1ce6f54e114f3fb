import type { Backend } from "../../src/engine/backend/backend.ts";
import { createSignal } from "../../src/engine/layers/boundLayer.ts";
import type { ShapedSource } from "../../src/engine/layers/kind.ts";
import { kindOf, type LayerSpec } from "../../src/engine/layers/kinds.ts";
import { columnsOf, placesOf, type Shape, sizeOf } from "../../src/engine/layers/shape.ts";
import type { SequentialNetwork } from "../../src/engine/networks/sequential.ts";
import { createRandom } from "../../src/engine/random/random.ts";

/** A network's layers once more, with the very same weights, and with a slope by the inputs, which a network has no use for. */
export function differentiable(backend: Backend, { spec, parameters }: SequentialNetwork, capacity: number) {
  const places = placesOf(spec.input);
  const input = createSignal(backend.arena, capacity * places, columnsOf(spec.input), { places });
  let now: ShapedSource = { ...input, shape: spec.input };
  const passes = spec.layers.flatMap((layer) => {
    const kind = kindOf(layer as LayerSpec);
    const shape = kind.shape(layer as LayerSpec, now.shape) as Shape;
    const bound = kind.bind({ backend, capacity, random: createRandom(1) }, layer as LayerSpec, now, shape);
    now = { ...bound.passes[bound.passes.length - 1].output, shape };
    return bound.passes;
  });
  const own = passes.flatMap((pass) => pass.parameters);
  own.forEach((parameter, k) => {
    parameter.raw.data.set(parameters[k].raw.data);
    parameter.lengths?.data.set(parameters[k].lengths!.data);
    parameter.normalize();
  });
  const output = passes[passes.length - 1].output;
  const [inputs, outputs] = [sizeOf(spec.input), sizeOf(now.shape)];
  return {
    inputs,
    outputs,
    parameters: own,
    /** Outputs of examples one after the other. */
    forward(x: ArrayLike<number>): Float32Array {
      input.values.data.set(x);
      for (const pass of passes) pass.forward(x.length / inputs);
      return output.values.data.slice(0, (x.length / inputs) * outputs);
    },
    /** After `forward`: slopes of what is read by those of what is written. */
    backward(slopes: ArrayLike<number>): Float32Array {
      const n = slopes.length / outputs;
      output.delta.data.set(slopes);
      for (const pass of passes.toReversed()) pass.backward(n);
      return input.delta.data.slice(0, n * inputs);
    },
    /** The Jacobian at x, outputs × inputs: as many copies of x as outputs, each with the slope of another. */
    jacobian(x: Float32Array): Float32Array {
      const copies = new Float32Array(outputs * inputs);
      for (let k = 0; k < outputs; k++) copies.set(x, k * inputs);
      this.forward(copies);
      return this.backward(
        Float32Array.from({ length: outputs ** 2 }, (_, at) => Number(at % (outputs + 1) === 0)),
      );
    },
  };
}
