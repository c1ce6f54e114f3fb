import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import { normal } from "../random/normal.js";
import type { Random } from "../random/random.js";
import { weightKinds } from "./kinds.js";
import type { Parameter } from "./parameter.js";
import { asItStands } from "./vector.js";
import type { Matrix, Weight } from "./weight.js";

/** The standard deviation with which the factors start around 1 (docs/decisions/shared-ensembles.md). */
const SPREAD = 0.3;

/** One weight as the members of an ensemble have it. */
export interface Adapted {
  readonly weight: Weight;
  /** W^m, one a member. */
  readonly matrices: readonly Matrix[];
  /** r, members × columns; null where there are no factors. */
  readonly adapters: Tensor | null;
  /** What W^m is made of, in the order in which it is to be updated. */
  readonly parameters: readonly Parameter[];
}

/**
 * W^m_i = W_i⊙r^m, scaled back to the norm of W_i where rows have one (derived; the adapters of TabM's "mini" form, arXiv:2410.24210): of a
 * normalized weight g·(V_i⊙r^m)/‖V_i⊙r^m‖, and what is pruned in W is pruned in every member. The first member's factors start at 1 and the
 * others' around it; all are trained, and a member's kept at a mean size of 1 where their size has no meaning.
 *
 * `weight`: no pair. `members`: undefined leaves it as it is, to one network.
 */
export function adaptWeight(
  backend: Backend,
  weight: Weight,
  members: number | undefined,
  random: Random,
): Adapted {
  if (members === undefined) return { weight, matrices: [weight], adapters: null, parameters: [weight] };
  const { arena, kernels } = backend;
  const { rows, columns, effective, gradient } = weight;
  const { norm } = weightKinds[weight.kind];
  const raw = arena.tensor(members, columns);
  for (let k = 0; k < raw.length; k++) raw.data[k] = k < columns ? 1 : 1 + SPREAD * normal(random);
  const factors = rowsOf(raw);
  const adapters = asItStands(backend, raw, () => {
    if (norm !== 0) factors.forEach(rescale);
  });
  const matrices = Array.from({ length: members }, () => ({
    rows,
    columns,
    paired: false,
    effective: arena.tensor(rows, columns),
    gradient: arena.tensor(rows, columns),
  }));
  const factorGradients = rowsOf(adapters.gradient);

  const refresh = () => {
    for (let m = 0; m < members; m++) {
      const to = matrices[m].effective.pointer;
      kernels.adaptRows(norm, rows, columns, effective.pointer, factors[m].pointer, to);
    }
  };
  const gather = () => {
    gradient.data.fill(0);
    adapters.gradient.data.fill(0);
    for (let m = 0; m < members; m++) {
      kernels.adaptPullback(
        norm,
        rows,
        columns,
        effective.pointer,
        factors[m].pointer,
        matrices[m].gradient.pointer,
        gradient.pointer,
        factorGradients[m].pointer,
      );
    }
  };

  const followed = following(weight, refresh, gather);
  refresh();
  return { weight: followed, matrices, adapters: raw, parameters: [adapters, followed] };
}

/** The weight, of which `changed` hears whenever W is another, and `gather` before ∂ℓ/∂W is read. */
function following(weight: Weight, changed: () => void, gather: () => void): Weight {
  const { kind, rows, columns, paired, raw, effective, gradient, lengths, lengthGradient, state } = weight;
  return {
    kind,
    rows,
    columns,
    paired,
    raw,
    effective,
    gradient,
    lengths,
    lengthGradient,
    state,
    get lengthUnit() {
      return weight.lengthUnit;
    },
    set lengthUnit(unit) {
      weight.lengthUnit = unit;
    },
    get mask() {
      return weight.mask;
    },
    set mask(mask) {
      weight.mask = mask;
    },
    get projection() {
      return weight.projection;
    },
    normalize() {
      const bad = weight.normalize();
      changed();
      return bad;
    },
    reduce() {
      gather();
      weight.reduce();
    },
    pullback() {
      weight.pullback();
    },
    update(step, moments, lengthMoments) {
      const bad = weight.update(step, moments, lengthMoments);
      changed();
      return bad;
    },
    project(projection) {
      weight.project(projection);
      changed();
    },
    freeze() {
      weight.freeze();
      changed();
    },
    kept: (scale) => weight.kept(scale),
  };
}

function rowsOf(tensor: Tensor): Tensor[] {
  return Array.from({ length: tensor.rows }, (_, m) => tensor.slice(m, 1));
}

/** Divides by the mean size. */
function rescale({ data }: Tensor): void {
  let sum = 0;
  for (let j = 0; j < data.length; j++) sum += Math.abs(data[j]);
  const scale = data.length / sum;
  for (let j = 0; j < data.length; j++) data[j] *= scale;
}
