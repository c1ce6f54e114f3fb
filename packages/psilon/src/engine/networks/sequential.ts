import { InputError } from "../../errors.js";
import type { Backend } from "../backend/backend.js";
import type { BoundLayer, Signal } from "../layers/boundLayer.js";
import { fork, sum } from "../layers/branch.js";
import type { Binding, ShapedSource } from "../layers/kind.js";
import { kindOf, type LayerSpec, layerKinds } from "../layers/kinds.js";
import type { Layer } from "../layers/layer.js";
import { columnsOf, isShape, placesOf, type Shape, shapeText, sizeOf } from "../layers/shape.js";
import type { Random } from "../random/random.js";
import type { Network } from "./network.js";
import { passesOf } from "./passesOf.js";

/** x + f(x), or s(x) + f(x) where layers in the shortcut change the shape (arXiv:1512.03385). */
export interface Residual {
  readonly layer: "residual";
  readonly layers: readonly SequentialLayer[];
  readonly shortcut?: readonly SequentialLayer[];
}

/** One layer of a list, or a residual sum of lists. */
export type SequentialLayer = LayerSpec | Residual;

/** A network as a list of layers, each of which reads what the one before writes; plain data. */
export interface SequentialSpec {
  /** Of one example. */
  readonly input: Shape;
  readonly layers: readonly SequentialLayer[];
}

/** A network with the list of layers that it is made of. */
export interface SequentialNetwork extends Network {
  readonly architecture: "sequential";
  readonly spec: SequentialSpec;
}

export const isSequential = (network: Network): network is SequentialNetwork =>
  network.architecture === "sequential";

/**
 * The network of a list of layers, for batches of at most `capacity` examples. Throws InputError, naming the layer, where it cannot read what
 * the one before it writes (with both shapes), and for a choice that it does not leave.
 */
export function createSequential(
  backend: Backend,
  spec: SequentialSpec,
  capacity: number,
  random: Random,
): SequentialNetwork {
  const { input: shape, layers: specs } = spec;
  checkInput(shape);
  const places = placesOf(shape);
  const inputs = sizeOf(shape);
  const input = backend.arena.tensor(capacity, inputs);
  const values = input.reshape(capacity * places, columnsOf(shape));
  const { passes, layers } = chain({ backend, capacity, random }, specs, {
    values,
    delta: null,
    places,
    shape,
    name: "the input",
  });
  if (layers.length === 0) {
    throw new InputError({
      code: "wrong-shape",
      found: "A network needs a layer with weights, and this one has none",
    });
  }
  return {
    architecture: "sequential",
    spec,
    inputs,
    capacity,
    input,
    entries: { now: null },
    ...passesOf(passes),
    layers,
    members: [layers.map((layer) => ({ ...layer, matrix: layer.weight }))],
    adapters: null,
    monotone: null,
  };
}

/** The shape of what the layers write, without making them; throws as `createSequential` does. */
export function shapesOf({ input, layers }: SequentialSpec): Shape {
  checkInput(input);
  return shapeAfter(layers, input, "", "the input");
}

/** A signal with what writes it, as a sentence names it. */
type Named = ShapedSource & { readonly name: string };

interface Chain {
  readonly passes: BoundLayer[];
  readonly layers: Layer[];
  readonly output: Named;
}

/** `prefix`: the number of the layer that these are within. */
function chain(binding: Binding, specs: readonly SequentialLayer[], from: Named, prefix = ""): Chain {
  const passes: BoundLayer[] = [];
  const layers: Layer[] = [];
  let now = from;
  specs.forEach((spec, l) => {
    const number = `${prefix}${l + 1}`;
    const shape = shapeOf(spec, now.shape, number, now.name);
    if (isRectified(specs[l - 1], spec)) return;
    const bound =
      spec.layer === "residual"
        ? residual(binding, spec, now, number)
        : isRectified(spec, specs[l + 1])
          ? layerKinds["batch-norm"].bind(binding, { activation: "relu" }, now, shape)
          : kindOf(spec).bind(binding, spec, now, shape);
    passes.push(...bound.passes);
    layers.push(...bound.layers);
    const output = bound.passes[bound.passes.length - 1].output;
    const isTrained = now.delta !== null || bound.passes.some(({ parameters }) => parameters.length > 0);
    now = { ...output, delta: isTrained ? output.delta : null, shape, name: outputOf(number) };
  });
  return { passes, layers, output: now };
}

