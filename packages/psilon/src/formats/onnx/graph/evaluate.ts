import { InputError } from "../../../errors.js";
import { damaged, excerpt } from "../../untrusted.js";
import type { OnnxModel, OnnxNode, OnnxValue } from "../model.js";
import { activations } from "./activations.js";
import { type Affine, rearranged, sizeOf, type Units, unitsAs } from "./affine.js";
import { arithmetic } from "./arithmetic.js";
import { constantOf, constantOfSparse } from "./constants.js";
import { layout } from "./layout.js";
import { makers, ofProbabilities } from "./probabilities.js";
import { type Room, roomFor } from "./room.js";
import { MOST_AXES } from "./shapes.js";
import type { Call, Probabilities, Value } from "./value.js";

const operators = { ...arithmetic, ...layout, ...activations, ...makers };

/** Those of other sets. */
const foreign: Readonly<Record<string, readonly string[]>> = { "ai.onnx.ml": ["Scaler", "ZipMap"] };

/** What a graph computes of one row. */
export interface Evaluated {
  readonly inputs: readonly { readonly name: string; readonly size: number }[];
  /** All inputs, one after the other. */
  readonly units: Units;
  readonly output: { readonly name: string; readonly value: Affine | Probabilities };
  /** What the graph's first products take of each input, where that is factor·x + shift. */
  readonly scalings: ReadonlyMap<number, { readonly factor: number; readonly shift: number }>;
  readonly room: Room;
}

/**
 * What the graph computes of one row, by working it out for unknown inputs. Throws InputError, by the operator's and the node's name, for what is
 * no feed-forward network, and for a graph that contradicts itself.
 */
export function evaluate({ graph, opsets }: OnnxModel, bytes: number, source: string): Evaluated {
  const room = roomFor(bytes, source);
  const values = new Map<string, Value>();
  const write = (name: string, value: Value): void => {
    if (values.has(name)) throw damaged(source, `its value "${excerpt(name)}" is written twice`);
    values.set(name, value);
  };
  const writeTensor = (name: string, of: (refuse: Call["refuse"]) => Affine): void => {
    const refuse = (what: string) =>
      new InputError({
        code: "unsuitable",
        found: `The tensor "${excerpt(name)}" of ${source} ${what}`,
        where: { source },
      });
    write(
      name,
      orRefused(() => of(refuse)),
    );
  };
  for (const tensor of graph.initializers) {
    writeTensor(tensor.name, (refuse) => constantOf(tensor, room, refuse));
  }
  for (const tensor of graph.sparseInitializers) {
    writeTensor(tensor.values.name, (refuse) => constantOfSparse(tensor, room, refuse));
  }
  // Older files list what is constant among the inputs as well.
  const inputs = graph.inputs
    .filter(({ name }) => !values.has(name))
    .map((input) => shapedInput(input, source));
  const count = inputs.reduce((sum, { dims }) => sum + sizeOf(dims), 0);
  // A column's name and kind take as much as so many numbers.
  room.take(64 * count);
  const units: Units = { count, level: 0, of: null };
  const all = unitsAs(units, [count], false, room);
  let first = 0;
  for (const { name, dims, isWhole } of inputs) {
    const places = Int32Array.from({ length: sizeOf(dims) }, (_, i) => first + i);
    write(name, { ...rearranged(all, places, dims, room), isWhole });
    first += places.length;
  }
  const opset = opsetOf(opsets, source);
  const scalings = new Map<number, { factor: number; shift: number }>();
  for (const node of graph.nodes) {
    const read = node.inputs.map((name): Value | null => {
      if (name === "") return null;
      const value = values.get(name);
      if (value) return value;
      throw damaged(
        source,
        `its ${nodeName(node)} reads "${excerpt(name)}", which nothing before it writes, so the graph is cut or goes in a circle`,
      );
    });
    if (node.op === "MatMul" || node.op === "Gemm") {
      for (const value of read) if (value?.kind === "affine") noteScaling(value, units, scalings, room);
    }
    const result = computed(node, read, { opset, room, source });
    node.outputs.forEach((name, place) => {
      if (name !== "") write(name, place === 0 ? result : refusedOutput(node, source));
    });
  }
  const output = answerOf(graph.outputs, values, source);
  return {
    inputs: inputs.map(({ name, dims }) => ({ name, size: sizeOf(dims) })),
    units,
    output,
    scalings,
    room,
  };
}

/** Before, shapes were put together by attributes; what comes after may compute something else. */
const OPSETS = { first: 7, last: 25 } as const;

/** The version of ONNX's own operators. */
function opsetOf(opsets: OnnxModel["opsets"], source: string): number {
  const version = opsets.find(({ domain }) => domain === "")?.version;
  if (version !== undefined && version >= OPSETS.first && version <= OPSETS.last) return version;
  throw new InputError({
    code: "unsupported-version",
    found: `${source} ${version === undefined ? "does not say of which opset its operators are" : `is of opset ${version}`}, and opsets ${OPSETS.first} to ${OPSETS.last} are read`,
    where: { source },
    remedy: "export the network with one of them",
  });
}

/** What an error says is kept, for whoever reads the value. */
function orRefused(compute: () => Value): Value {
  try {
    return compute();
  } catch (error) {
    if (error instanceof InputError) return { kind: "refused", error };
    throw error;
  }
}

interface Surroundings {
  readonly opset: number;
  readonly room: Room;
  readonly source: string;
}

