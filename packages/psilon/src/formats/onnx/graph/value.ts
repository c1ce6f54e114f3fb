import type { InputError } from "../../../errors.js";
import type { OnnxNode } from "../model.js";
import type { Affine } from "./affine.js";
import type { Room } from "./room.js";

/**
 * Probabilities of classes, made of logits. `sigmoid` is that of the second of two classes, `complement` 1 less that, and `pair` both; of
 * `softmax` all.
 */
export interface Probabilities {
  readonly kind: "probabilities";
  readonly form: "softmax" | "sigmoid" | "complement" | "pair";
  readonly logits: Affine;
  /** The classes' names, where the graph has them. */
  readonly classes: readonly string[] | null;
}

/** What no network here computes, and why; an error only where the answer needs it. */
export interface Refused {
  readonly kind: "refused";
  readonly error: InputError;
  /** Where it is a classifier's label: the logits that tell it as well. */
  readonly labelOf?: Affine | undefined;
}

export type Value = Affine | Probabilities | Refused;

/** A node that is evaluated, and what it reads; null stands for an input that is left out. */
export interface Call {
  readonly node: OnnxNode;
  readonly inputs: readonly (Affine | null)[];
  /** The version of the operators. */
  readonly opset: number;
  readonly room: Room;
  /** Makes the sentence of what the node does that cannot be read. */
  readonly refuse: (what: string) => InputError;
}