/** Whether the second is the ReLU of a batch normalization, which does it in its own pass. */
function isRectified(first: SequentialLayer | undefined, second: SequentialLayer | undefined): boolean {
  return (
    first?.layer === "batch-norm" &&
    first.activation === undefined &&
    second?.layer === "activation" &&
    second.activation === "relu"
  );
}

/**
 * The shortcut before the branch: on the way back it writes the slope that the fork then adds the branch's to. Where nobody asks for that slope
 * both read the same, without a fork.
 */
function residual(binding: Binding, spec: Residual, from: Named, number: string) {
  const { backend } = binding;
  const start = from.delta && fork(backend, from);
  const shortcut = chain(binding, spec.shortcut ?? [], from, `${number}.shortcut.`);
  const branch = chain(binding, spec.layers, { ...from, ...start?.output }, `${number}.`);
  const last: Signal = branch.passes[branch.passes.length - 1].output;
  return {
    passes: [
      ...(start ? [start] : []),
      ...shortcut.passes,
      ...branch.passes,
      sum(backend, shortcut.output, last),
    ],
    layers: [...shortcut.layers, ...branch.layers],
  };
}

function shapeAfter(specs: readonly SequentialLayer[], input: Shape, prefix: string, name: string): Shape {
  let shape = input;
  specs.forEach((spec, l) => {
    const before = l === 0 ? name : outputOf(`${prefix}${l}`);
    shape = shapeOf(spec, shape, `${prefix}${l + 1}`, before);
  });
  return shape;
}

/** The shape of what a layer writes; `before`: what writes what it reads. */
function shapeOf(spec: SequentialLayer, input: Shape, number: string, before: string): Shape {
  checkChoices(spec, number);
  if (spec.layer === "residual") {
    const branch = shapeAfter(spec.layers, input, `${number}.`, before);
    const shortcut = shapeAfter(spec.shortcut ?? [], input, `${number}.shortcut.`, before);
    if (spec.layers.length === 0 || shapeText(branch) !== shapeText(shortcut)) {
      throw new InputError({
        code: "wrong-shape",
        found: `Layer ${number} (residual) adds its two ways, but its layers write ${shapeText(branch)} and its shortcut ${shapeText(shortcut)}`,
      });
    }
    return branch;
  }
  const shape = kindOf(spec).shape(spec, input);
  if (typeof shape !== "string") return shape;
  throw new InputError({
    code: "wrong-shape",
    found: `Layer ${number} (${spec.layer}) reads ${shape}, but ${before} is ${shapeText(input)}`,
  });
}

/** Throws InputError for a layer that there is not, and for a choice that it does not leave. */
function checkChoices(spec: SequentialLayer, number: string): void {
  const { layer, ...chosen } = spec;
  if (layer !== "residual" && !Object.hasOwn(layerKinds, layer)) {
    throw new InputError({
      code: "unknown-choice",
      found: `A layer is one of residual, ${Object.keys(layerKinds).join(", ")}, but layer ${number} is "${layer}"`,
      value: String(layer),
    });
  }
  const choices = spec.layer === "residual" ? ["layers", "shortcut"] : Object.keys(kindOf(spec).choices);
  const unknown = Object.keys(chosen).find((name) => !choices.includes(name));
  if (unknown === undefined) return;
  throw new InputError({
    code: "unknown-option",
    found: `Of layer ${number} (${layer}) one chooses ${choices.join(", ") || "nothing"}, but "${unknown}" was given`,
    value: unknown,
  });
}

const outputOf = (number: string) => `the output of layer ${number}`;

function checkInput(shape: Shape): void {
  if (isShape(shape)) return;
  throw new InputError({
    code: "wrong-shape",
    found: `An example is [features], [tokens, features] or [height, width, channels], whole numbers of at least 1, but [${shape.join(", ")}] was given`,
  });
}
