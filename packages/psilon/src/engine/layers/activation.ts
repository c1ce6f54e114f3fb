import { asGiven } from "../../arguments.js";
import { InputError } from "../../errors.js";
import { checkNames } from "../../names.js";
import type { Backend } from "../backend/backend.js";
import type { Parameter } from "../weights/parameter.js";
import { createVector } from "../weights/vector.js";
import { bias } from "./bias.js";
import { type BoundLayer, createSignal, deltaOf, type Signal } from "./boundLayer.js";
import type { LayerKind } from "./kind.js";

/**
 * φ, entry by entry:
 *
 * - `relu`: max(z, 0)
 * - `gelu`: z·Φ(z), with Φ the normal distribution function (arXiv:1606.08415), not its approximation by tanh
 * - `silu`: z/(1 + e⁻ᶻ)
 * - `sine`: sin(ωz), with the frequency ω (arXiv:2006.09661)
 * - `gaussian`: exp(−z²/(2s²)), with the width s (arXiv:2111.15135)
 */
export type Activation =
  | "relu"
  | "gelu"
  | "silu"
  | { readonly of: "sine"; readonly frequency: number }
  | { readonly of: "gaussian"; readonly width: number };

/** Which activation. */
export interface ActivationSpec {
  readonly activation: Activation;
}

/** An activation by itself, as after a normalization. */
export const activation: LayerKind<ActivationSpec> = {
  choices: { activation: true },
  shape(spec, input) {
    checkActivation(spec.activation);
    return input;
  },
  bind({ backend }, spec, input) {
    const read = { ...input, delta: deltaOf(backend.arena, input) };
    const none = createVector(backend, input.values.columns);
    const pass =
      spec.activation === "relu" ? relu(backend, read) : smooth(backend, none, read, spec.activation);
    return { passes: [{ ...pass, parameters: [] }], layers: [] };
  },
};

/** Throws InputError for an activation that there is not, and for a frequency or a width that is none. */
export function checkActivation(activation: Activation): void {
  // Of a program without types there may be none.
  const of = typeof activation === "object" ? activation?.of : activation;
  const isNamed = of === "sine" || of === "gaussian";
  if ((of !== "relu" && !Object.hasOwn(codes, of)) || isNamed === (typeof activation === "string")) {
    throw new InputError({
      code: "unknown-choice",
      found: `An activation is one of relu, gelu, silu, or an object that names its "sine" and frequency or its "gaussian" and width, but ${JSON.stringify(activation)} was given`,
    });
  }
  if (typeof activation === "string") return;
  const [name, value] =
    activation.of === "sine" ? ["frequency", activation.frequency] : ["width", activation.width];
  checkNames(activation, ["of", name], `choice of the activation "${activation.of}" called`);
  if (value > 0 && Number.isFinite(value)) return;
  throw new InputError({
    code: "out-of-range",
    found: `The ${name} of the activation "${activation.of}" is a finite number above 0, but ${asGiven(value)} was given`,
    value: String(value),
  });
}

/** The standard deviation of weights, times √columns, that keeps a signal's size through this activation (1 where it is none). */
export function gainOf(activation: Activation | null): number {
  if (activation === null) return 1;
  if (typeof activation === "string") return Math.SQRT2;
  return activation.of === "sine" ? Math.SQRT2 / activation.frequency : activation.width;
}

/**
 * z ← z + b over what it reads, the product that nobody else reads, and φ(z): in place for ReLU and none, beside it for the others, which
 * need z on the way back; there δ ← δ·φ′(z), and ∂ℓ/∂b its column sums. `vector`: b, or null for none.
 */
export function activate(
  backend: Backend,
  vector: Parameter | null,
  input: Signal,
  activation: Activation | null,
): BoundLayer {
  const b = vector ?? createVector(backend, input.values.columns);
  const isSmooth = activation !== null && activation !== "relu";
  const layer = isSmooth
    ? smooth(backend, b, input, activation)
    : bias(backend, b, input, activation === "relu");
  return vector ? layer : { ...layer, parameters: [] };
}

/** max(x, 0) beside what it reads. */
function relu({ arena, kernels }: Backend, { values, delta, places }: Signal): BoundLayer {
  const { rows, columns } = values;
  const output = createSignal(arena, rows, columns, { delta, places });
  const size = places * columns;
  return {
    output,
    parameters: [],
    scaledBy: [],
    forward(n) {
      kernels.positivePart(n * size, values.pointer, output.values.pointer);
    },
    backward(n) {
      kernels.zeroWhereNot(n * size, output.values.pointer, delta.pointer);
    },
  };
}

/** How `kernels/smooth` knows them. */
const codes = { gelu: 0, silu: 1, sine: 2, gaussian: 3 } as const;

function smooth(
  { arena, kernels }: Backend,
  vector: Parameter,
  { values, delta, places }: Signal,
  activation: Exclude<Activation, "relu">,
): BoundLayer {
  const { columns } = values;
  const output = createSignal(arena, values.rows, columns, { delta, places });
  const code = codes[typeof activation === "string" ? activation : activation.of];
  const scale =
    typeof activation === "string"
      ? 1
      : activation.of === "sine"
        ? activation.frequency
        : 1 / activation.width;
  const z = values.pointer;
  const a = output.values.pointer;
  const d = delta.pointer;
  const b = vector.raw.pointer;
  const gradient = vector.gradient.pointer;
  return {
    output,
    parameters: [vector],
    scaledBy: [],
    forward(n) {
      kernels.addBiasSmooth(code, scale, n * places, columns, z, b, a);
    },
    backward(n) {
      kernels.smoothBackward(code, scale, n * places, columns, d, z, gradient);
    },
  };
}
