import { InputError } from "../../errors.js";
import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import { createBlend } from "./blend.js";
import { type WeightKind, weightKinds } from "./kinds.js";
import { maskStep } from "./maskStep.js";
import { updateTensor } from "./updateTensor.js";
import type { Weight } from "./weight.js";

/**
 * W_i = g_i·V_i/N(V_i), with every length at `initialLength` and V in `raw`. Throws InputError when a row of V has
 * norm 0 or is not finite.
 */
export function normalizedWeight(
  backend: Backend,
  kind: WeightKind,
  columns: number,
  paired: boolean,
  raw: Tensor,
  initialLength: number,
): Weight {
  const { norm, length } = weightKinds[kind];
  const { arena, kernels } = backend;
  const { rows, columns: width } = raw;
  const gradient = arena.tensor(rows, width);
  const effective = arena.tensor(rows, width);
  const isTrained = length !== "fixed";
  const count = length === "row" ? rows : 1;
  const lengthStep = length === "row" ? 4 : 0;
  const lengths = arena.tensor(count);
  lengths.data.fill(initialLength);
  const previousLengths = arena.tensor(count);
  const lengthGradient = arena.tensor(count);
  const norms = arena.tensor(rows);
  const dots = arena.tensor(rows);
  // Rows of which a mask keeps nothing: a norm of 0 has no direction, a length of 0 has any.
  let gone: number[] = [];
  const blend =
    norm === 1
      ? createBlend(backend, { raw, effective, gradient, norms, dots, lengths }, columns, paired, lengthStep)
      : null;
  const prunable = () => {
    if (blend) return blend;
    throw new InputError({
      code: "unsuitable",
      found: `The L1 projection prunes L1-normalized weights, not "${kind}" ones`,
      value: kind,
    });
  };

  const weight: Weight = {
    kind,
    rows,
    columns,
    paired,
    raw,
    effective,
    gradient,
    lengths: isTrained ? lengths : null,
    lengthGradient: isTrained ? lengthGradient : null,
    lengthUnit: 1,
    state: [],
    get projection() {
      return blend?.projection ?? null;
    },
    mask: null,
    normalize() {
      const { mask } = weight;
      gone = [];
      if (mask && !kernels.maskValues(raw.length, mask.pointer, raw.pointer)) lengths.data.fill(0);
      else if (mask && length === "row") gone = emptyRows(mask);
      for (const i of gone) {
        raw.data[i * width] = 1;
        lengths.data[i] = 0;
      }
      const bad = kernels.normalizeRows(
        norm,
        paired,
        rows,
        columns,
        raw.pointer,
        effective.pointer,
        norms.pointer,
        lengths.pointer,
        lengthStep,
      );
      blend?.apply();
      return bad;
    },
    reduce() {
      const projection = blend?.projection;
      let total = 0;
      if (blend && projection) {
        total = blend.pullback(projection);
        if (length === "row") lengthGradient.data.set(dots.data);
      }
      const g = gradient.pointer;
      const plain = kernels.lengthGradients(rows, width, g, raw.pointer, norms.pointer, dots.pointer);
      if (length === "shared") lengthGradient.data[0] = projection ? total : plain;
      else if (length === "row" && !projection) lengthGradient.data.set(dots.data);
    },
    pullback() {
      kernels.pullbackRows(
        norm,
        paired,
        rows,
        columns,
        gradient.pointer,
        raw.pointer,
        norms.pointer,
        dots.pointer,
        lengths.pointer,
        lengthStep,
      );
      const { mask } = weight;
      if (mask) kernels.maskValues(raw.length, mask.pointer, gradient.pointer);
    },
    update(step, moments, lengthMoments) {
      previousLengths.data.set(lengths.data);
      if (lengthMoments) {
        updateTensor(backend, step, 0, weight.lengthUnit, lengths, lengthGradient, lengthMoments);
      }
      const { mask } = weight;
      if (mask && !maskStep(backend, mask, gradient, moments)) lengths.data.fill(0);
      for (let k = 0; k < gone.length; k++) lengths.data[gone[k]] = 0;
      const bad = kernels.updateRows(
        step.rule,
        step.decay,
        step.pulled,
        norm,
        paired,
        rows,
        columns,
        raw.pointer,
        gradient.pointer,
        effective.pointer,
        moments.first.pointer,
        moments.second.pointer,
        norms.pointer,
        dots.pointer,
        previousLengths.pointer,
        lengths.pointer,
        lengthStep,
        step.constants.pointer,
      );
      blend?.apply();
      return bad;
    },
    project(next) {
      prunable().projection = next;
      weight.normalize();
    },
    freeze: () => prunable().freeze(),
    kept: (scale) => prunable().kept(scale),
  };
  const bad = weight.normalize();
  if (bad >= 0)
    throw new InputError({
      code: "not-finite",
      found: `Row ${bad} of a ${rows} × ${columns} weight has norm 0 or is not finite`,
      where: { row: bad },
    });
  return weight;
}

function emptyRows({ data, rows, columns }: Tensor): number[] {
  const all = Array.from({ length: rows }, (_, i) => i);
  return all.filter((i) => data.subarray(i * columns, (i + 1) * columns).every((kept) => kept === 0));
}
