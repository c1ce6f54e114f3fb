import type { KeptParameter, KeptState } from "../layers/kind.js";
import { kindOf, type LayerSpec } from "../layers/kinds.js";
import type { Shape } from "../layers/shape.js";
import { keptByKind } from "../weights/keptByKind.js";
import { weightKinds } from "../weights/kinds.js";
import { type SequentialLayer, type SequentialSpec, shapesOf } from "./sequential.js";

/** A layer that is no residual sum, where it stands. */
export interface PlacedLayer {
  /** "3" is the third of the list, "3.1" the first within a residual sum that stands there, and "3.shortcut.1" the first of its shortcut. */
  readonly place: string;
  readonly spec: LayerSpec;
  /** Of what it reads. */
  readonly input: Shape;
}

/** A tensor of a network before it is made. Its name begins with the layer's place: "3.1.weight". */
export interface PlacedTensor extends KeptState {
  /** Float32 numbers; 0 or 1 of a mask; or bits that are no such numbers, four bytes for each. */
  readonly holds: "numbers" | "mask" | "bits";
}

/** What belongs to one parameter. */
export interface PlacedParameter {
  readonly raw: PlacedTensor;
  readonly lengths: PlacedTensor | null;
  /** May be absent, where nothing is pruned. */
  readonly mask: PlacedTensor;
  readonly state: readonly PlacedTensor[];
}

/** What a network trains and what it keeps beside, each in its order. */
export interface Inventory {
  readonly parameters: readonly PlacedParameter[];
  readonly state: readonly PlacedTensor[];
}

/** The layers of a network in the order of their passes: of a residual sum the shortcut before the branch. Throws as `createSequential` does. */
export function placedLayers(spec: SequentialSpec): PlacedLayer[] {
  shapesOf(spec);
  return placedIn(spec.layers, spec.input, "");
}

function placedIn(specs: readonly SequentialLayer[], from: Shape, prefix: string): PlacedLayer[] {
  let next = from;
  return specs.flatMap((spec, l) => {
    const place = `${prefix}${l + 1}`;
    const input = next;
    next = shapesOf({ input, layers: [spec] });
    if (spec.layer !== "residual") return { place, spec, input };
    const { shortcut = [], layers } = spec;
    return [...placedIn(shortcut, input, `${place}.shortcut.`), ...placedIn(layers, input, `${place}.`)];
  });
}

/** What networks of this spec train and keep, without making one. Throws as `createSequential` does. */
export function inventoryOf(spec: SequentialSpec): Inventory {
  const all = placedLayers(spec).map(({ place, spec: layer, input }) => {
    const { parameters = [], state = [] } = kindOf(layer).keeps?.(layer, input) ?? {};
    return {
      parameters: parameters.map((parameter) => placedParameter(`${place}.${parameter.name}`, parameter)),
      state: state.map((tensor) => ({
        ...tensor,
        name: `${place}.${tensor.name}`,
        holds: "numbers" as const,
      })),
    };
  });
  return {
    parameters: all.flatMap(({ parameters }) => parameters),
    state: all.flatMap(({ state }) => state),
  };
}

function placedParameter(name: string, { rows, columns, kind }: KeptParameter): PlacedParameter {
  const { length } = weightKinds[kind];
  const isTrained = length === "row" || length === "shared";
  return {
    raw: { name, rows, columns, holds: "numbers" },
    lengths: isTrained
      ? { name: `${name}.lengths`, rows: length === "row" ? rows : 1, columns: 1, holds: "numbers" }
      : null,
    mask: { name: `${name}.mask`, rows, columns, holds: "mask", least: 0, most: 1 },
    state: keptByKind(kind, columns).map(([r, c], k) => ({
      name: `${name}.state.${k}`,
      rows: r,
      columns: c,
      holds: "bits",
    })),
  };
}
