import type { LayerSpec } from "../engine/layers/kinds.js";
import type { Shape } from "../engine/layers/shape.js";
import type { SequentialLayer } from "../engine/networks/sequential.js";
import { type FoldedSequential, type LayerValues, withPlainWeights } from "./sequential.js";

/** A layer with what it has learned, matrices plain, so that lists of layers can be cut without a thought of places. */
export interface Leaf {
  readonly spec: LayerSpec;
  readonly values: LayerValues;
}

export interface Sum {
  readonly layers: readonly Node[];
  readonly shortcut: readonly Node[];
}

export type Node = Leaf | Sum;

export const isSum = (node: Node): node is Sum => "layers" in node;

/** The layers of a folded network, with plain weights. */
export function treeOf(network: FoldedSequential): Node[] {
  const { values } = network;
  const list = (specs: readonly SequentialLayer[], prefix: string): Node[] =>
    specs.map((layer, l) => {
      const place = `${prefix}${l + 1}`;
      if (layer.layer !== "residual") return { spec: layer, values: values[place] ?? {} };
      const { shortcut = [], layers } = layer;
      return { layers: list(layers, `${place}.`), shortcut: list(shortcut, `${place}.shortcut.`) };
    });
  return list(withPlainWeights(network.spec).layers, "");
}

/** The inverse of `treeOf`. */
export function networkOf(input: Shape, nodes: readonly Node[]): FoldedSequential {
  const values: Record<string, LayerValues> = {};
  const list = (from: readonly Node[], prefix: string): SequentialLayer[] =>
    from.map((node, l): SequentialLayer => {
      const place = `${prefix}${l + 1}`;
      if (isSum(node)) {
        const shortcut = list(node.shortcut, `${place}.shortcut.`);
        const layers = list(node.layers, `${place}.`);
        return { layer: "residual", layers, ...(shortcut.length > 0 && { shortcut }) };
      }
      if (Object.keys(node.values).length > 0) values[place] = node.values;
      return node.spec;
    });
  return { spec: { input, layers: list(nodes, "") }, values };
}
