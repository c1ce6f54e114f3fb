import { InputError } from "../../errors.js";
import type { Activation } from "../layers/activation.js";
import { inventoryOf, type PlacedLayer, placedLayers } from "../networks/inventory.js";
import type { Residual, SequentialLayer, SequentialNetwork } from "../networks/sequential.js";
import type { Parameter } from "../weights/parameter.js";
import { singularValues } from "../weights/singularValues.js";
import type { Weight } from "../weights/weight.js";
import { checkRemovable } from "./rule.js";

/** A residual block as what it adds to what it reads. */
export interface Block {
  /** All that it trains. */
  readonly parameters: readonly Parameter[];
  /** How far what it adds is from 0. */
  size(): number;
}

/**
 * The outermost residual sums whose shortcut is the identity. Their size is the product over their layers of σ₁ of each matrix W, of a
 * convolution channels × (size·size·channels), and of max |γ|/√(σ² + ε) of a batch normalization: next to the identity's 1, what a spectral norm
 * can say of how near a block is to it (after Lin et al., arXiv:2010.01791, who normalize the blocks' weights by it). What it leaves out are factors that blocks have in common: the
 * activations', √(size·size) of kernels, and layer normalization, which has no such norm.
 *
 * Throws InputError where there are none, where one has weights without a length, and where what follows its last matrix would not be 0
 * even if all were.
 */
export function sequentialBlocks(network: SequentialNetwork): Block[] {
  const { spec, parameters, state } = network;
  const inventory = inventoryOf(spec);
  const parameterAt = new Map(inventory.parameters.map(({ raw }, k) => [raw.name, parameters[k]]));
  const stateAt = new Map(inventory.state.map(({ name }, k) => [name, state[k]]));
  const placed = placedLayers(spec);

  /** What a layer multiplies lengths by, as far as it is known. */
  const stretch = ({ place, spec: layer }: PlacedLayer, own: readonly (Parameter | Weight)[]): number => {
    if (layer.layer === "batch-norm") {
      const scale = parameterAt.get(`${place}.scale`)!.raw.data;
      const variance = stateAt.get(`${place}.variance`)!.data;
      return scale.reduce((most, g, c) => Math.max(most, Math.abs(g) / Math.sqrt(variance[c] + 1e-5)), 0);
    }
    return own.reduce(
      (product, weight) =>
        "effective" in weight ? product * singularValues(weight.effective.data, weight.rows)[0] : product,
      1,
    );
  };

  const blocks = identityBlocks(spec.layers, "").map(({ place, block }): Block => {
    const within = placed.filter((layer) => layer.place.startsWith(`${place}.`));
    const ownOf = (layer: PlacedLayer) =>
      [...parameterAt].flatMap(([name, parameter]) =>
        name.slice(0, name.lastIndexOf(".")) === layer.place ? [parameter] : [],
      );
    const all = within.flatMap(ownOf);
    for (const parameter of all) if ("effective" in parameter) checkRemovable(parameter.kind);
    checkVanishes(block, place);
    return {
      parameters: all,
      size: () => within.reduce((product, layer) => product * stretch(layer, ownOf(layer)), 1),
    };
  });
  if (blocks.length === 0) {
    throw new InputError({
      code: "unsuitable",
      found:
        'The rule "residual" removes residual sums whose shortcut is the identity, and this network has none',
      remedy: "use another rule",
    });
  }
  return blocks;
}

function identityBlocks(
  layers: readonly SequentialLayer[],
  prefix: string,
): { readonly place: string; readonly block: Residual }[] {
  return layers.flatMap((layer, l) => {
    if (layer.layer !== "residual") return [];
    const place = `${prefix}${l + 1}`;
    const { shortcut = [] } = layer;
    if (shortcut.length === 0) return [{ place, block: layer }];
    return [...identityBlocks(shortcut, `${place}.shortcut.`), ...identityBlocks(layer.layers, `${place}.`)];
  });
}

/** What writes 0 where all its matrices and vectors are 0, and what then does so of zeros. */
const VANISHING: ReadonlySet<string> = new Set(["attention", "convolution", "dense", "patches"]);
const KEEPING: ReadonlySet<string> = new Set([
  "activation",
  "average-pool",
  "batch-norm",
  "dropout",
  "flatten",
  "global-average-pool",
  "layer-norm",
  "max-pool",
]);

/** Throws InputError unless the branch writes 0 once all that it trains is 0. */
function checkVanishes({ layers }: Residual, place: string): void {
  const last = layers.findLastIndex(({ layer }) => VANISHING.has(layer));
  const isZeroAtZero = (layer: SequentialLayer) => !("activation" in layer) || !isGaussian(layer.activation);
  const rest = layers.slice(last + 1);
  const vanishes =
    last >= 0 &&
    isZeroAtZero(layers[last]) &&
    rest.every((layer) => KEEPING.has(layer.layer) && isZeroAtZero(layer));
  if (vanishes) return;
  throw new InputError({
    code: "unsuitable",
    found: `The rule "residual" makes a branch 0, and that of layer ${place} is not 0 even if all its weights are`,
    remedy: "use another rule",
  });
}

const isGaussian = (activation: Activation | undefined): boolean =>
  typeof activation === "object" && activation.of === "gaussian";
