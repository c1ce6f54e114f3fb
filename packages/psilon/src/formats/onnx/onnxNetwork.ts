import { InputError } from "../../errors.js";
import type { FoldedNetwork } from "../../folded/folded.js";
import { checkFinite } from "../checkFinite.js";
import { evaluate } from "./graph/evaluate.js";
import { layersOf, type Scaling } from "./graph/layers.js";
import { logit } from "./graph/probabilities.js";
import type { OnnxModel } from "./model.js";

/** A feed-forward network that an ONNX graph computes, one row at a time. */
export interface OnnxNetwork {
  /** In their order; `size`: how many numbers of a row each takes. */
  readonly inputs: readonly { readonly name: string; readonly size: number }[];
  /** The graph's name for what is predicted. */
  readonly output: string;
  /** How many numbers a row's answer is: of classes their logits, or of two classes that of the second alone. */
  readonly outputs: number;
  /** Whether the graph ends in probabilities. */
  readonly isClassifier: boolean;
  /** The classes' names, where the graph has them. */
  readonly classes: readonly string[] | null;
  /** How the graph itself scales each input first, (x − center)/scale; null where it does not. */
  readonly scaling: readonly ({ readonly center: number; readonly scale: number } | null)[];
  /**
   * The network of inputs that were scaled so before, whose outputs are scaled so after: f(x) = outputs.scales·network(z) + outputs.centers of
   * z = (x − inputs.centers)/inputs.scales. Where `outputs` is null they are logits, of two classes the second one's less the first one's.
   * Folded in float64 and rounded once. Throws InputError where a weight is not finite.
   */
  fold(inputs: Scaling, outputs: Scaling | null): FoldedNetwork;
}

/**
 * The network of a graph of Gemm, MatMul, Add, Sub, Mul, Div, Relu, LeakyRelu, Clip and what only moves numbers about, or ends a classifier. `bytes` is
 * how long its file is, beyond a small multiple of which it takes no memory, and `source` names it. Throws InputError for all others, by the
 * operator's name.
 */
export function onnxNetwork(model: OnnxModel, bytes: number, source: string): OnnxNetwork {
  const { inputs, units, output, scalings, room } = evaluate(model, bytes, source);
  const { value } = output;
  const isClassifier = value.kind === "probabilities";
  const numbers = isClassifier ? value.logits : value;
  if (units.count === 0 || numbers.bias.length === 0) {
    throw new InputError({
      code: "unsuitable",
      found: `The network in ${source} has no ${units.count === 0 ? "inputs" : "outputs"}`,
      where: { source },
    });
  }
  return {
    inputs,
    output: output.name,
    outputs: numbers.bias.length,
    isClassifier,
    classes: isClassifier ? value.classes : null,
    scaling: Array.from({ length: units.count }, (_, j) => {
      const found = scalings.get(j);
      if (!found || (found.factor === 1 && found.shift === 0)) return null;
      const [center, scale] = [-found.shift / found.factor, 1 / Math.abs(found.factor)];
      return Number.isFinite(center) && Number.isFinite(scale) && scale > 0 ? { center, scale } : null;
    }),
    fold(before, after) {
      const answer = after ? numbers : logit(numbers, room);
      const layers = layersOf(answer, units, [before, after ?? unscaled(answer.bias.length)], room);
      layers.forEach(({ weight, bias }, l) => {
        checkFinite(
          [
            { name: `layers.${l}.weight`, shape: [], data: weight },
            { name: `layers.${l}.bias`, shape: [], data: bias },
          ],
          source,
        );
      });
      return { architecture: "mlp", layers };
    },
  };
}

const unscaled = (count: number): Scaling => ({
  centers: new Float64Array(count),
  scales: new Float64Array(count).fill(1),
});
