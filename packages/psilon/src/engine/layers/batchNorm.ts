import type { Backend } from "../backend/backend.js";
import { asItStands, createVector } from "../weights/vector.js";
import { type Activation, activate, checkActivation } from "./activation.js";
import { type BoundLayer, createSignal, deltaOf, type Source } from "./boundLayer.js";
import type { KeptParameter, LayerKind } from "./kind.js";
import { columnsOf } from "./shape.js";

/**
 * y = φ(γ·(x − μ)/√(σ² + ε) + β) of every column, the channel of an image or a feature, with ε = 10⁻⁵ (arXiv:1502.03167). In training μ and σ²
 * are those of the batch, over all its rows: its examples and their places. What it evaluates with are running ones, from 0 and 1 on and each
 * step a tenth of the way to the batch's, with the variance's n − 1. Of a batch of one row it writes φ(β), and the running ones stay.
 *
 * γ = 1 and β = 0 at the start; they are neither normalized nor decayed.
 */
export interface BatchNormSpec {
  /** Default: nothing. */
  readonly activation?: Activation;
}

export const batchNorm: LayerKind<BatchNormSpec> = {
  choices: { activation: true },
  shape({ activation }, input) {
    if (activation !== undefined) checkActivation(activation);
    return input;
  },
  keeps(_, input) {
    const of = (name: string) => ({ name, rows: columnsOf(input), columns: 1 });
    const trained = (name: string): KeptParameter => ({ ...of(name), kind: "plain" });
    return {
      parameters: [trained("scale"), trained("shift")],
      state: [of("mean"), { ...of("variance"), least: 0 }],
    };
  },
  bind({ backend }, { activation = null }, input) {
    // ReLU costs nothing in the pass that writes, and the others need what they read on the way back.
    const norm = normalize(backend, input, activation === "relu");
    const isDone = activation === null || activation === "relu";
    return { passes: isDone ? [norm] : [norm, activate(backend, null, norm.output, activation)], layers: [] };
  },
};

function normalize(backend: Backend, input: Source, relu: boolean): BoundLayer {
  const { arena, kernels } = backend;
  const { places } = input;
  const { rows, columns } = input.values;
  const output = createSignal(arena, rows, columns, { delta: deltaOf(arena, input), places });
  const gamma = asItStands(backend, arena.tensor(columns));
  const beta = createVector(backend, columns);
  const [mean, variance] = [arena.tensor(columns), arena.tensor(columns)];
  for (const tensor of [gamma.raw, variance]) tensor.data.fill(1);
  const kept = arena.tensor(6, columns);
  const sums = arena.tensor(Math.ceil(columns / 4), 16);
  const scales = arena.tensor(columns);
  const x = input.values.pointer;
  const y = output.values.pointer;
  const isAsked = input.delta !== null;
  return {
    output,
    parameters: [gamma, beta],
    state: [mean, variance],
    scaledBy: [],
    forward(n) {
      kernels.batchNorm(
        n * places,
        columns,
        x,
        gamma.raw.pointer,
        beta.raw.pointer,
        mean.pointer,
        variance.pointer,
        sums.pointer,
        kept.pointer,
        relu,
        y,
      );
    },
    evaluate(n) {
      kernels.scalesOfVariances(columns, variance.pointer, gamma.raw.pointer, scales.pointer);
      kernels.scaleColumns(n * places, columns, x, mean.pointer, scales.pointer, beta.raw.pointer, relu, y);
    },
    backward(n) {
      kernels.batchNormBackward(
        n * places,
        columns,
        x,
        output.delta.pointer,
        gamma.gradient.pointer,
        beta.gradient.pointer,
        sums.pointer,
        kept.pointer,
        relu,
        isAsked,
      );
    },
  };
}