function computed(
  node: OnnxNode,
  read: readonly (Value | null)[],
  { opset, room, source }: Surroundings,
): Value {
  const refuse = (what: string) =>
    new InputError({
      code: "unsuitable",
      found: `The operator ${excerpt(node.op)} in ${source} (${nodeName(node)}) ${what}`,
      where: { source },
      value: node.op,
    });
  const refused = read.filter((value) => value?.kind === "refused");
  if (refused.length > 0) return refused.find(({ labelOf }) => labelOf) ?? refused[0];
  const result = orRefused(() => {
    const affine = read.map((value) => (value?.kind === "affine" ? value : null));
    const call: Call = { node, inputs: affine, opset, room, refuse };
    if (!isKnown(node)) throw refuse(`is not read: only feed-forward networks of ${readable.join(", ")} are`);
    if (read.some((value) => value?.kind === "probabilities")) {
      const found = ofProbabilities(call, read);
      if (!found) throw refuse("computes with probabilities, which are read only where a network ends");
      return found;
    }
    if (affine.some((value) => value && value.dims.length > MOST_AXES)) {
      throw refuse(`takes tensors of more than ${MOST_AXES} axes`);
    }
    if (node.op === "ZipMap") throw refuse("is not read but of probabilities");
    return operators[node.op](call);
  });
  return result.kind === "refused" ? { ...result, labelOf: labelled(node, read) } : result;
}

/** The logits whose largest, or whose probabilities' largest, the node finds. */
function labelled({ op, domain }: OnnxNode, [value]: readonly (Value | null)[]): Affine | undefined {
  if (op !== "ArgMax" || domain !== "") return undefined;
  return value?.kind === "probabilities" ? value.logits : value?.kind === "affine" ? value : undefined;
}

const isKnown = ({ op, domain }: OnnxNode): boolean =>
  domain === ""
    ? Object.hasOwn(operators, op) && op !== "Scaler"
    : Object.hasOwn(foreign, domain) && foreign[domain].includes(op);

const readable = [...Object.keys(operators), "ZipMap"];

const nodeName = ({ name, outputs }: OnnxNode): string =>
  name !== "" ? `node "${excerpt(name)}"` : `the node that writes "${excerpt(outputs[0] ?? "")}"`;

const refusedOutput = (node: OnnxNode, source: string): Value => ({
  kind: "refused",
  error: new InputError({
    code: "unsuitable",
    found: `The network of ${source} needs an output of ${nodeName(node)} after the first, and those are not read`,
    where: { source },
  }),
});

/** An input with the shape that it has in one row. */
function shapedInput(
  { name, type, shape }: OnnxValue,
  source: string,
): { readonly name: string; readonly dims: readonly number[]; readonly isWhole: boolean } {
  const refuse = (what: string, remedy?: string) =>
    new InputError({
      code: "unsuitable",
      found: `The input "${excerpt(name)}" of ${source} ${what}`,
      where: { source },
      remedy,
    });
  if (type === null || type === "string") throw refuse("is not of numbers, and only those are read");
  const isFree = (size: number | string | null) => typeof size !== "number" || size <= 0;
  if (!shape || shape.slice(1).some(isFree)) {
    throw refuse(
      "does not say how many numbers a row has",
      "export the network with a fixed shape of its input, but for the first axis",
    );
  }
  const dims = shape.map((size) => (typeof size === "number" && size > 0 ? size : 1));
  const count = sizeOf(dims);
  if (dims.length > MOST_AXES || !Number.isSafeInteger(count)) {
    throw refuse(`has the impossible shape [${excerpt(shape.join(", "))}]`);
  }
  if (dims.length > 1 && dims[0] > 1 && count > dims[0]) {
    throw refuse(
      `takes ${dims[0]} rows at a time`,
      "export the network with a first axis of 1, or a free one",
    );
  }
  return { name, dims, isWhole: type !== "float" && type !== "double" };
}

/** What each element takes of an input alone, the first time that it is heard of. */
function noteScaling(
  { shares, bias }: Affine,
  inputs: Units,
  scalings: Map<number, { factor: number; shift: number }>,
  room: Room,
): void {
  const share = shares.get(inputs);
  if (!share || !("picks" in share) || shares.size > 1) return;
  room.work(share.picks.length);
  share.picks.forEach((input, i) => {
    const factor = share.scales[i];
    if (input >= 0 && factor !== 0 && !scalings.has(input)) scalings.set(input, { factor, shift: bias[i] });
  });
}

/** The output that is a network's: of a classifier's label and its probabilities these. Any other that is not read is refused by its operator. */
function answerOf(
  outputs: readonly OnnxValue[],
  values: ReadonlyMap<string, Value>,
  source: string,
): Evaluated["output"] {
  const found = outputs.map(({ name }) => {
    const value = values.get(name);
    if (value) return { name, value };
    throw damaged(source, `its output "${excerpt(name)}" is written by no node`);
  });
  const isAnswer = (value: Value): value is Affine | Probabilities =>
    value.kind === "affine" || (value.kind === "probabilities" && value.form !== "complement");
  const answers = found.flatMap(({ name, value }) => (isAnswer(value) ? [{ name, value }] : []));
  const logits = answers.length === 1 && answers[0].value.kind === "probabilities" && answers[0].value.logits;
  for (const { value } of found) {
    if (value.kind === "refused" && answers.length < 2 && (!logits || value.labelOf !== logits)) {
      throw value.error;
    }
  }
  if (answers.length === 1) return answers[0];
  throw new InputError({
    code: "unsuitable",
    found:
      answers.length === 0
        ? `The graph in ${source} has no output that is read`
        : `The graph in ${source} has ${answers.length} outputs, ${excerpt(answers.map(({ name }) => name).join(", "))}, and only one can be read`,
    where: { source },
    remedy: answers.length === 0 ? undefined : "export the network with one of them",
  });
}
