import { InputError } from "../../errors.js";
import type { Backend } from "../backend/backend.js";
import type { ConvolutionSpec } from "../layers/convolution.js";
import type { LayerSpec } from "../layers/kinds.js";
import { columnsOf, type Shape } from "../layers/shape.js";
import { inventoryOf } from "../networks/inventory.js";
import {
  createSequential,
  type SequentialLayer,
  type SequentialNetwork,
  shapesOf,
} from "../networks/sequential.js";
import { createRandom } from "../random/random.js";
import type { Score } from "./maskLeast.js";

/** What a matrix of the path network holds: ones, which sum a window, or |W| of the network's layer of that number. */
type Role =
  | { readonly of: "ones" }
  | { readonly of: "layer"; readonly layer: number; readonly norm: string | null };

/**
 * θ·∂‖Φ(θ)‖₁/∂θ of a network of any list of layers, with ‖Φ(θ)‖₁ what it makes of ones by |W|, without biases and with the identity for
 * activations, which are 1-Lipschitz and 0 at 0 or ranked as if they were: the sum over all paths of the products of what stands on them.
 * Average pooling stays what it is, and a maximum is the sum of its window, which it cannot change more than. A batch normalization right
 * after a matrix multiplies its rows by |γ|/√(σ² + ε). Residual sums add their two ways. It is a network like any other, with a way
 * back that gives the derivative.
 *
 * Throws InputError for layers without paths: layer normalization, attention and the like, and batch normalization anywhere else.
 */
export function sequentialPathMagnitude(backend: Backend, network: SequentialNetwork): Score {
  const { spec, layers, parameters, state } = network;
  const inventory = inventoryOf(spec);
  const values = new Map([
    ...inventory.parameters.map(({ raw }, k) => [raw.name, parameters[k].raw] as const),
    ...inventory.state.map(({ name }, k) => [name, state[k]] as const),
  ]);
  const roles: Role[] = [];
  let count = 0;
  const translate = (specs: readonly SequentialLayer[], from: Shape, prefix: string): SequentialLayer[] => {
    let input = from;
    return specs.flatMap((layer, l): SequentialLayer[] => {
      const place = `${prefix}${l + 1}`;
      const read = input;
      input = shapesOf({ input: read, layers: [layer] });
      const before = specs[l - 1];
      if (layer.layer === "residual") {
        const shortcut = translate(layer.shortcut ?? [], read, `${place}.shortcut.`);
        const branch = translate(layer.layers, read, `${place}.`);
        return [{ layer: "residual", shortcut, layers: branch }];
      }
      switch (layer.layer) {
        case "dense":
        case "convolution":
        case "patches": {
          const isNormed = specs[l + 1]?.layer === "batch-norm" && !layer.activation;
          roles.push({ of: "layer", layer: count++, norm: isNormed ? `${prefix}${l + 2}` : null });
          const { activation: _, ...rest } = layer;
          return [{ ...rest, weight: "plain", bias: false }];
        }
        case "max-pool": {
          roles.push({ of: "ones" });
          const { size, stride = size, padding = 0 } = layer;
          const channels = columnsOf(read);
          const sum: ConvolutionSpec = {
            channels,
            size,
            stride,
            padding,
            groups: channels,
            weight: "plain",
            bias: false,
          };
          return [{ layer: "convolution", ...sum }];
        }
        case "activation":
        case "dropout":
          // Nothing is below 0 here.
          return [{ layer: "activation", activation: "relu" }];
        case "average-pool":
        case "global-average-pool":
        case "flatten":
          return [layer];
        case "batch-norm":
          if (isMatrix(before) && !before.activation) return [];
          throw without(place, layer, "has none but right after a matrix");
        default:
          throw without(place, layer, "has none");
      }
    });
  };
  const paths = createSequential(
    backend,
    { input: spec.input, layers: translate(spec.layers, spec.input, "") },
    1,
    createRandom(0),
  );
  roles.forEach((role, l) => {
    if (role.of === "ones") paths.layers[l].weight.raw.data.fill(1);
  });
  paths.input.data.fill(1);

  return (scores) => {
    roles.forEach((role, l) => {
      if (role.of === "ones") return;
      const { effective } = layers[role.layer].weight;
      const factors = role.norm === null ? null : rowFactors(role.norm);
      const to = paths.layers[l].weight.raw.data;
      effective.data.forEach((w, k) => {
        to[k] = Math.abs(w) * (factors ? factors[Math.floor(k / effective.columns)] : 1);
      });
    });
    paths.forward(1);
    paths.outputDelta.data.fill(1);
    paths.backward(1);
    roles.forEach((role, l) => {
      if (role.of === "ones") return;
      const { raw, gradient } = paths.layers[l].weight;
      const into = scores[role.layer];
      for (let k = 0; k < into.length; k++) into[k] = raw.data[k] * gradient.data[k];
    });
  };

  function rowFactors(place: string): number[] {
    const [scale, variance] = ["scale", "variance"].map((name) => values.get(`${place}.${name}`)!.data);
    return Array.from(scale, (g, c) => Math.abs(g) / Math.sqrt(variance[c] + 1e-5));
  }
}

const isMatrix = (layer: SequentialLayer | undefined): layer is LayerSpec & { activation?: unknown } =>
  layer !== undefined && ["dense", "convolution", "patches"].includes(layer.layer);

const without = (place: string, { layer }: LayerSpec, why: string) =>
  new InputError({
    code: "unsuitable",
    found: `The rule "path-magnitude" follows paths through a network, and layer ${place} (${layer}) ${why}`,
    remedy: 'use another rule, such as "gradual-magnitude"',
  });
