import type { KeptTensor, TrainedTensor } from "../layers/kind.js";
import { kindOf, type LayerSpec } from "../layers/kinds.js";
import type { Shape } from "../layers/shape.js";
import { keptTensors } from "../weights/keptTensors.js";
import { weightKinds } from "../weights/kinds.js";
import { type SequentialLayer, type SequentialSpec, shapesOf } from "./sequential.js";

/** A layer where it stands. */
export interface PlacedLayer {
  /** Its place in the spec: `layers.0`, `layers.2.shortcut.0`. */
  readonly path: string;
  readonly spec: LayerSpec;
  /** Of what it reads. */
  readonly input: Shape;
}

/** A tensor by its name in the whole network, such as `layers.0.weight`, before it is made. */
export interface Place {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** Numbers, of at least `least`; or bytes, of a mask one for each entry and else four for each of so many columns. */
  readonly holds: "mask" | KeptTensor["holds"];
}

/** What belongs to one parameter. */
export interface TrainedPlaces {
  readonly raw: Place;
  readonly lengths: Place | null;
  /** May be absent, where nothing is pruned. */
  readonly mask: Place;
  readonly state: readonly Place[];
}

/** What a network trains and keeps, in the order of its parameters and of its state. */
export interface Inventory {
  readonly trained: readonly TrainedPlaces[];
  readonly kept: readonly Place[];
}

/** The layers of a list in the order of their passes, those within residual sums among them. Throws as `createSequential` does. */
export function placedLayers(spec: SequentialSpec): PlacedLayer[] {
  shapesOf(spec);
  return placedIn(spec.layers, spec.input, "layers");
}

function placedIn(specs: readonly SequentialLayer[], from: Shape, prefix: string): PlacedLayer[] {
  let next = from;
  return specs.flatMap((spec, l) => {
    const path = `${prefix}.${l}`;
    const input = next;
    next = shapesOf({ input, layers: [spec] });
    if (spec.layer !== "residual") return { path, spec, input };
    const { shortcut = [], layers } = spec;
    return [...placedIn(shortcut, input, `${path}.shortcut`), ...placedIn(layers, input, `${path}.layers`)];
  });
}

/** What networks of this spec train and keep, without making one. Throws as `createSequential` does. */
export function inventoryOf(spec: SequentialSpec): Inventory {
  const all = placedLayers(spec).map(({ path, spec: layer, input }) => {
    const { trained = [], kept = [] } = kindOf(layer).tensors?.(layer, input) ?? {};
    return {
      trained: trained.map((tensor) => placesFor(`${path}.${tensor.name}`, tensor)),
      kept: kept.map((tensor) => ({ ...tensor, name: `${path}.${tensor.name}` })),
    };
  });
  return { trained: all.flatMap(({ trained }) => trained), kept: all.flatMap(({ kept }) => kept) };
}

const numbers = { least: Number.NEGATIVE_INFINITY };

function placesFor(name: string, { rows, columns, kind }: TrainedTensor): TrainedPlaces {
  const { length } = weightKinds[kind];
  const isTrained = length === "row" || length === "shared";
  return {
    raw: { name, rows, columns, holds: numbers },
    lengths: isTrained
      ? { name: `${name}.lengths`, rows: length === "row" ? rows : 1, columns: 1, holds: numbers }
      : null,
    mask: { name: `${name}.mask`, rows, columns, holds: "mask" },
    state: keptTensors(kind, columns).map(([r, c], k) => ({
      name: `${name}.state.${k}`,
      rows: r,
      columns: c,
      holds: "bits",
    })),
  };
}
